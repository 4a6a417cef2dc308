/**
 * The terms of document paths, in two growing columns: which terms a path has, and whether each stands in
 * the base name. Terms are kept as the upper 32 bits of their keys. Folders repeat, so their terms are
 * worked out once.
 */

/** Gives the term keys of a piece of a path. */
export type ListTermKeys = (text: string) => readonly number[];

/** Base names that say nothing: the folder's name stands for them. */
const EMPTY_NAMES: ReadonlySet<string> = new Set([
  '__init__',
  'index',
  'mod',
  'lib',
  'main',
  '__main__',
]);
const MAX_CACHED_FOLDERS = 20_000;

export class PathTerms {
  readonly #listTermKeys: ListTermKeys;
  readonly #folders = new Map<string, readonly number[]>();
  #start = new Uint32Array(1024);
  #baseEnd = new Uint32Array(1024);
  #end = new Uint32Array(1024);
  #terms = new Uint32Array(16_384);
  #length = 0;

  constructor(listTermKeys: ListTermKeys) {
    this.#listTermKeys = listTermKeys;
  }

  /** Sets the terms of a slot. What an earlier document of the slot had is left behind. */
  set(slot: number, path: string): void {
    if (slot >= this.#start.length) this.#growSlots();
    const cut = path.lastIndexOf('/');
    const folder = cut < 0 ? '' : path.slice(0, cut);
    const file = path.slice(cut + 1);
    const dot = file.indexOf('.', 1);
    const stem = dot < 0 ? file : file.slice(0, dot);
    const base = EMPTY_NAMES.has(stem) ? folder.slice(folder.lastIndexOf('/') + 1) : stem;
    this.#start[slot] = this.#length;
    for (const key of this.#listTermKeys(base)) this.#push(key);
    this.#baseEnd[slot] = this.#length;
    for (const key of this.#listFolder(folder)) this.#push(key);
    this.#end[slot] = this.#length;
  }

  /**
   * Adds up weights of the terms of each path: in full for the base name, by half for folders.
   * `weights` is keyed by the upper 32 bits of term keys. Cost: about 2 ns a term of every path.
   */
  score(slotCount: number, weights: ReadonlyMap<number, number>, scores: Float32Array): void {
    const filter = new Uint8Array(1 << 16);
    for (const term of weights.keys()) filter[term >>> 16] = 1;
    const [terms, starts, ends] = [this.#terms, this.#start, this.#end];
    for (let slot = 0; slot < slotCount; slot++) {
      const end = ends[slot] as number;
      let index = starts[slot] as number;
      while (index < end && filter[(terms[index] as number) >>> 16] === 0) index += 1;
      scores[slot] = index === end ? 0 : this.#scoreOne(slot, index, weights);
    }
  }

  clear(): void {
    this.#length = 0;
  }

  /** `first` is the first term of the slot that may have a weight. */
  #scoreOne(slot: number, first: number, weights: ReadonlyMap<number, number>): number {
    const start = this.#start[slot] as number;
    const baseEnd = this.#baseEnd[slot] as number;
    const end = this.#end[slot] as number;
    let score = 0;
    for (let index = first; index < end; index++) {
      const term = this.#terms[index] as number;
      const weight = weights.get(term);
      if (weight === undefined || this.#isRepeated(start, index, term)) continue;
      score += index < baseEnd ? weight : weight / 2;
    }
    return score;
  }

  #isRepeated(start: number, index: number, term: number): boolean {
    for (let other = start; other < index; other++) if (this.#terms[other] === term) return true;
    return false;
  }

  #listFolder(folder: string): readonly number[] {
    let terms = this.#folders.get(folder);
    if (terms === undefined) {
      terms = [...new Set(this.#listTermKeys(folder))];
      if (this.#folders.size >= MAX_CACHED_FOLDERS) this.#folders.clear();
      this.#folders.set(folder, terms);
    }
    return terms;
  }

  #push(key: number): void {
    if (this.#length === this.#terms.length) {
      const larger = new Uint32Array(this.#terms.length * 2);
      larger.set(this.#terms);
      this.#terms = larger;
    }
    this.#terms[this.#length++] = toUpperBits(key);
  }

  #growSlots(): void {
    const length = this.#start.length * 2;
    for (const column of ['start', 'baseEnd', 'end'] as const) {
      const larger = new Uint32Array(length);
      if (column === 'start') {
        larger.set(this.#start);
        this.#start = larger;
      } else if (column === 'baseEnd') {
        larger.set(this.#baseEnd);
        this.#baseEnd = larger;
      } else {
        larger.set(this.#end);
        this.#end = larger;
      }
    }
  }
}

/** The part of a term key that path terms keep. */
function toUpperBits(key: number): number {
  return Math.floor(key / 0x10000) >>> 0;
}
