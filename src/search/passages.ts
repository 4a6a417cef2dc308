/**
 * Chooses which lines of a hit are shown: the stretch of at most `maxLines` lines that holds most of the
 * query, starting at the chunk's first line when that fits, since it names the definition.
 */
import type { WeightedTerm } from '../ranking/select-terms.ts';
import type { TextLines } from './text-lines.ts';
import { cutLine, MAX_LINE_BYTES } from './text-lines.ts';

/** Lines of a file, 1-based and inclusive, and their text. */
export interface Passage {
  readonly startLine: number;
  readonly endLine: number;
  readonly content: string;
  readonly isLineCut: boolean;
}

export interface PassageRange {
  readonly startLine: number;
  /** May lie beyond the text. */
  readonly endLine: number;
  /** The line that names what is shown; default the first. It is shown unless much better lines are far from it. */
  readonly definitionLine?: number;
}

/** Picks the passage of a range. */
export function choosePassage(
  text: TextLines,
  range: PassageRange,
  options: { readonly terms: readonly WeightedTerm[]; readonly maxLines: number },
): Passage {
  const first = Math.max(1, range.startLine);
  const last = Math.min(text.count, range.endLine);
  const lines = text.slice(first, last);
  while (lines.length > 1 && lines.at(-1)?.trim() === '') lines.pop();
  let skipped = 0;
  while (skipped < lines.length - 1 && lines[skipped]?.trim() === '') skipped += 1;
  const kept = lines.slice(skipped);
  const named = (range.definitionLine ?? first) - first - skipped;
  const window = chooseWindow(kept, { ...options, named });
  const shown = kept.slice(window.start, window.end);
  const startLine = first + skipped + window.start;
  return toPassage(shown, startLine, options.terms);
}

function chooseWindow(
  lines: readonly string[],
  {
    terms,
    maxLines,
    named,
  }: {
    readonly terms: readonly WeightedTerm[];
    readonly maxLines: number;
    /** Index of the line that names what is shown. */
    readonly named: number;
  },
): { start: number; end: number } {
  if (lines.length <= maxLines) return { start: 0, end: lines.length };
  const scores = lines.map((line) => scoreLine(line, terms));
  const bestScore = Math.max(...scores);
  if (scores[named] !== undefined) scores[named] = Math.max(scores[named] * 1.5, bestScore / 2);
  let sum = 0;
  let best = -1;
  let start = 0;
  for (let index = 0; index < lines.length; index++) {
    sum += scores[index] ?? 0;
    if (index >= maxLines) sum -= scores[index - maxLines] ?? 0;
    if (index >= maxLines - 1 && sum > best + 1e-9) {
      best = sum;
      start = index - maxLines + 1;
    }
  }
  return { start, end: start + maxLines };
}

function scoreLine(line: string, terms: readonly WeightedTerm[]): number {
  const lower = line.toLowerCase();
  let score = 0;
  for (const { text, weight } of terms) if (lower.includes(text)) score += weight;
  return score;
}

function toPassage(
  lines: readonly string[],
  startLine: number,
  terms: readonly WeightedTerm[],
): Passage {
  let isLineCut = false;
  const content = lines.map((line) => {
    if (line.length <= MAX_LINE_BYTES / 4) return line;
    const cut = cutLine(line, findColumn(line, terms));
    isLineCut ||= cut !== line;
    return cut;
  });
  return {
    startLine,
    endLine: startLine + Math.max(0, lines.length - 1),
    content: content.join('\n'),
    isLineCut,
  };
}

function findColumn(line: string, terms: readonly WeightedTerm[]): number {
  const lower = line.toLowerCase();
  for (const { text } of terms) {
    const column = lower.indexOf(text);
    if (column >= 0) return column;
  }
  return 0;
}
