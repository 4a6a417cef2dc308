/**
 * A name segment: the immutable dictionary of the names defined in a set of blobs. Names are sorted without
 * regard to case (then by their spelling) and cut into blocks of about 2 KB, four to a page:
 *
 *     block    = entry*
 *     entry    = varint(ASCII characters shared with the name before, 0 at the start of a block)
 *                string(rest of the name) varint(definitions) varint(bytes of the postings) posting*
 *     posting  = varint(blob - previous blob) varint(ordinal in the blob's outline) byte(kind)
 *
 * The directory is the first name of each block, folded. `grams` maps the keys of `name-grams.ts` to the
 * blocks that hold a name with them. Blobs are numbered within the segment. A deleted blob leaves its
 * postings: readers drop blobs without an outline, and a merge writes the living ones anew.
 */
import { CHUNK_KINDS } from '../model/document.ts';
import type { OutlineSymbol } from '../model/symbol.ts';
import { KeyedBlockWriter, type KeyedBlocks } from './keyed-blocks.ts';
import { foldName, listInitialPairs, listTrigrams, splitWords } from './name-grams.ts';
import { readString, writeString } from './outline-format.ts';
import { writeBlobPostings } from './postings.ts';
import { ByteReader, ByteWriter } from './varint.ts';

const BLOCK_TARGET_BYTES = 1900;

/** What an analyse thread builds and the writer stores. */
export interface BuiltNameSegment {
  readonly blobCount: number;
  readonly symbolCount: number;
  readonly nameCount: number;
  /** The directory: a JSON array with the first folded name of each block. */
  readonly firstNames: Uint8Array<ArrayBuffer>;
  /** All blocks of names, one after another. */
  readonly blocks: Uint8Array<ArrayBuffer>;
  /** Byte offset of each block in `blocks`, and the total as last element. */
  readonly blockOffsets: Uint32Array<ArrayBuffer>;
  readonly grams: KeyedBlocks;
}

/** One name of a block. `postings` is a view into the block. */
export interface NameEntry {
  readonly name: string;
  readonly count: number;
  readonly postings: Uint8Array;
}

/** Where a name is defined. */
export interface NamePosting {
  /** Number of the blob in its segment. */
  readonly blob: number;
  readonly ordinal: number;
  readonly kind: OutlineSymbol['kind'];
}

interface Place {
  readonly blob: number;
  readonly ordinal: number;
  readonly kind: number;
}

/** Collects the definitions of blobs, blob after blob. */
export class NameSegmentBuilder {
  readonly #places = new Map<string, Place[]>();
  #blobCount = 0;
  #symbolCount = 0;

  /** Adds the outline of the next blob. */
  addBlob(symbols: readonly OutlineSymbol[]): void {
    const blob = this.#blobCount++;
    for (const [ordinal, { name, kind }] of symbols.entries()) {
      const place = { blob, ordinal, kind: CHUNK_KINDS.indexOf(kind) };
      const places = this.#places.get(name);
      if (places === undefined) this.#places.set(name, [place]);
      else places.push(place);
    }
    this.#symbolCount += symbols.length;
  }

  /** Gives the finished segment. Cost: about 2 µs a symbol. */
  finish(): BuiltNameSegment {
    const names = sortNames([...this.#places.keys()]);
    const blocks = new BlockWriter();
    for (const [name, folded] of names) blocks.add(name, folded, this.#places.get(name) ?? []);
    return {
      blobCount: this.#blobCount,
      symbolCount: this.#symbolCount,
      nameCount: names.length,
      ...blocks.finish(),
    };
  }
}

/** Names with their folded form, sorted by it. */
function sortNames(names: readonly string[]): (readonly [name: string, folded: string])[] {
  return names
    .map((name) => [name, foldName(name)] as const)
    .sort((left, right) => compare(left[1], right[1]) || compare(left[0], right[0]));
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

class BlockWriter {
  readonly #out = new ByteWriter(1 << 16);
  readonly #postings = new ByteWriter(1 << 10);
  readonly #offsets: number[] = [];
  readonly #firstNames: string[] = [];
  readonly #blocksOfGram = new Map<number, number[]>();
  #blockStart = 0;
  #previous = '';

  add(name: string, folded: string, places: readonly Place[]): void {
    const out = this.#out;
    if (this.#offsets.length === 0 || out.length - this.#blockStart >= BLOCK_TARGET_BYTES) {
      this.#blockStart = out.length;
      this.#offsets.push(out.length);
      this.#firstNames.push(folded);
      this.#previous = '';
    }
    this.#noteGrams(name, folded);
    const shared = countSharedAscii(this.#previous, name);
    this.#previous = name;
    out.writeVarint(shared);
    writeString(out, name.slice(shared));
    out.writeVarint(places.length);
    let blob = 0;
    for (const place of places) {
      this.#postings.writeVarint(place.blob - blob);
      blob = place.blob;
      this.#postings.writeVarint(place.ordinal);
      this.#postings.writeVarint(place.kind);
    }
    out.writeVarint(this.#postings.length);
    out.writeBytes(this.#postings.view());
    this.#postings.length = 0;
  }

  finish(): Pick<BuiltNameSegment, 'firstNames' | 'blocks' | 'blockOffsets' | 'grams'> {
    const grams = new KeyedBlockWriter();
    const list = new ByteWriter(1 << 10);
    for (const gram of Float64Array.from(this.#blocksOfGram.keys()).sort()) {
      const blocks = this.#blocksOfGram.get(gram) ?? [];
      writeBlobPostings(list, Uint32Array.from(blocks));
      grams.add(gram, blocks.length, list.view());
      list.length = 0;
    }
    this.#offsets.push(this.#out.length);
    return {
      firstNames: Uint8Array.from(Buffer.from(JSON.stringify(this.#firstNames))),
      blocks: this.#out.finish(),
      blockOffsets: Uint32Array.from(this.#offsets),
      grams: grams.finish(),
    };
  }

  #noteGrams(name: string, folded: string): void {
    const block = this.#offsets.length - 1;
    for (const gram of listTrigrams(folded)) this.#noteGram(gram, block);
    for (const gram of listInitialPairs(splitWords(name))) this.#noteGram(gram, block);
  }

  #noteGram(gram: number, block: number): void {
    const blocks = this.#blocksOfGram.get(gram);
    if (blocks === undefined) this.#blocksOfGram.set(gram, [block]);
    else if (blocks.at(-1) !== block) blocks.push(block);
  }
}

function countSharedAscii(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  let shared = 0;
  while (shared < length) {
    const code = right.charCodeAt(shared);
    if (code >= 0x80 || left.charCodeAt(shared) !== code) break;
    shared++;
  }
  return shared;
}

/** Lists the names of a block. Cost: about 0.2 µs a name. */
export function decodeNameBlock(block: Uint8Array): NameEntry[] {
  const entries: NameEntry[] = [];
  const reader = new ByteReader(block);
  let previous = '';
  while (reader.position < block.length) {
    const shared = reader.readVarint();
    const name = previous.slice(0, shared) + readString(reader);
    const count = reader.readVarint();
    const length = reader.readVarint();
    const start = reader.position;
    reader.position = start + length;
    entries.push({ name, count, postings: block.subarray(start, start + length) });
    previous = name;
  }
  return entries;
}

/** Lists where a name is defined, by blob and ordinal ascending. */
export function decodePostings({ postings, count }: NameEntry): NamePosting[] {
  const reader = new ByteReader(postings);
  const places: NamePosting[] = [];
  let blob = 0;
  for (let index = 0; index < count; index++) {
    blob += reader.readVarint();
    const ordinal = reader.readVarint();
    places.push({ blob, ordinal, kind: CHUNK_KINDS[reader.readVarint()] ?? 'block' });
  }
  return places;
}

/** Numbers of the blocks that can hold `folded`, as the directory says: first and last, inclusive. */
export function findNameBlocks(
  firstNames: readonly string[],
  folded: string,
): readonly [first: number, last: number] {
  const first = Math.max(0, countBelow(firstNames, folded) - 1);
  let last = first;
  while (last + 1 < firstNames.length && (firstNames[last + 1] as string) <= folded) last++;
  return [first, last];
}

/** Number of first names that sort before `folded`. */
function countBelow(firstNames: readonly string[], folded: string): number {
  let low = 0;
  let high = firstNames.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((firstNames[middle] as string) < folded) low = middle + 1;
    else high = middle;
  }
  return low;
}
