import { describe, expect, test } from 'vitest';
import { isInDateRange, parseDateRange } from '../../../src/query/date-range.ts';

describe('parseDateRange', () => {
  test.each([
    ['a date starts with its first millisecond', '2024-05-01', '2024-05-01T00:00:00.000Z'],
    ['a time with zone', '2024-05-01T02:00:00+02:00', '2024-05-01T00:00:00.000Z'],
    ['lower case and a blank', '2024-05-01 00:00:00z', '2024-05-01T00:00:00.000Z'],
    ['a fraction', '2024-05-01T00:00:00.25Z', '2024-05-01T00:00:00.250Z'],
    ['a leap second', '2016-12-31T23:59:60Z', '2016-12-31T23:59:59.000Z'],
  ])('from: %s', (...[, from, expected]) => {
    expect(new Date(parseDateRange({ from }).fromMs).toISOString()).toBe(expected);
  });

  test.each([
    ['a date ends with its last millisecond', '2024-02-29', '2024-02-29T23:59:59.999Z'],
    ['a second ends with its last millisecond', '2024-05-01T10:00:00Z', '2024-05-01T10:00:00.999Z'],
    ['a fraction is exact', '2024-05-01T10:00:00.5Z', '2024-05-01T10:00:00.500Z'],
  ])('to: %s', (...[, to, expected]) => {
    expect(new Date(parseDateRange({ to }).toMs).toISOString()).toBe(expected);
  });

  test.each(['', 'yesterday', '2024-13-01', '2023-02-29', '2024-5-1', '2024-05-01T10:00Z', '2024'])(
    'refuses %j',
    (from) => {
      expect(() => parseDateRange({ from })).toThrow(/date_range\.from.*Send a date/);
    },
  );

  test('refuses a range that ends before it starts', () => {
    expect(() => parseDateRange({ from: '2024-05-02', to: '2024-05-01' })).toThrow(
      /Send from <= to/,
    );
  });

  test('both ends are inclusive, one day is a range, an open end is open', () => {
    const day = parseDateRange({ from: '2024-05-01', to: '2024-05-01' });
    expect(isInDateRange(day, Date.UTC(2024, 4, 1))).toBe(true);
    expect(isInDateRange(day, Date.UTC(2024, 4, 2) - 1)).toBe(true);
    expect(isInDateRange(day, Date.UTC(2024, 4, 2))).toBe(false);
    expect(isInDateRange(parseDateRange({}), 0)).toBe(true);
    expect(isInDateRange(parseDateRange({}), null)).toBe(false);
  });
});
