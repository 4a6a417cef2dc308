/**
 * Ranked search over words: which files hold the terms of the query, where in them, and in what order.
 * Every document that passes the filter and holds a term in content or path is considered; the best few
 * hundred are kept with their best chunks.
 */
import { weighTerms, type QueryTerm, type WeightedTerm } from '../ranking/select-terms.ts';
import { toPathKey } from '../analysis/path-words.ts';
import { WEIGHTS } from '../ranking/weights.ts';
import { ROLES, type Role } from '../model/document.ts';
import type { PostingList } from '../segments/keyed-blocks.ts';
import type { DocumentFilter } from './document-filter.ts';
import type { CatalogView, IndexView, SegmentView } from './ports.ts';
import { SegmentScorer, type LengthAverages, type WeightedList } from './segment-scorer.ts';
import { TopList } from './top-list.ts';

/** A chunk of a candidate with its score. Lines are 1-based and inclusive. */
export interface ChunkHit {
  readonly startLine: number;
  readonly endLine: number;
  readonly score: number;
}

/** A file that answers. */
export interface FileCandidate {
  readonly slot: number;
  readonly blobId: number;
  /** Text and path together, times the factor of the role. */
  readonly score: number;
  readonly textScore: number;
  readonly pathScore: number;
  readonly roleFactor: number;
  /** Best first; empty when only the path matched. */
  readonly chunks: readonly ChunkHit[];
}

export interface RankedResult {
  /** The terms that files were scored by, heaviest first. */
  readonly terms: readonly WeightedTerm[];
  /** These and the lighter ones, heaviest first. */
  readonly allTerms: readonly WeightedTerm[];
  /** Best first. */
  readonly candidates: readonly FileCandidate[];
  /** Documents that hold a term and pass the filter. */
  readonly matchedFiles: number;
}

export interface RankedOptions {
  readonly filter: DocumentFilter;
  /** Files that are kept. */
  readonly limit: number;
  readonly roleFactors: Readonly<Record<Role, number>>;
  /** False when something must stand in the text. */
  readonly allowsPathOnly: boolean;
  /** Which blobs of a segment may answer; undefined: all. */
  readonly findMask: (segment: SegmentView) => Uint8Array | undefined;
}

const CHUNKS_KEPT = 8;
const FEW_TERMS = 4;

export class RankedSearch {
  readonly #scorer = new SegmentScorer();
  #pathScores = new Float32Array(0);

  /** Finds the best `limit` files. */
  run(view: IndexView, terms: readonly QueryTerm[], options: RankedOptions): RankedResult {
    const segments = view.segments.list();
    const byKey = [...terms.entries()].toSorted(([, left], [, right]) => left.key - right.key);
    const lists = segments.map((segment) => findLists(segment, byKey));
    const totals = countTotals(segments);
    const places = new Map(terms.map((term, index) => [term, index]));
    const allTerms = weighTerms(terms, totals.blobs, (term) => {
      const index = places.get(term) ?? -1;
      return lists.reduce((sum, found) => sum + (found[index]?.fileCount ?? 0), 0);
    });
    const weighted = allTerms.slice(0, WEIGHTS.maxTerms);
    const pathScores = this.#scorePaths(view.catalog, terms, weighted);
    const collector = new Collector(view.catalog, {
      ...options,
      pathScores,
      factors: ROLES.map((role) => options.roleFactors[role]),
    });
    for (const [index, segment] of segments.entries()) {
      const own = toWeightedLists(terms, weighted, lists[index] ?? []);
      if (own.length === 0) continue;
      const mask = options.findMask(segment);
      this.#scorer.score(segment, own, {
        averages: totals,
        onBlob: (local) => {
          if (mask?.[local] !== 0) collector.addBlob(segment, local, this.#scorer);
        },
      });
    }
    if (options.allowsPathOnly) collector.addPathMatches();
    return {
      terms: weighted,
      allTerms,
      candidates: collector.top.list(),
      matchedFiles: collector.matchedFiles,
    };
  }

  #scorePaths(
    catalog: CatalogView,
    terms: readonly QueryTerm[],
    weighted: readonly WeightedTerm[],
  ): Float32Array {
    if (this.#pathScores.length < catalog.slotCount) {
      this.#pathScores = new Float32Array(Math.max(catalog.slotCount, this.#pathScores.length * 2));
    }
    const known = new Map<number, number>();
    const raise = (text: string, weight: number): void => {
      const key = toUpperBits(toPathKey(text));
      known.set(key, Math.max(weight, known.get(key) ?? 0));
    };
    for (const { text, weight } of weighted) raise(text, weight);
    const heaviest = weighted[0]?.weight ?? 1;
    // A few words that no content holds may still name a file.
    if (weighted.length < FEW_TERMS) {
      for (const { text } of terms) {
        if (!known.has(toUpperBits(toPathKey(text)))) raise(text, heaviest);
      }
    }
    catalog.pathTerms.score(catalog.slotCount, known, this.#pathScores);
    return this.#pathScores;
  }
}

/** The part of a key that paths keep. */
function toUpperBits(key: number): number {
  return Math.floor(key / 0x10000) >>> 0;
}

/** The lists by the index of their term. Looked up in order of key, terms of one block read it once. */
function findLists(
  segment: SegmentView,
  byKey: readonly (readonly [number, QueryTerm])[],
): readonly (PostingList | undefined)[] {
  const lists = Array.from<PostingList | undefined>({ length: byKey.length });
  for (const [index, { key }] of byKey) lists[index] = segment.findWord(key);
  return lists;
}

function toWeightedLists(
  terms: readonly QueryTerm[],
  weighted: readonly WeightedTerm[],
  lists: readonly (PostingList | undefined)[],
): WeightedList[] {
  return weighted.flatMap(({ key, weight }) => {
    const list = lists[terms.findIndex((term) => term.key === key)];
    return list === undefined ? [] : [{ weight, bytes: list.bytes }];
  });
}

function countTotals(segments: readonly SegmentView[]): LengthAverages & { blobs: number } {
  let blobs = 0;
  let tokens = 0;
  let chunks = 0;
  for (const segment of segments) {
    blobs += segment.blobCount;
    tokens += segment.totalTokens;
    chunks += segment.chunks.chunkCount;
  }
  return {
    blobs,
    fileTokens: Math.max(1, tokens / Math.max(1, blobs)),
    chunkTokens: Math.max(1, tokens / Math.max(1, chunks)),
  };
}

/** Turns scored blobs into candidates and keeps the best. */
class Collector {
  readonly top: TopList<FileCandidate>;
  matchedFiles = 0;
  readonly #catalog: CatalogView;
  readonly #filter: DocumentFilter;
  readonly #pathScores: Float32Array;
  readonly #factors: readonly number[];

  constructor(
    catalog: CatalogView,
    options: {
      filter: DocumentFilter;
      limit: number;
      pathScores: Float32Array;
      factors: readonly number[];
    },
  ) {
    this.#catalog = catalog;
    this.#filter = options.filter;
    this.#pathScores = options.pathScores;
    this.#factors = options.factors;
    this.top = new TopList(options.limit);
  }

  addBlob(segment: SegmentView, local: number, scorer: SegmentScorer): void {
    const blobId = segment.blobIds[local] as number;
    if (blobId === 0) return;
    const slot = this.#chooseSlot(blobId);
    if (slot < 0) return;
    this.matchedFiles += 1;
    const pathScore = this.#pathScores[slot] as number;
    const roleFactor = this.#factorOf(slot);
    const { threshold } = this.top;
    if ((scorer.boundOf(local) + pathScore) * roleFactor <= threshold) return;
    const textScore = scorer.blobScore(segment, local);
    const score = (textScore + pathScore) * roleFactor;
    if (score <= threshold) return;
    const chunks = listBestChunks(segment, local, scorer);
    this.top.add(score, { slot, blobId, score, textScore, pathScore, roleFactor, chunks });
  }

  /** Adds documents whose path holds a term while their content holds none. */
  addPathMatches(): void {
    const kept = new Set(this.top.list().map(({ blobId }) => blobId));
    for (let slot = 0; slot < this.#catalog.slotCount; slot++) {
      const pathScore = this.#pathScores[slot] as number;
      if (pathScore === 0 || this.#catalog.documentId[slot] === 0) continue;
      const blobId = this.#catalog.blobId[slot] as number;
      const roleFactor = this.#factorOf(slot);
      const score = pathScore * roleFactor;
      if (score <= this.top.threshold || kept.has(blobId) || !this.#filter.accepts(slot)) continue;
      kept.add(blobId);
      this.matchedFiles += 1;
      this.top.add(score, { slot, blobId, score, textScore: 0, pathScore, roleFactor, chunks: [] });
    }
  }

  #factorOf(slot: number): number {
    return this.#factors[this.#catalog.role[slot] as number] as number;
  }

  /** Of several documents with the same content, the one with the best role and path; -1 when none passes. */
  #chooseSlot(blobId: number): number {
    let best = -1;
    let bestScore = -1;
    for (const slot of this.#catalog.slotsOfBlob(blobId)) {
      if (!this.#filter.accepts(slot)) continue;
      const score = this.#factorOf(slot) * (1 + (this.#pathScores[slot] as number));
      if (score > bestScore || (score === bestScore && this.#isShorter(slot, best))) {
        best = slot;
        bestScore = score;
      }
    }
    return best;
  }

  #isShorter(slot: number, other: number): boolean {
    const path = this.#catalog.paths[slot] as string;
    const otherPath = this.#catalog.paths[other] as string;
    return path.length < otherPath.length || (path.length === otherPath.length && path < otherPath);
  }
}

function listBestChunks(segment: SegmentView, local: number, scorer: SegmentScorer): ChunkHit[] {
  const { blobFirstChunk, startLine } = segment.chunks;
  const first = blobFirstChunk[local] as number;
  const end = blobFirstChunk[local + 1] as number;
  const hits: ChunkHit[] = [];
  for (let chunk = first; chunk < end; chunk++) {
    const score = scorer.chunkScore(chunk);
    if (score <= 0) continue;
    const endLine = chunk + 1 < end ? (startLine[chunk + 1] as number) - 1 : Infinity;
    hits.push({ startLine: startLine[chunk] as number, endLine, score });
  }
  return hits.toSorted((left, right) => right.score - left.score).slice(0, CHUNKS_KEPT);
}
