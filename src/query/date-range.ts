/**
 * Inclusive ranges of time: `date_range` of the filters. A bound is an RFC 3339 date or time and covers
 * the whole unit it names: `to: "2024-05-01"` holds to the end of that day (UTC), a time without
 * fraction to the end of its second. No clock is read.
 */
import { AppError } from '../errors/app-error.ts';

export interface DateRange {
  /** Milliseconds since the epoch, both inclusive; `-Infinity` and `Infinity` when open. */
  readonly fromMs: number;
  readonly toMs: number;
}

interface Bounds {
  readonly firstMs: number;
  readonly lastMs: number;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const DAY_MS = 86_400_000;

/** Reads a range. Throws `INVALID_ARGUMENT` for a bound that is no date, and for a range that is empty. */
export function parseDateRange(range: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}): DateRange {
  const fromMs = range.from === undefined ? -Infinity : parseBound('from', range.from).firstMs;
  const toMs = range.to === undefined ? Infinity : parseBound('to', range.to).lastMs;
  if (fromMs > toMs) {
    throw new AppError(
      'INVALID_ARGUMENT',
      `date_range ends before it starts (from ${range.from}, to ${range.to}). Send from <= to.`,
    );
  }
  return { fromMs, toMs };
}

/** True when the time lies in the range; an item without a time lies in no range. */
export function isInDateRange(range: DateRange, timeMs: number | null): boolean {
  return timeMs !== null && timeMs >= range.fromMs && timeMs <= range.toMs;
}

function parseBound(key: 'from' | 'to', text: string): Bounds {
  const bounds = findBounds(text.trim());
  if (bounds !== undefined) return bounds;
  throw new AppError(
    'INVALID_ARGUMENT',
    `date_range.${key} is not a date: "${text.slice(0, 60)}". Send a date like 2024-05-01 or a time like 2024-05-01T12:00:00Z.`,
    { details: { key: `date_range.${key}` } },
  );
}

function findBounds(text: string): Bounds | undefined {
  if (DATE.test(text)) {
    const firstMs = toMs(`${text}T00:00:00Z`, text);
    return firstMs === undefined ? undefined : { firstMs, lastMs: firstMs + DAY_MS - 1 };
  }
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, date = '', clock = '', fraction, zone = ''] = match;
  // A leap second has no time of its own here: it is the last second before it.
  const second = clock.replace(/:60$/, ':59');
  const firstMs = toMs(
    `${date}T${second}${(fraction ?? '').slice(0, 4)}${zone.toUpperCase()}`,
    date,
  );
  if (firstMs === undefined) return undefined;
  return { firstMs, lastMs: fraction === undefined ? firstMs + 999 : firstMs };
}

/** JavaScript rolls 30 February over to March; such a date is refused. */
function toMs(time: string, date: string): number | undefined {
  const ms = Date.parse(time);
  const isRealDay =
    Number.isFinite(ms) && new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
  return isRealDay ? ms : undefined;
}
