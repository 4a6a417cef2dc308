/** Inclusive ranges of RFC 3339 times and dates. A date means its whole day in UTC. */

/** Compiles a range to a test of milliseconds since the epoch. */
export function compileDateRange(range: {
  readonly from?: string;
  readonly to?: string;
}): (ms: number) => boolean {
  const fromMs = range.from === undefined ? -Infinity : Date.parse(range.from);
  const toMs =
    range.to === undefined
      ? Infinity
      : Date.parse(range.to) + (/^\d{4}-\d{2}-\d{2}$/.test(range.to) ? 86_399_999 : 0);
  return (ms) => ms >= fromMs && ms <= toMs;
}
