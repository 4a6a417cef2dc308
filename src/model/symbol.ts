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

/** A definition as the index keeps it; signature and documentation are read from the text when they are shown. */
export type OutlineSymbol = Omit<SymbolDefinition, 'signature' | 'doc'>;

/** What the index keeps of the structure of one blob. Symbols are in the order of the text. */
export interface Outline {
  readonly symbols: readonly OutlineSymbol[];
  readonly imports: readonly ImportReference[];
}

/** A definition found by its name. */
export interface FoundDefinition extends OutlineSymbol {
  readonly blobId: number;
  /** Its place in the outline of the blob. */
  readonly ordinal: number;
}
