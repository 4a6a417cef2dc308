/** The words of the structure pass: what a parser finds in one blob. */
import type { ChunkKind } from './document.ts';

/** A definition. Lines are 1-based and inclusive; the range spans decorators and body. */
export interface SymbolDefinition {
  readonly name: string;
  readonly kind: ChunkKind;
  /** Dotted names of the enclosing definitions, outermost first; empty at the top. */
  readonly container: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Line that holds the name. */
  readonly nameLine: number;
  /** The declaration on one line, at most 200 characters. */
  readonly signature: string;
  /** First sentence of the doc comment, at most 300 characters; empty when there is none. */
  readonly doc: string;
}

/** One import as written; resolving it to a document is another step. */
export interface ImportReference {
  /** The module as written: `./a`, `fmt`, `linux/slab.h`, `crate::x`. */
  readonly module: string;
  /** Names taken from it; empty when the whole module is meant. */
  readonly names: readonly string[];
  readonly line: number;
}

/** What the structure pass gives for one blob. */
export interface Structure {
  readonly symbols: readonly SymbolDefinition[];
  readonly imports: readonly ImportReference[];
}
