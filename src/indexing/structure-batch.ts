/**
 * What an analyse thread does with a batch of stored contents in the structure pass: parses each and packs
 * its outline. A parser that traps is not used again; what comes behind that content is left over for a
 * fresh thread. Also the second step: names of stored outlines into one segment.
 */
import { zstdCompressSync, constants } from 'node:zlib';
import type { ExtractResult, StructureExtractor } from '../analysis/structure/extractor.ts';
import type {
  StructureBatch,
  StructureColumns,
  UnstructuredColumns,
} from '../model/structure-batches.ts';
import type { OutlineSymbol } from '../model/symbol.ts';
import { NameSegmentBuilder, type BuiltNameSegment } from '../segments/name-segment.ts';
import { encodeOutline } from '../segments/outline-format.ts';

/** Storage codes of `blob.structure` that a batch can give; see the schema. */
const DONE = 1;
const NONE = 2;
const FAILED = 3;

const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

/** Parses `request` content by content. Blocks its thread for the parse. */
export function structureBatch(
  request: UnstructuredColumns,
  ports: {
    readonly extractor: StructureExtractor;
    readonly readContent: (blobId: number) => Uint8Array | undefined;
  },
): StructureBatch {
  const { extractor } = ports;
  const parts: Part[] = [];
  let leftOver = 0;
  for (const [index, language] of request.languages.entries()) {
    if (extractor.host.isBroken()) {
      leftOver = request.languages.length - index;
      break;
    }
    const blobId = request.blobIds[index] as number;
    const bytes = language === '' ? undefined : ports.readContent(blobId);
    const result = bytes === undefined ? undefined : extractor.extract(language, bytes);
    parts.push({ blobId, ...toPart(result) });
  }
  return { columns: toColumns(parts), leftOver, heapBytes: extractor.host.heapBytes() };
}

/** Builds the segment of the names that the blobs define; `readSymbols` gives stored outlines. */
export function buildNames(
  blobIds: readonly number[],
  readSymbols: (blobId: number) => readonly OutlineSymbol[],
): BuiltNameSegment {
  const builder = new NameSegmentBuilder();
  for (const blobId of blobIds) builder.addBlob(readSymbols(blobId));
  return builder.finish();
}

/** The columns of one content that its thread could not survive. */
export function toFailedColumns(blobId: number): StructureColumns {
  return toColumns([{ blobId, state: FAILED, symbolCount: 0, outline: EMPTY }]);
}

interface Part {
  readonly blobId: number;
  readonly state: number;
  readonly symbolCount: number;
  readonly outline: Uint8Array;
}

const EMPTY = new Uint8Array(0);

function toPart(result: ExtractResult | undefined): Omit<Part, 'blobId'> {
  if (result?.kind !== 'structure') {
    const isFailure = result?.reason === 'timeout' || result?.reason === 'crashed';
    return { state: isFailure ? FAILED : NONE, symbolCount: 0, outline: EMPTY };
  }
  const { symbols, imports } = result.structure;
  const isEmpty = symbols.length === 0 && imports.length === 0;
  const outline = isEmpty ? EMPTY : zstdCompressSync(encodeOutline(result.structure), COMPRESSION);
  return { state: DONE, symbolCount: symbols.length, outline };
}

function toColumns(parts: readonly Part[]): StructureColumns {
  const outlineOffsets = new Float64Array(parts.length + 1);
  for (const [index, { outline }] of parts.entries()) {
    outlineOffsets[index + 1] = (outlineOffsets[index] as number) + outline.length;
  }
  const outlines = new Uint8Array(outlineOffsets.at(-1) ?? 0);
  for (const [index, { outline }] of parts.entries()) outlines.set(outline, outlineOffsets[index]);
  return {
    blobIds: Float64Array.from(parts, ({ blobId }) => blobId),
    states: Uint8Array.from(parts, ({ state }) => state),
    symbolCounts: Uint32Array.from(parts, ({ symbolCount }) => symbolCount),
    outlines,
    outlineOffsets,
  };
}
