/**
 * Which of the best files hold a whole statement of the query close together: its single line, a quoted text,
 * an error line. A message keeps its fixed words side by side in the source that makes it, and a sentence of
 * documentation stands in one comment; files that hold the same words far apart have the same text score.
 */
import { TermCounter } from '../analysis/term-counter.ts';
import { listTerms } from '../analysis/terms.ts';
import type { WeightedTerm } from '../ranking/select-terms.ts';
import type { RankedFile } from './rank-files.ts';
import type { TextLines } from './text-lines.ts';

/** With fewer terms than this, standing together says nothing. */
const MIN_TERMS = 3;
const MAX_STATEMENTS = 8;
/** Terms of one statement; a longer one is prose. */
const MAX_TERMS = 24;
/** Half of the words together is usual, all of them is telling: the share of them is raised to this power. */
const POWER = 3;

/** A statement by its terms: their places among those that are counted, with their weights. */
interface Statement {
  readonly terms: readonly (readonly [place: number, weight: number])[];
  readonly weight: number;
}

/** How well a file holds a statement, 0 to 1, and the line that does, 1-based. */
export interface StatementLine {
  readonly value: number;
  readonly line: number;
}

/** Finds the best line by slot; files without one are left out. Looks at the best chunks of each file only. */
export function findStatementLines(
  files: readonly RankedFile[],
  statements: readonly string[],
  options: {
    readonly terms: readonly WeightedTerm[];
    readonly readText: (blobId: number) => TextLines;
  },
): ReadonlyMap<number, StatementLine> {
  const parsed = parseStatements(statements, options.terms);
  if (parsed.statements.length === 0) return new Map();
  const counter = new TermCounter(parsed.keys);
  const found = new Map<number, StatementLine>();
  for (const file of files) {
    const best = findBestLine(file, options.readText(file.blobId), {
      counter,
      statements: parsed.statements,
    });
    if (best.value > 0) found.set(file.slot, best);
  }
  return found;
}

function parseStatements(
  texts: readonly string[],
  terms: readonly WeightedTerm[],
): { readonly keys: readonly number[]; readonly statements: readonly Statement[] } {
  const known = new Map(terms.map((term) => [term.text, term]));
  const placeOfKey = new Map<number, number>();
  const toPlace = (key: number): number => {
    const place = placeOfKey.get(key) ?? placeOfKey.size;
    placeOfKey.set(key, place);
    return place;
  };
  const statements = texts.slice(0, MAX_STATEMENTS).flatMap((text) => {
    const words = new Set(
      listTerms(text).flatMap(({ text: word, isPart }) => (isPart ? [] : word)),
    );
    const own = [...words].flatMap((word) => known.get(word) ?? []);
    if (own.length < MIN_TERMS || own.length > MAX_TERMS) return [];
    const weight = own.reduce((sum, term) => sum + term.weight, 0);
    return [{ terms: own.map((term) => [toPlace(term.key), term.weight] as const), weight }];
  });
  return { keys: [...placeOfKey.keys()], statements };
}

function findBestLine(
  file: RankedFile,
  text: TextLines,
  {
    counter,
    statements,
  }: { readonly counter: TermCounter; readonly statements: readonly Statement[] },
): StatementLine {
  let best: StatementLine = { value: 0, line: 0 };
  for (const chunk of file.chunks) {
    let before: Uint16Array | undefined;
    for (let line = chunk.startLine; line <= Math.min(chunk.endLine, text.count); line++) {
      counter.countIn(text.bytes, text.startByte(line), text.startByte(line + 1));
      const here = counter.frequencies.slice();
      const value = Math.max(...statements.map((each) => toShare(each, here, before)));
      if (value > best.value) best = { value, line };
      before = here;
    }
  }
  return { ...best, value: best.value ** POWER };
}

/** The share of a statement's weight that stands in a line and the one before it. */
function toShare(
  { terms, weight }: Statement,
  here: Uint16Array,
  before: Uint16Array | undefined,
): number {
  let sum = 0;
  for (const [place, each] of terms) {
    if ((here[place] ?? 0) > 0 || (before?.[place] ?? 0) > 0) sum += each;
  }
  return sum / weight;
}
