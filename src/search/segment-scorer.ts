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

/** What a file earned by its text. */
export interface BlobScore {
  readonly local: number;
  readonly score: number;
}

export class SegmentScorer {
  #chunkScores = new Float32Array(0);
  #blobScores = new Float32Array(0);
  #postingChunks = new Uint32Array(0);
  #postingFrequencies = new Uint8Array(0);
  #touched = new Uint32Array(0);

  /**
   * Scores a segment and calls back with every blob that holds one of the terms. `chunkScoreOf` in the
   * callback is valid only during the call.
   */
  score(
    segment: SegmentView,
    lists: readonly WeightedList[],
    target: { averages: LengthAverages; onBlob: (score: BlobScore) => void },
  ): void {
    this.#reserve(segment);
    let touched = 0;
    for (const list of lists)
      touched = this.#addList(segment, list, { averages: target.averages, touched });
    for (let index = 0; index < touched; index++) {
      const local = this.#touched[index] as number;
      const score = (this.#blobScores[local] as number) + this.#sumBestChunks(segment, local);
      target.onBlob({ local, score });
    }
    for (let index = 0; index < touched; index++)
      this.#clear(segment, this.#touched[index] as number);
  }

  /** Score of a chunk of the segment being scored; only inside the callback. */
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
    const count = readWordPostings(list.bytes, chunks, frequencies);
    const { blobOfChunk, tokenCount } = segment.chunks;
    const perChunkToken = (K1 * B) / state.averages.chunkTokens;
    const perBlobToken = (K1 * B) / state.averages.fileTokens;
    const base = K1 * (1 - B);
    const gain = list.weight * (K1 + 1);
    let touched = state.touched;
    let blob = -1;
    let blobFrequency = 0;
    for (let index = 0; index < count; index++) {
      const chunk = chunks[index] as number;
      const frequency = frequencies[index] as number;
      const length = base + perChunkToken * (tokenCount[chunk] as number);
      this.#chunkScores[chunk] =
        (this.#chunkScores[chunk] as number) + (gain * frequency) / (frequency + length);
      const owner = blobOfChunk[chunk] as number;
      if (owner !== blob) {
        if (blob >= 0)
          touched = this.#addBlob(segment, blob, {
            gain,
            blobFrequency,
            base,
            perBlobToken,
            touched,
          });
        blob = owner;
        blobFrequency = 0;
      }
      blobFrequency += frequency;
    }
    if (blob >= 0)
      touched = this.#addBlob(segment, blob, { gain, blobFrequency, base, perBlobToken, touched });
    return touched;
  }

  #addBlob(
    segment: SegmentView,
    blob: number,
    part: {
      gain: number;
      blobFrequency: number;
      base: number;
      perBlobToken: number;
      touched: number;
    },
  ): number {
    const before = this.#blobScores[blob] as number;
    const length = part.base + part.perBlobToken * (segment.blobTokens[blob] as number);
    this.#blobScores[blob] =
      before + (part.gain * part.blobFrequency) / (part.blobFrequency + length);
    if (before !== 0) return part.touched;
    this.#touched[part.touched] = blob;
    return part.touched + 1;
  }

  #sumBestChunks(segment: SegmentView, local: number): number {
    const first = segment.chunks.blobFirstChunk[local] as number;
    const end = segment.chunks.blobFirstChunk[local + 1] as number;
    let best = 0;
    let second = 0;
    let third = 0;
    for (let chunk = first; chunk < end; chunk++) {
      const score = this.#chunkScores[chunk] as number;
      if (score > best) {
        third = second;
        second = best;
        best = score;
      } else if (score > second) {
        third = second;
        second = score;
      } else if (score > third) {
        third = score;
      }
    }
    return best + second * WEIGHTS.secondChunk + third * WEIGHTS.thirdChunk;
  }

  #clear(segment: SegmentView, local: number): void {
    this.#blobScores[local] = 0;
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
      this.#touched = new Uint32Array(segment.blobCount);
    }
  }
}
