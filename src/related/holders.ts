/** Files that hold a name as a word, by the word index: candidates that are looked at one by one. */
import { toTermKey } from '../analysis/terms.ts';
import { toFolder } from '../ranking/file-scores.ts';
import { readWordPostings } from '../segments/postings.ts';
import { TopList } from '../search/top-list.ts';
import type { RelatedView } from './ports.ts';

/** Candidates that are kept of one name. */
const MAX_HOLDERS = 200;

export interface HolderQuery {
  readonly name: string;
  /** The file that defines the name. */
  readonly ownSlot: number;
  /** Files that import it. */
  readonly importers: ReadonlySet<number>;
}

/**
 * Lists slots of files that hold the name, without regard to case and also as a word of a longer name: files that
 * import the definition first, then its own, its folder, the rest; code before tests and the like. At most 200.
 * Cost: the postings of one term.
 */
export function listHolders(view: RelatedView, query: HolderQuery): number[] {
  const { catalog } = view;
  const ownFolder = toFolder(catalog.paths[query.ownSlot] as string);
  const top = new TopList<number>(MAX_HOLDERS);
  for (const blobId of listBlobs(view, query.name)) {
    for (const slot of catalog.slotsOfBlob(blobId)) {
      const isNear = toFolder(catalog.paths[slot] as string) === ownFolder;
      const nearness =
        4 * Number(query.importers.has(slot)) +
        3 * Number(slot === query.ownSlot) +
        2 * Number(isNear) +
        Number(catalog.sourceIndex[slot] === catalog.sourceIndex[query.ownSlot]);
      top.add(nearness - (catalog.role[slot] as number) / 10, slot);
    }
  }
  return top.list();
}

/** Contents that hold the name as a word, without regard to case. Cost: one look-up in each segment. */
export function countHolders({ segments }: RelatedView, name: string): number {
  const key = toTermKey(name.toLowerCase());
  return segments.list().reduce((sum, segment) => sum + (segment.findWord(key)?.fileCount ?? 0), 0);
}

/** Blobs that hold the term, each once. */
function* listBlobs({ segments }: RelatedView, name: string): Generator<number> {
  const key = toTermKey(name.toLowerCase());
  const all = segments.list();
  const length = all.reduce((most, { chunks }) => Math.max(most, chunks.chunkCount), 0);
  const chunks = new Uint32Array(length);
  const frequencies = new Uint8Array(length);
  for (const segment of all) {
    const list = segment.findWord(key);
    if (list === undefined) continue;
    const count = readWordPostings(list.bytes, chunks, frequencies);
    let previous = -1;
    for (let index = 0; index < count; index++) {
      const local = segment.chunks.blobOfChunk[chunks[index] as number] as number;
      if (local === previous) continue;
      previous = local;
      const blobId = segment.blobIds[local] as number;
      if (blobId !== 0) yield blobId;
    }
  }
}
