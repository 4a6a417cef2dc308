/**
 * Which passages of the best files are shown, and in what order: the functions and methods of each file are
 * scored with all terms of the query, and a file may show several. Files appear for the first time in the order
 * of the file ranking; further passages of a file stand where their own score puts them.
 *
 * Without an outline (not parsed yet, no grammar) the chunks of the text pass stand in for functions.
 */
import { TermCounter } from '../analysis/term-counter.ts';
import type { ChunkKind } from '../model/document.ts';
import type { Mentions } from '../query/mentions.ts';
import { saturate } from '../ranking/bm25.ts';
import type { WeightedTerm } from '../ranking/select-terms.ts';
import { PASSAGE_SHARES } from '../ranking/weights.ts';
import type { StatementLine } from './line-share.ts';
import { listPieces, type Piece } from './file-pieces.ts';
import type { OutlineView, SymbolsView } from './ports.ts';
import type { RankedFile } from './rank-files.ts';
import type { TextLines } from './text-lines.ts';

/** A passage of a file. Lines are 1-based and inclusive. */
export interface RankedPassage {
  readonly file: RankedFile;
  readonly startLine: number;
  readonly endLine: number;
  /** Where the definition starts below its comment; `startLine` for what is none. */
  readonly definitionLine: number;
  readonly kind: ChunkKind;
  readonly symbol: string | undefined;
  /** Of the passage among all; the file's own score is a part of it. */
  readonly passageScore: number;
}

export interface RankPassagesOptions {
  /** All terms of the query that the index knows, heaviest first; a function needs more of them than a file. */
  readonly terms: readonly WeightedTerm[];
  readonly mentions: Mentions;
  readonly symbols: SymbolsView | undefined;
  /** Names that the query as a whole asks for: their definitions are shown themselves. */
  readonly names: ReadonlySet<string>;
  /** Lines that hold a statement of the query, by the slot of their file. */
  readonly statementLines: ReadonlyMap<number, StatementLine>;
  readonly readText: (blobId: number) => TextLines;
  /** Files that are looked into; the others show their best chunk. */
  readonly maxFiles: number;
}

const MAX_TERMS = 200;
/** So many that a long file can show what it is found for, and so few that others have their turn. */
const MAX_PASSAGES_PER_FILE = 8;
const HEAD_LINES = 20;

/** Orders passages; every file appears at least once. */
export function rankPassages(
  files: readonly RankedFile[],
  options: RankPassagesOptions,
): RankedPassage[] {
  const terms = options.terms.slice(0, MAX_TERMS);
  const counter = new TermCounter(terms.map(({ key }) => key));
  const looked = files.slice(0, options.maxFiles);
  const pieces = looked.map((file) =>
    listPieces(file, options.readText(file.blobId), { ...options, terms, counter }),
  );
  const scores = scorePieces(pieces, terms);
  const best = Math.max(1e-9, ...scores.flat());
  const bestFile = Math.max(1e-9, files[0]?.score ?? 0);
  const passages = looked.flatMap((file, index) => {
    const own = pieces[index] ?? [];
    return own
      .map((piece, place) => {
        const text = ((scores[index] ?? [])[place] ?? 0) / best;
        return toPassage(file, piece, { ...options, text, file: file.score / bestFile });
      })
      .toSorted((left, right) => right.passageScore - left.passageScore)
      .slice(0, MAX_PASSAGES_PER_FILE);
  });
  const rest = files.slice(options.maxFiles).map((file) => toBestChunk(file));
  return [...mergeInFileOrder(looked, passages), ...rest];
}

/**
 * BM25 of each piece. The weights are those of the whole index: among the functions of a few files the telling
 * words are common, and counted there they would weigh least.
 */
function scorePieces(
  pieces: readonly (readonly Piece[])[],
  terms: readonly WeightedTerm[],
): number[][] {
  const all = pieces.flat();
  const averageTokens = Math.max(
    1,
    all.reduce((sum, { tokens }) => sum + tokens, 0) / Math.max(1, all.length),
  );
  return pieces.map((own) =>
    own.map((piece) => {
      let score = 0;
      const length = piece.tokens / averageTokens;
      for (const [term, { weight }] of terms.entries()) {
        const frequency = piece.frequencies[term] ?? 0;
        if (frequency > 0) score += weight * saturate(frequency, length);
      }
      return score;
    }),
  );
}

function toPassage(
  file: RankedFile,
  piece: Piece,
  scores: {
    readonly text: number;
    readonly file: number;
    readonly mentions: Mentions;
    readonly names: ReadonlySet<string>;
    readonly statementLines: ReadonlyMap<number, StatementLine>;
  },
): RankedPassage {
  const { symbol, startLine, endLine, definitionLine, kind, tokens } = piece;
  const { frames, members } = scores.mentions;
  const owner = symbol?.container.split('.').at(-1) ?? '';
  const isFrame =
    symbol !== undefined &&
    frames.some((frame) => frame.function?.split('.').at(-1) === symbol.name);
  const isMember =
    symbol !== undefined &&
    members.some(({ container, member }) => member === symbol.name && container === owner);
  const statement = scores.statementLines.get(file.slot);
  const isStatement =
    statement !== undefined && startLine <= statement.line && statement.line <= endLine;
  return {
    file,
    startLine,
    endLine,
    definitionLine,
    kind,
    symbol: symbol === undefined ? undefined : toFullName(symbol),
    passageScore:
      scores.text +
      PASSAGE_SHARES.file * scores.file +
      PASSAGE_SHARES.frame * Number(isFrame) +
      PASSAGE_SHARES.member * Number(isMember) +
      PASSAGE_SHARES.name * Number(symbol !== undefined && scores.names.has(symbol.name)) +
      PASSAGE_SHARES.statement * (isStatement ? statement.value : 0) +
      (PASSAGE_SHARES.length * Math.log(1 + tokens)) / 7,
  };
}

function toFullName({ container, name }: OutlineView): string {
  return container === '' ? name : `${container}.${name}`;
}

function toBestChunk(file: RankedFile): RankedPassage {
  const chunk = file.chunks[0];
  return {
    file,
    startLine: chunk?.startLine ?? 1,
    endLine: chunk?.endLine ?? HEAD_LINES,
    definitionLine: chunk?.startLine ?? 1,
    kind: 'block',
    symbol: undefined,
    passageScore: file.score,
  };
}

/**
 * By score, but files appear for the first time in their own order: what a file has to show waits until the
 * files before it have appeared, so that a page is not filled with the one best passage of many files.
 */
function mergeInFileOrder(
  files: readonly RankedFile[],
  passages: readonly RankedPassage[],
): RankedPassage[] {
  const holders = new Set(passages.map(({ file }) => file));
  const inOrder = files.filter((file) => holders.has(file));
  const placeOf = new Map(inOrder.map((file, place) => [file, place]));
  const waiting = inOrder.map((): RankedPassage[] => []);
  const ordered: RankedPassage[] = [];
  let appeared = 0;
  for (const passage of passages.toSorted(
    (left, right) => right.passageScore - left.passageScore,
  )) {
    const place = placeOf.get(passage.file) ?? 0;
    if (place < appeared) {
      ordered.push(passage);
      continue;
    }
    waiting[place]?.push(passage);
    while ((waiting[appeared]?.length ?? 0) > 0) ordered.push(...(waiting[appeared++] ?? []));
  }
  return ordered;
}
