/** Numbers and colours for people at a terminal. Text in, text out; nothing here writes. */
import type { OutputStream } from './cli-io.ts';

/** Wraps a text in a style, or gives it back unchanged where colours are off. */
export type Style = (text: string) => string;

export interface Styles {
  readonly bold: Style;
  readonly dim: Style;
  readonly red: Style;
  readonly green: Style;
  readonly yellow: Style;
  readonly cyan: Style;
}

/**
 * Gives the styles for a stream: on for a terminal, off elsewhere, off with `NO_COLOR` and `TERM=dumb`.
 * Source: https://no-color.org (set and not empty).
 */
export function getStyles(
  stream: OutputStream,
  env: Readonly<Record<string, string | undefined>>,
): Styles {
  const isOn = stream.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  const style =
    (open: number, close: number): Style =>
    (text) =>
      isOn && text !== '' ? `\u001B[${open}m${text}\u001B[${close}m` : text;
  return {
    bold: style(1, 22),
    dim: style(2, 22),
    red: style(31, 39),
    green: style(32, 39),
    yellow: style(33, 39),
    cyan: style(36, 39),
  };
}

/** Formats bytes: `512 B`, `1.5 MB` (powers of 1,000). */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1_000) return `${sizeBytes} B`;
  const power = Math.min(4, Math.floor(Math.log10(sizeBytes) / 3));
  return `${(sizeBytes / 1_000 ** power).toFixed(1)} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`;
}

/** Formats a duration: `5 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

/** Formats a whole number with commas: `78,579`. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(?:\d{3})+$)/g, ',');
}

/** Formats counts by reason, most frequent first: `3 binary, 1 too_large`. */
export function formatReasons(reasons: Readonly<Record<string, number>>): string {
  return Object.entries(reasons)
    .filter(([, count]) => count > 0)
    .sort(([, left], [, right]) => right - left)
    .map(([reason, count]) => `${formatCount(count)} ${reason}`)
    .join(', ');
}

/** Sum of counts by reason. */
export function sumCounts(reasons: Readonly<Record<string, number>>): number {
  return Object.values(reasons).reduce((sum, count) => sum + count, 0);
}

/**
 * Makes text from files safe for a terminal: control characters, which could move the cursor or change
 * the title, become visible marks. Tabs stay.
 */
export function toSafeText(text: string): string {
  return text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, (mark) =>
    mark === '\t' ? mark : `\\u${(mark.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}
