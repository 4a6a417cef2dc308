/**
 * Moments as JQL wants them: minutes on the wall clock of the account that asks, whose time zone stands in its
 * profile. A minute that the clock shows twice (summer time ends) says less than it seems to: near such a
 * change the bound goes back by three hours, and what comes twice is told apart by its own time.
 */

const HOUR_MS = 3_600_000;

/**
 * Formats a lower bound for `updated >= "…"`: `2026-03-05 14:07`, never later than the moment meant. A time zone that
 * is not known gives the bound a day earlier in UTC, which no time zone is further away from.
 */
export function formatJqlBound(momentMs: number, timeZone: string | undefined): string {
  const clock = openClock(timeZone);
  if (clock === undefined) return formatUtc(momentMs - 24 * HOUR_MS);
  const steady =
    offsetMs(clock, momentMs - 3 * HOUR_MS) === offsetMs(clock, momentMs + 3 * HOUR_MS);
  const boundMs = steady ? momentMs : momentMs - 3 * HOUR_MS;
  return formatUtc(boundMs + offsetMs(clock, boundMs));
}

/** Reads `2026-03-05T14:07:09.123+0000`, as Jira writes moments. NaN when it is none. */
export function parseJiraTime(text: unknown): number {
  if (typeof text !== 'string') return Number.NaN;
  return Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
}

function formatUtc(momentMs: number): string {
  return new Date(momentMs).toISOString().slice(0, 16).replace('T', ' ');
}

function openClock(timeZone: string | undefined): Intl.DateTimeFormat | undefined {
  if (timeZone === undefined) return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
}

/** What the wall clock is ahead of UTC. */
function offsetMs(clock: Intl.DateTimeFormat, momentMs: number): number {
  const name = clock.formatToParts(momentMs).find(({ type }) => type === 'timeZoneName')?.value;
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? '');
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -1 : 1) * minutes * 60_000;
}
