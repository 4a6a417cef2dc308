/**
 * Scores the files and chunks of one segment for weighted terms, term by term over dense accumulators that
 * are shared by all segments and cleared behind each. Nothing is allocated that grows with the index.
 */
import { B, K1 } from '../ranking/bm25.ts';
import { WEIGHTS } from '../ranking/weights.ts';
import { readWordPostings } from '../segments/postings.ts';
import type { SegmentView } from './ports.ts';

/** A posting list with the weight of its term. */
export interface WeightedList {
  readonly weight: number;
  readonly bytes: Uint8Array;
}

/** Averages over the whole index, in tokens. */
export interface LengthAverages {
  readonly fileTokens: number;
  readonly chunkTokens: number;
}

/** The three best chunks of a file count in full, by half and by a third: no more than this many times the best. */
const CHUNKS_COUNTED = 1 + WEIGHTS.secondChunk + WEIGHTS.thirdChunk;
/** Sums of 32-bit fractions are this much off at most. */
const ROUNDING = 1.0001;

export class SegmentScorer {
  #chunkScores = new Float32Array(0);
  #blobScores = new Float32Array(0);
  /** Of each blob the most that one of its chunks can have: the sum over its terms. */
  #blobGains = new Float32Array(0);
  #postingChunks = new Uint32Array(0);
  #postingFrequencies = new Uint8Array(0);
  #touched = new Uint32Array(0);

  /**
   * Scores a segment and calls back with every blob that holds one of the terms. The other methods tell of
   * the blob and are valid only during the call.
   */
  score(
    segment: SegmentView,
    lists: readonly WeightedList[],
    target: { averages: LengthAverages; onBlob: (local: number) => void },
  ): void {
    this.#reserve(segment);
    let touched = 0;
    for (const list of lists)
      touched = this.#addList(segment, list, { averages: target.averages, touched });
    for (let index = 0; index < touched; index++) target.onBlob(this.#touched[index] as number);
    for (let index = 0; index < touched; index++)
      this.#clear(segment, this.#touched[index] as number);
  }

  /** The score of a blob is not above this. Costs nothing, where `blobScore` looks at every chunk. */
  boundOf(local: number): number {
    const gains = this.#blobGains[local] as number;
    return ((this.#blobScores[local] as number) + CHUNKS_COUNTED * gains) * ROUNDING;
  }

  /** What a file earns by its text: as a whole and by its best chunks. */
  blobScore(segment: SegmentView, local: number): number {
    return (this.#blobScores[local] as number) + this.#sumBestChunks(segment, local);
  }

  chunkScore(chunk: number): number {
    return this.#chunkScores[chunk] as number;
  }

  #addList(
    segment: SegmentView,
    list: WeightedList,
    state: { averages: LengthAverages; touched: number },
  ): number {
    const chunks = this.#postingChunks;
    const frequencies = this.#postingFrequencies;
    const chunkScores = this.#chunkScores;
    const { blobOfChunk, tokenCount } = segment.chunks;
    const perChunkToken = (K1 * B) / state.averages.chunkTokens;
    const perBlobToken = (K1 * B) / state.averages.fileTokens;
    const base = K1 * (1 - B);
    const gain = list.weight * (K1 + 1);
    let { touched } = state;
    const count = readWordPostings(list.bytes, chunks, frequencies);
    for (let index = 0; index < count;) {
      const blob = blobOfChunk[chunks[index] as number] as number;
      let blobFrequency = 0;
      for (; index < count; index++) {
        const chunk = chunks[index] as number;
        if (blobOfChunk[chunk] !== blob) break;
        const frequency = frequencies[index] as number;
        const length = base + perChunkToken * (tokenCount[chunk] as number);
        chunkScores[chunk] =
          (chunkScores[chunk] as number) + (gain * frequency) / (frequency + length);
        blobFrequency += frequency;
      }
      const before = this.#blobScores[blob] as number;
      const length = base + perBlobToken * (segment.blobTokens[blob] as number);
      this.#blobScores[blob] = before + (gain * blobFrequency) / (blobFrequency + length);
      this.#blobGains[blob] = (this.#blobGains[blob] as number) + gain;
      if (before === 0) this.#touched[touched++] = blob;
    }
    return touched;
  }

  #sumBestChunks(segment: SegmentView, local: number): number {
    const chunkScores = this.#chunkScores;
    const first = segment.chunks.blobFirstChunk[local] as number;
    const end = segment.chunks.blobFirstChunk[local + 1] as number;
    let best = 0;
    let second = 0;
    let third = 0;
    for (let chunk = first; chunk < end; chunk++) {
      const score = chunkScores[chunk] as number;
      if (score <= third) continue;
      if (score > best) {
        third = second;
        second = best;
        best = score;
      } else if (score > second) {
        third = second;
        second = score;
      } else {
        third = score;
      }
    }
    return best + second * WEIGHTS.secondChunk + third * WEIGHTS.thirdChunk;
  }

  #clear(segment: SegmentView, local: number): void {
    this.#blobScores[local] = 0;
    this.#blobGains[local] = 0;
    const { blobFirstChunk } = segment.chunks;
    this.#chunkScores.fill(0, blobFirstChunk[local], blobFirstChunk[local + 1]);
  }

  #reserve(segment: SegmentView): void {
    const { chunkCount } = segment.chunks;
    if (chunkCount > this.#chunkScores.length) {
      this.#chunkScores = new Float32Array(chunkCount);
      this.#postingChunks = new Uint32Array(chunkCount);
      this.#postingFrequencies = new Uint8Array(chunkCount);
    }
    if (segment.blobCount > this.#blobScores.length) {
      this.#blobScores = new Float32Array(segment.blobCount);
      this.#blobGains = new Float32Array(segment.blobCount);
      this.#touched = new Uint32Array(segment.blobCount);
    }
  }
}
