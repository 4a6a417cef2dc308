/**
 * Compares stored contents with the hashes they are found by. It only looks, on any connection; what to do
 * about a damaged one is the writer's part (`verify.ts`).
 */
import { createHash } from 'node:crypto';
import { unpackContent } from './content.ts';
import type { Connection } from './database.ts';

/** What a stretch of contents gave. */
export interface CheckedContents {
  /** Ids of blobs whose content does not decompress or has another hash. */
  readonly damaged: readonly number[];
  /** Where to go on; null after the last content. */
  readonly lastBlobId: number | null;
}

/** Bytes of text of one call: about 150 ms. */
const STRETCH_BYTES = 64 * 1024 * 1024;

interface ContentRow {
  readonly id: number;
  readonly hash: Buffer;
  readonly data: Buffer;
}

/** Checks the contents behind `afterBlobId`, in order of id. Cost: about 2 ms a megabyte of text. */
export function checkContents(connection: Connection, afterBlobId: number): CheckedContents {
  const rows = connection
    .prepare(
      `SELECT b.id, b.hash, c.data FROM blob b JOIN blob_content c ON c.blob_id = b.id
       WHERE b.id > ? ORDER BY b.id`,
    )
    .iterate(afterBlobId) as IterableIterator<ContentRow>;
  const damaged: number[] = [];
  let bytes = 0;
  for (const { id, hash, data } of rows) {
    const text = decompress(data);
    if (text === undefined || !isHashOf(hash, text)) damaged.push(id);
    bytes += text?.length ?? 0;
    if (bytes >= STRETCH_BYTES) return { damaged, lastBlobId: id };
  }
  return { damaged, lastBlobId: null };
}

function decompress(data: Buffer): Buffer | undefined {
  try {
    return unpackContent(data);
  } catch {
    return undefined;
  }
}

/** Hashes are kept by their first half. */
function isHashOf(hash: Buffer, text: Buffer): boolean {
  return createHash('sha256').update(text).digest().subarray(0, hash.length).equals(hash);
}
