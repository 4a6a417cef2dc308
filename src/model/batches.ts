/**
 * What travels between threads while indexing: columns instead of rows, so that a batch of thousands of
 * files crosses the main thread as a handful of buffers.
 */
import { FAIL_REASONS, SKIP_REASONS, type FailReason, type SkipReason } from './document.ts';

/** Reasons by their code less one; code 0 = no reason. Append only at the end of each list. */
const REASONS: readonly (SkipReason | FailReason)[] = [...SKIP_REASONS, ...FAIL_REASONS];

export function toReasonCode(reason: SkipReason | FailReason | undefined): number {
  return reason === undefined ? 0 : REASONS.indexOf(reason) + 1;
}

export function fromReasonCode(code: number): SkipReason | FailReason | null {
  return REASONS[code - 1] ?? null;
}

export function isFailReason(reason: string): boolean {
  return (FAIL_REASONS as readonly string[]).includes(reason);
}

/** A stretch of a listing. All columns have one element a file. */
export interface ListingColumns {
  readonly paths: readonly string[];
  readonly sizeBytes: Float64Array;
  readonly mtimeMs: Float64Array;
  /** 0: to be read. Else the file is settled by its listing alone. */
  readonly reasons: Uint8Array;
}

/** Files to read, as the manifest hands them out. */
export interface PendingColumns {
  readonly documentIds: Float64Array;
  readonly paths: readonly string[];
  readonly sizeBytes: Float64Array;
  readonly mtimeMs: Float64Array;
}

/** What became of a batch of files. The first columns have one element a file, the `blob…` ones one a distinct content. */
export interface AnalysedColumns {
  readonly documentIds: Float64Array;
  readonly sizeBytes: Float64Array;
  readonly mtimeMs: Float64Array;
  /** 0: text, indexed. Else skipped or failed with this reason. */
  readonly reasons: Uint8Array;
  /** Index into the blob columns, -1 for files without text. */
  readonly blobIndex: Int32Array;
  readonly languages: readonly string[];
  /** Index into `ROLES`. */
  readonly roles: Uint8Array;
  /** 16 bytes a blob: the first half of the SHA-256 of its text. */
  readonly blobHashes: Uint8Array;
  readonly blobSizeBytes: Float64Array;
  readonly blobLineCounts: Float64Array;
  /** Number of the blob in the segment, -1 when the index had it already. */
  readonly blobLocal: Int32Array;
  /** Compressed contents of the blobs of the segment, one after another, and their offsets. */
  readonly contents: Uint8Array;
  readonly contentOffsets: Float64Array;
  /** The first files that failed, for status and log. */
  readonly failures: readonly {
    readonly path: string;
    readonly reason: FailReason;
    readonly message: string;
  }[];
}
