/**
 * What an analyse thread does with a batch of files: read, hash, leave out what the index has already,
 * build the segment of the rest, compress. One file that cannot be read is a line in the result, never an
 * exception. Runs synchronously in its thread; the caller bounds the batch in bytes.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import type { SegmentBuilder } from '../analysis/segment-builder.ts';
import { toReasonCode, type AnalysedColumns, type PendingColumns } from '../model/batches.ts';
import { ROLES, type FailReason, type ReadResult, type Role } from '../model/document.ts';
import type { BuiltSegment } from '../segments/segment.ts';
import { ByteWriter } from '../segments/varint.ts';

const HASH_BYTES = 16;
const MAX_REPORTED_FAILURES = 20;
/** Level 3 gives 24 % of source text at about 250 MB/s; each level more costs a third of the speed for 2 %. */
const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };
/** Output is taken in pieces of a third of the text, most often one: pieces of a fixed size are mostly air. */
const MIN_PIECE_BYTES = 1024;
const MAX_PIECE_BYTES = 64 * 1024;

/** What the batch needs from other rooms. */
export interface AnalysePorts {
  /** The bytes of a text need to hold only until the next call. */
  readDocument(absolutePath: string, path: string): ReadResult;
  findLanguage(path: string, bytes: Uint8Array): string;
  findRole(path: string, language: string, bytes: Uint8Array): Role;
  /** True when the index holds a text of this hash that the tree may use. */
  isKnown(hash: Uint8Array): boolean;
  /** The builder of the thread, between two segments. */
  readonly builder: SegmentBuilder;
}

export interface AnalysedBatch {
  readonly columns: AnalysedColumns;
  readonly segment: BuiltSegment | null;
}

/** Works off `pending`; paths are relative to `root`. */
export function analyseBatch(
  root: string,
  pending: PendingColumns,
  ports: AnalysePorts,
): AnalysedBatch {
  const batch = new Batch(pending.paths.length, ports.builder);
  for (const [index, path] of pending.paths.entries()) {
    batch.documentIds[index] = pending.documentIds[index] as number;
    batch.sizeBytes[index] = pending.sizeBytes[index] as number;
    batch.mtimeMs[index] = pending.mtimeMs[index] as number;
    const result = ports.readDocument(join(root, path), path);
    if (result.kind === 'text') batch.addText(index, path, { result, ports });
    else batch.addReason(index, path, result);
  }
  return batch.finish();
}

class Batch {
  readonly documentIds: Float64Array;
  readonly sizeBytes: Float64Array;
  readonly mtimeMs: Float64Array;
  readonly #reasons: Uint8Array;
  readonly #blobIndex: Int32Array;
  readonly #languages: string[];
  readonly #roles: Uint8Array;
  readonly #failures: { path: string; reason: FailReason; message: string }[] = [];
  readonly #blobByHash = new Map<string, number>();
  readonly #hashes: Buffer[] = [];
  readonly #blobSizes: number[] = [];
  readonly #blobLines: number[] = [];
  readonly #blobLocal: number[] = [];
  readonly #contents = new ByteWriter(1 << 20);
  readonly #contentOffsets: number[] = [0];
  readonly #builder: SegmentBuilder;

  constructor(files: number, builder: SegmentBuilder) {
    builder.discard();
    this.#builder = builder;
    this.documentIds = new Float64Array(files);
    this.sizeBytes = new Float64Array(files);
    this.mtimeMs = new Float64Array(files);
    this.#reasons = new Uint8Array(files);
    this.#blobIndex = new Int32Array(files).fill(-1);
    this.#languages = Array.from({ length: files }, () => '');
    this.#roles = new Uint8Array(files);
  }

  addReason(index: number, path: string, result: Exclude<ReadResult, { kind: 'text' }>): void {
    this.#reasons[index] = toReasonCode(result.reason);
    if (result.kind === 'failed' && this.#failures.length < MAX_REPORTED_FAILURES) {
      this.#failures.push({ path, reason: result.reason, message: result.message });
    }
    if (result.kind === 'failed') return;
    this.mtimeMs[index] = result.mtimeMs ?? (this.mtimeMs[index] as number);
    this.sizeBytes[index] = result.sizeBytes ?? (this.sizeBytes[index] as number);
  }

  addText(
    index: number,
    path: string,
    file: { result: Extract<ReadResult, { kind: 'text' }>; ports: AnalysePorts },
  ): void {
    const { bytes, sizeBytes, mtimeMs } = file.result;
    this.sizeBytes[index] = sizeBytes;
    this.mtimeMs[index] = mtimeMs;
    const language = file.ports.findLanguage(path, bytes);
    this.#languages[index] = language;
    this.#roles[index] = ROLES.indexOf(file.ports.findRole(path, language, bytes));
    const hash = createHash('sha256').update(bytes).digest().subarray(0, HASH_BYTES);
    const key = hash.toString('latin1');
    let blob = this.#blobByHash.get(key);
    if (blob === undefined) {
      blob = this.#addBlob(bytes, hash, file.ports.isKnown(hash));
      this.#blobByHash.set(key, blob);
    }
    this.#blobIndex[index] = blob;
  }

  finish(): AnalysedBatch {
    const segment = this.#builder.blobCount === 0 ? null : this.#builder.finish();
    return {
      segment,
      columns: {
        documentIds: this.documentIds,
        sizeBytes: this.sizeBytes,
        mtimeMs: this.mtimeMs,
        reasons: this.#reasons,
        blobIndex: this.#blobIndex,
        languages: this.#languages,
        roles: this.#roles,
        blobHashes: concatenate(this.#hashes),
        blobSizeBytes: Float64Array.from(this.#blobSizes),
        blobLineCounts: Float64Array.from(this.#blobLines),
        blobLocal: Int32Array.from(this.#blobLocal),
        contents: this.#contents.finish(),
        contentOffsets: Float64Array.from(this.#contentOffsets),
        failures: this.#failures,
      },
    };
  }

  #addBlob(bytes: Uint8Array, hash: Buffer, isKnown: boolean): number {
    this.#hashes.push(hash);
    this.#blobSizes.push(bytes.length);
    if (isKnown) {
      this.#blobLocal.push(-1);
      this.#blobLines.push(0);
    } else {
      this.#blobLocal.push(this.#builder.blobCount);
      this.#blobLines.push(this.#builder.addBlob(bytes));
      this.#contents.writeBytes(compress(bytes));
      this.#contentOffsets.push(this.#contents.length);
    }
    return this.#hashes.length - 1;
  }
}

function compress(bytes: Uint8Array): Uint8Array {
  const third = Math.ceil(bytes.length / 3);
  const chunkSize = Math.max(MIN_PIECE_BYTES, Math.min(MAX_PIECE_BYTES, third));
  return zstdCompressSync(bytes, { ...COMPRESSION, chunkSize });
}

/** One buffer of its own (not a slice of a shared pool), so that it can be handed to another thread. */
function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const all = new Uint8Array(length);
  let position = 0;
  for (const part of parts) {
    all.set(part, position);
    position += part.length;
  }
  return all;
}
