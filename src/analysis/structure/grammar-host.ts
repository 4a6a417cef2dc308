/**
 * The door to web-tree-sitter: one parser for a thread, grammars loaded when first needed, rules compiled to
 * tables by node type. The parser's memory is one heap of the whole thread that only grows; it is handed in so
 * that its size can be read. A parse that traps leaves that heap in an unknown state: the host says so by
 * `isBroken`, parses nothing more, and the thread has to be replaced.
 */
import { Language, Parser, type Tree } from 'web-tree-sitter';
import type { Grammar } from '../../languages/grammars/grammar.ts';
import { compileGrammar, type CompiledGrammar } from './compiled-grammar.ts';

/** Gives the bytes of a grammar file by its name (`c_sharp`); throws when there is none. */
export type LoadGrammar = (name: string) => Uint8Array;

/** Why a parse gave no tree. */
export type ParseFailure = 'timeout' | 'crashed';

/** What `use` gave, or why there was no tree to use. */
export type ParseOutcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: ParseFailure };

/** What a parse is given: how long it may take and the clock that says so. */
export interface ParseBudget {
  readonly timeoutMs: number;
  /** Milliseconds from any start, never falling. */
  readonly now: () => number;
}

/** Owner of the thread's parser. Not to be shared between threads. */
export interface GrammarHost {
  /** Loads and compiles on first use (3 to 140 ms), then gives the same object. Throws what `loadGrammar` throws. */
  open(grammar: Grammar): CompiledGrammar;
  /** Runs `use` on the tree of the text and frees the tree. Blocks for the whole parse. */
  withTree<T>(compiled: CompiledGrammar, text: string, use: (tree: Tree) => T): ParseOutcome<T>;
  /** Size of the parser's heap; it never shrinks while the thread lives. */
  heapBytes(): number;
  /** True after a trap: nothing is parsed any more. */
  isBroken(): boolean;
}

/** Start and end of the heap in pages: 32 MB, as the parser is built for, to 2 GB. */
const FIRST_PAGES = 512;
const LAST_PAGES = 32_768;

/** The part of the platform's WebAssembly that is used; the library set of the compiler has no types for it. */
interface WebAssemblyPlatform {
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => {
    readonly buffer: ArrayBuffer;
  };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly RuntimeError: new () => Error;
}
declare const WebAssembly: WebAssemblyPlatform;

let sharedMemory: { readonly buffer: ArrayBuffer } | undefined;

/** Starts the parser of this thread. A second host of a thread shares the first one's heap. */
export async function createGrammarHost(
  loadGrammar: LoadGrammar,
  budget: ParseBudget,
): Promise<GrammarHost> {
  sharedMemory ??= new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: LAST_PAGES });
  await Parser.init({ wasmMemory: sharedMemory });
  return new ThreadGrammarHost({ loadGrammar, budget, memory: sharedMemory });
}

class ThreadGrammarHost implements GrammarHost {
  readonly #loadGrammar: LoadGrammar;
  readonly #budget: ParseBudget;
  readonly #memory: { readonly buffer: ArrayBuffer };
  readonly #parser = new Parser();
  readonly #compiled = new Map<string, CompiledGrammar>();
  readonly #languages = new Map<string, Language>();
  /** Set by the first trap, never cleared. */
  #isBroken = false;

  constructor(options: {
    readonly loadGrammar: LoadGrammar;
    readonly budget: ParseBudget;
    readonly memory: { readonly buffer: ArrayBuffer };
  }) {
    this.#loadGrammar = options.loadGrammar;
    this.#budget = options.budget;
    this.#memory = options.memory;
  }

  open(grammar: Grammar): CompiledGrammar {
    const known = this.#compiled.get(grammar.language);
    if (known !== undefined) return known;
    let language = this.#languages.get(grammar.file);
    if (language === undefined) {
      language = Language.loadSync(new WebAssembly.Module(this.#loadGrammar(grammar.file)));
      this.#languages.set(grammar.file, language);
    }
    const compiled = compileGrammar(grammar, language);
    this.#compiled.set(grammar.language, compiled);
    return compiled;
  }

  withTree<T>(compiled: CompiledGrammar, text: string, use: (tree: Tree) => T): ParseOutcome<T> {
    if (this.#isBroken) return { kind: 'crashed' };
    try {
      const tree = this.#parse(compiled, text);
      if (tree === null) return { kind: 'timeout' };
      try {
        return { kind: 'done', value: use(tree) };
      } finally {
        tree.delete();
      }
    } catch (error) {
      if (!isTrap(error)) throw error;
      this.#isBroken = true;
      return { kind: 'crashed' };
    }
  }

  heapBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  isBroken(): boolean {
    return this.#isBroken;
  }

  #parse(compiled: CompiledGrammar, text: string): Tree | null {
    this.#parser.setLanguage(compiled.language);
    const { now, timeoutMs } = this.#budget;
    const deadline = now() + timeoutMs;
    let calls = 0;
    // The callback comes once in about 100 parser steps; the clock is read at every 16th.
    const progressCallback = (): boolean => (calls++ & 15) === 0 && now() > deadline;
    const tree = this.#parser.parse(text, null, { progressCallback });
    // Without a reset the next parse would go on with this text.
    if (tree === null) this.#parser.reset();
    return tree;
  }
}

/** A trap of the parser: its own memory is exhausted or damaged, or the stack is. */
function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}
