/**
 * Renders a stretch as a result. Tighter levels show less context and cut long lines shorter; lines with a
 * match are never left out.
 */
import type { SearchRequest, SearchResult } from '../model/search.ts';
import type { CatalogView } from './ports.ts';
import type { FoundStretch } from './exact-mode.ts';
import { toResult } from './result.ts';
import { cutLine, MAX_LINE_BYTES } from './text-lines.ts';

/** Context lines at most, and bytes of a line, by level. */
const LEVELS: readonly (readonly [contextLines: number, lineBytes: number])[] = [
  [20, MAX_LINE_BYTES],
  [2, MAX_LINE_BYTES],
  [1, 400],
  [0, 400],
  [0, 160],
  [0, 80],
];
export const EXACT_LEVELS: number = LEVELS.length;

export function renderStretch(
  catalog: CatalogView,
  stretch: FoundStretch,
  options: {
    readonly request: SearchRequest;
    readonly level: number;
    readonly redact: (text: string) => string;
  },
): SearchResult {
  const [contextLines, lineBytes] = LEVELS[options.level] ?? [0, 80];
  const startLine = Math.max(stretch.startLine, stretch.firstMatchLine - contextLines);
  const endLine = Math.min(stretch.endLine, stretch.lastMatchLine + contextLines);
  const columns = new Map(
    stretch.matches.map(({ line, column }) => [line, column]).toReversed() as [number, number][],
  );
  let isLineCut = false;
  const lines = stretch.text.slice(startLine, endLine).map((line, index) => {
    const cut = cutLine(line, (columns.get(startLine + index) ?? 1) - 1, lineBytes);
    isLineCut ||= cut !== line;
    return cut;
  });
  return toResult(catalog, options.request, {
    slot: stretch.slot,
    passage: { startLine, endLine, content: options.redact(lines.join('\n')), isLineCut },
    score: 1,
    kind: 'block',
    matchLines: [...new Set(stretch.matches.map(({ line }) => line))],
    matches: stretch.matches,
    scoreParts: { match: 1 },
  });
}
