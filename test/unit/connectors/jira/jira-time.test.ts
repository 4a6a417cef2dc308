/** Lower bounds in the time zone of the account, also where its clock is put forward or back. */
import { describe, expect, test } from 'vitest';
import { formatJqlBound, parseJiraTime } from '../../../../src/connectors/jira/jira-time.ts';

describe('formatJqlBound', () => {
  test.each([
    ['2026-05-01T10:07:59Z', 'Etc/UTC', '2026-05-01 10:07'],
    ['2026-05-01T10:07:00Z', 'Europe/Berlin', '2026-05-01 12:07'],
    ['2026-01-01T02:00:00Z', 'America/St_Johns', '2025-12-31 22:30'],
    ['2026-05-01T20:00:00Z', 'Asia/Kathmandu', '2026-05-02 01:45'],
    // At 01:00 UTC the clock goes from 03:00 back to 02:00: 02:30 is shown twice, 23:30 is not.
    ['2026-10-25T01:30:00Z', 'Europe/Berlin', '2026-10-25 00:30'],
    ['2026-03-29T01:10:00Z', 'Europe/Berlin', '2026-03-28 23:10'],
    ['2026-05-01T10:07:00Z', undefined, '2026-04-30 10:07'],
    ['2026-05-01T10:07:00Z', 'Middle/Earth', '2026-04-30 10:07'],
  ])('%s in %s', (moment, timeZone, expected) => {
    expect(formatJqlBound(Date.parse(moment), timeZone)).toBe(expected);
  });
});

describe('parseJiraTime', () => {
  test.each([
    ['2026-05-01T10:07:09.123+0000', '2026-05-01T10:07:09.123Z'],
    ['2026-05-01T10:07:09.123-0330', '2026-05-01T13:37:09.123Z'],
    ['2026-05-01T10:07:09Z', '2026-05-01T10:07:09Z'],
  ])('%s', (text, expected) => {
    expect(parseJiraTime(text)).toBe(Date.parse(expected));
  });

  test('what is no time is NaN', () => {
    expect([parseJiraTime('soon'), parseJiraTime(undefined)]).toEqual([Number.NaN, Number.NaN]);
  });
});
