/**
 * Which names of the index answer what was typed. Exact names and beginnings come from the order of the
 * dictionaries, the rest from blocks that hold the trigrams or initials of the query; every name is scored
 * in the end, the look-ups only decide which ones are read. Typing errors are looked for when little else
 * is found.
 */
import { listInitialPairs, listTrigrams, splitWords } from '../segments/name-grams.ts';
import type { Deadline } from './deadline.ts';
import { scoreName, type NameQuery } from './name-matcher.ts';
import type { FoundNameView, NameSegmentView } from './ports.ts';

/** A name with its score; the same name may come once from each segment. */
export interface ScoredName {
  readonly score: number;
  readonly name: FoundNameView;
}

export interface FoundNames {
  /** Best first, then by spelling. */
  readonly names: readonly ScoredName[];
  /** True when there may be more than were looked at. */
  readonly isCut: boolean;
}

/** Names read of one beginning in one segment, and blocks read of one segment. */
const MAX_PREFIX_NAMES = 2000;
const MAX_BLOCKS = 600;
/** Fewer names than this: typing errors are looked for. */
const FEW_NAMES = 5;

/** Cost: about 1 ms for a rare name, 50 ms for a syllable that is everywhere, on 3 million definitions. */
export function findNames(
  segments: readonly NameSegmentView[],
  query: NameQuery,
  deadline: Deadline,
): FoundNames {
  const search = new NameSearch(query, deadline);
  if (query.folded !== '') {
    for (const segment of segments) search.readExact(segment);
    for (const segment of segments) search.readLikely(segment);
    if (search.count < FEW_NAMES) for (const segment of segments) search.readMistyped(segment);
  }
  return search.finish();
}

class NameSearch {
  readonly #query: NameQuery;
  readonly #deadline: Deadline;
  readonly #found: ScoredName[] = [];
  readonly #distinct = new Set<string>();
  readonly #seen = new Map<NameSegmentView, { names: Set<string>; blocks: Set<number> }>();
  #isCut = false;

  constructor(query: NameQuery, deadline: Deadline) {
    this.#query = query;
    this.#deadline = deadline;
  }

  /** Distinct names so far. */
  get count(): number {
    return this.#distinct.size;
  }

  /** The name itself and names that begin so; a beginning that is everywhere is cut. */
  readExact(segment: NameSegmentView): void {
    const { folded } = this.#query;
    for (const name of segment.findName(folded)) this.#add(segment, name);
    let left = MAX_PREFIX_NAMES;
    segment.scanPrefix(folded, (name) => {
      this.#add(segment, name);
      left -= 1;
      if (left === 0) this.#isCut = true;
      return left > 0;
    });
  }

  /** Names that hold the text, all of its words, or words that begin so. */
  readLikely(segment: NameSegmentView): void {
    const { text, folded, words, humps } = this.#query;
    const parts = splitWords(text).map((part) => part.toLowerCase());
    const choices = [
      listTrigrams(folded),
      words.flatMap((word) => listTrigrams(word)),
      // The same words, written together or with `_` between them.
      parts.length > 1 ? parts.flatMap((part) => listTrigrams(part)) : [],
      listInitialPairs(humps),
    ];
    for (const grams of choices) {
      if (grams.length > 0) this.#readAll(segment, intersectBlocks(segment, grams));
    }
  }

  /** Names that share so many trigrams that a few errors explain the rest. */
  readMistyped(segment: NameSegmentView): void {
    const { folded, typoLimit } = this.#query;
    if (typoLimit === 0) return;
    const grams = listTrigrams(folded);
    const needed = Math.max(1, grams.length - 3 * typoLimit);
    const counts = new Map<number, number>();
    for (const gram of grams) {
      for (const block of segment.listBlocks(gram) ?? []) {
        counts.set(block, (counts.get(block) ?? 0) + 1);
      }
    }
    const likely = [...counts].filter(([, count]) => count >= needed);
    likely.sort((left, right) => right[1] - left[1] || left[0] - right[0]);
    this.#readAll(
      segment,
      likely.map(([block]) => block),
    );
  }

  finish(): FoundNames {
    const names = this.#found.sort(
      (left, right) => right.score - left.score || (left.name.name < right.name.name ? -1 : 1),
    );
    return { names, isCut: this.#isCut || this.#deadline.wasHit };
  }

  #readAll(segment: NameSegmentView, blocks: readonly number[]): void {
    const read = this.#open(segment).blocks;
    for (const block of blocks) {
      if (read.has(block)) continue;
      if (read.size >= MAX_BLOCKS || this.#deadline.isOver()) {
        this.#isCut = true;
        return;
      }
      read.add(block);
      for (const name of segment.readBlock(block)) this.#add(segment, name);
    }
  }

  #add(segment: NameSegmentView, name: FoundNameView): void {
    const { names } = this.#open(segment);
    if (names.has(name.name)) return;
    const score = scoreName(this.#query, name.name);
    if (score === 0) return;
    names.add(name.name);
    this.#distinct.add(name.name);
    this.#found.push({ score, name });
  }

  #open(segment: NameSegmentView): { names: Set<string>; blocks: Set<number> } {
    let seen = this.#seen.get(segment);
    if (seen === undefined) {
      seen = { names: new Set(), blocks: new Set() };
      this.#seen.set(segment, seen);
    }
    return seen;
  }
}

/** Blocks that hold all of the grams. */
function intersectBlocks(segment: NameSegmentView, grams: readonly number[]): number[] {
  let common: Set<number> | undefined;
  for (const gram of grams) {
    const blocks = segment.listBlocks(gram);
    if (blocks === undefined) return [];
    const before = common;
    common = new Set(before === undefined ? blocks : blocks.filter((block) => before.has(block)));
    if (common.size === 0) return [];
  }
  return [...(common ?? [])];
}
