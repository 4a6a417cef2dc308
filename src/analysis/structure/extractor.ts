/**
 * The structure pass for one file: bytes in, symbols and imports out, or the reason why there are none. It
 * touches no disk; grammar files come through a loader. Languages with a grammar are parsed, a few have line
 * scanners of their own, and tables written as code take a cheap path. A file that cannot be parsed in time is an
 * outcome, not an error: the text pass has it already.
 */
import type { Tree } from 'web-tree-sitter';
import { findGrammar } from '../../languages/grammars/registry.ts';
import type { Structure } from '../../model/symbol.ts';
import { isDataLike, isMinified, outlineTable } from './data-like.ts';
import { createGrammarHost, type GrammarHost, type LoadGrammar } from './grammar-host.ts';
import { findOutline } from './outlines.ts';
import { salvageSymbols } from './salvage.ts';
import { createSourceText } from './source-text.ts';
import { walkTree, type WalkOptions } from './walk-tree.ts';

/** Bounds for one file. */
export interface StructureLimits {
  /** Larger files are not parsed. Default 2,000,000 bytes. */
  readonly maxFileBytes: number;
  /** Time for one parse. Default 3,000 ms. */
  readonly timeoutMs: number;
  /** Symbols kept of one file, in the order of the text. Default 20,000. */
  readonly maxSymbols: number;
}

const DEFAULT_STRUCTURE_LIMITS: StructureLimits = {
  maxFileBytes: 2_000_000,
  timeoutMs: 3_000,
  maxSymbols: 20_000,
};

/** Of a text whose names mean nothing. */
const NOTHING: Structure = { symbols: [], imports: [] };

/** Why there is no structure. `timeout` and `crashed` are failures of this file; the rest is by rule. */
export type NoStructureReason = 'no_grammar' | 'too_large' | 'timeout' | 'crashed';

export type ExtractResult =
  | { readonly kind: 'structure'; readonly structure: Structure }
  | { readonly kind: 'none'; readonly reason: NoStructureReason };

export interface StructureExtractor {
  /**
   * Gives the symbols and imports of a file. Blocks its thread for the parse, about 0.15 to 0.4 s per MB (2 s for
   * Swift). `bytes` is UTF-8; bad bytes become U+FFFD. Throws only when a grammar cannot be loaded.
   */
  extract(languageId: string, bytes: Uint8Array): ExtractResult;
  /** The parser of this thread, for the classification of references. */
  readonly host: GrammarHost;
}

export interface StructureExtractorOptions {
  readonly loadGrammar: LoadGrammar;
  readonly limits?: Partial<StructureLimits>;
  /** Leaves signatures and documentation empty: the index does not keep them. */
  readonly isOutlineOnly?: boolean;
  /** Milliseconds, never falling; default the thread's own clock. */
  readonly now?: () => number;
}

/** Starts the parser of this thread; grammars are loaded when the first file of their language comes. */
export async function createStructureExtractor(
  options: StructureExtractorOptions,
): Promise<StructureExtractor> {
  const limits = { ...DEFAULT_STRUCTURE_LIMITS, ...options.limits };
  const now = options.now ?? ((): number => performance.now());
  const host = await createGrammarHost(options.loadGrammar, { timeoutMs: limits.timeoutMs, now });
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  function extract(languageId: string, bytes: Uint8Array): ExtractResult {
    const outline = findOutline(languageId);
    const grammar = findGrammar(languageId);
    if (outline === undefined && grammar === undefined)
      return { kind: 'none', reason: 'no_grammar' };
    const text = decoder.decode(bytes);
    if (outline !== undefined) {
      if (bytes.length > limits.maxFileBytes) return { kind: 'none', reason: 'too_large' };
      return { kind: 'structure', structure: outline(text, limits.maxSymbols) };
    }
    if (grammar === undefined) return { kind: 'none', reason: 'no_grammar' };
    if (isDataLike(languageId, text)) {
      return { kind: 'structure', structure: outlineTable(text, limits.maxSymbols) };
    }
    if (isMinified(languageId, text)) return { kind: 'structure', structure: NOTHING };
    if (bytes.length > limits.maxFileBytes) return { kind: 'none', reason: 'too_large' };
    const compiled = host.open(grammar);
    const source = createSourceText(text);
    const parsed = host.withTree(compiled, grammar.prepare?.(text) ?? text, (tree) =>
      readTree(tree, {
        compiled,
        source,
        maxSymbols: limits.maxSymbols,
        isOutlineOnly: options.isOutlineOnly === true,
      }),
    );
    if (parsed.kind !== 'done') return { kind: 'none', reason: parsed.kind };
    return { kind: 'structure', structure: parsed.value };
  }

  return { extract, host };
}

/** The walk, with what errors hid from it put in its place. */
function readTree(tree: Tree, options: WalkOptions): Structure {
  const { symbols, imports } = walkTree(tree, options);
  const { source, compiled, maxSymbols } = options;
  const salvaged = salvageSymbols(tree, { source, grammar: compiled.grammar, symbols });
  if (salvaged.length === 0) return { symbols, imports };
  const all = [...symbols, ...salvaged].sort((a, b) => a.startLine - b.startLine);
  return { symbols: all.slice(0, maxSymbols), imports };
}
