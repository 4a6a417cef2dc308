/**
 * Plain BM25 over whole files (k1 1.2, b 0.75), to compare with: identifiers of 2 to 80 characters in
 * lower case and the words they are made of; every occurrence of a query word counts once. No stop words,
 * no weights, no structure. It shares no code with the product.
 *
 * Contents are kept by their hash, so that a neighbouring commit costs its difference.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeFile } from './mirror.ts';
import type { Retrieved } from './retrieved.ts';
import { isSourceFile } from './source-files.ts';

const K1 = 1.2;
const B = 0.75;
const WANTED_FILES = 20;
const IDENTIFIER = /[A-Za-z_][A-Za-z0-9_]{1,79}/g;
const WORD = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g;

/** What is kept of one content: how often each term occurs, terms by number and sorted. */
interface Content {
  readonly terms: Uint32Array;
  readonly counts: Uint32Array;
  readonly length: number;
}

/** The baseline over one tree at a time. */
export class Bm25Baseline {
  readonly #numbers = new Map<string, number>();
  #contents = new Map<string, Content>();
  #files: readonly TreeFile[] = [];

  /** Takes the files of a tree that lies under `folder`; reads the contents not known from the tree before. */
  load(folder: string, files: readonly TreeFile[]): void {
    const before = this.#contents;
    this.#files = files.filter(({ path }) => isSourceFile(path));
    this.#contents = new Map();
    for (const { path, blob } of this.#files) {
      const content = before.get(blob) ?? this.#count(readFileSync(join(folder, path), 'utf8'));
      this.#contents.set(blob, content);
    }
  }

  search(query: string): Retrieved {
    const started = performance.now();
    const contents = this.#files.map(({ blob }) => this.#contents.get(blob) as Content);
    const meanLength = contents.reduce((sum, { length }) => sum + length, 0) / contents.length;
    const scores = new Float64Array(contents.length);
    for (const [term, repeats] of countTerms(query)) {
      const number = this.#numbers.get(term);
      if (number === undefined) continue;
      const counts = contents.map((content) => findCount(content, number));
      const holders = counts.filter((count) => count > 0).length;
      const idf = Math.log(1 + (contents.length - holders + 0.5) / (holders + 0.5));
      for (const [index, count] of counts.entries()) {
        if (count === 0) continue;
        const norm = K1 * (1 - B + (B * (contents[index] as Content).length) / meanLength);
        scores[index] = (scores[index] ?? 0) + (repeats * idf * count * (K1 + 1)) / (count + norm);
      }
    }
    const files = this.#files
      .map(({ path }, index) => ({ path, score: scores[index] ?? 0 }))
      .filter(({ score }) => score > 0)
      .toSorted((left, right) => right.score - left.score || (left.path < right.path ? -1 : 1))
      .slice(0, WANTED_FILES)
      .map(({ path }) => path);
    return { files, ranges: [], latencyMs: performance.now() - started, tokens: 0 };
  }

  #count(text: string): Content {
    const counted = [...countTerms(text)]
      .map(([term, count]) => ({ number: this.#toNumber(term), count }))
      .toSorted((left, right) => left.number - right.number);
    return {
      terms: Uint32Array.from(counted, ({ number }) => number),
      counts: Uint32Array.from(counted, ({ count }) => count),
      length: counted.reduce((sum, { count }) => sum + count, 0),
    };
  }

  #toNumber(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const number = this.#numbers.size;
    this.#numbers.set(term, number);
    return number;
  }
}

/** How often each term occurs: whole identifiers, and their words where there are several. */
function countTerms(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (term: string): void => {
    counts.set(term, (counts.get(term) ?? 0) + 1);
  };
  for (const [identifier] of text.matchAll(IDENTIFIER)) {
    add(identifier.toLowerCase());
    for (const [word] of identifier.matchAll(WORD)) {
      if (word.length > 1 && word.length < identifier.length) add(word.toLowerCase());
    }
  }
  return counts;
}

function findCount({ terms, counts }: Content, number: number): number {
  let low = 0;
  let high = terms.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((terms[middle] as number) < number) low = middle + 1;
    else high = middle;
  }
  return terms[low] === number ? (counts[low] as number) : 0;
}
