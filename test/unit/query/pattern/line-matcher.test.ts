import { describe, expect, test } from 'vitest';
import { isAppError } from '../../../../src/errors/app-error.ts';
import { compilePattern } from '../../../../src/query/pattern/compile-pattern.ts';
import {
  createLineMatcher,
  type LineMatcher,
  type MatchReport,
} from '../../../../src/query/pattern/line-matcher.ts';

const DEFAULTS = {
  mode: 'regex',
  case: 'sensitive',
  isWholeWord: false,
  spansLines: false,
} as const;

function makeMatcher(pattern: string, spansLines = false): LineMatcher {
  return createLineMatcher(compilePattern({ ...DEFAULTS, pattern, spansLines }));
}

function find(matcher: LineMatcher, text: string, maxMatches = 100): MatchReport {
  return matcher.findMatches(Buffer.from(text), { maxMatches, remainingMs: () => 5_000 });
}

/** `line:column-endColumn@lineStartByte` of every match. */
function format(report: MatchReport): string[] {
  return report.matches.map(
    ({ line, column, endColumn, lineStartByte }) =>
      `${line}:${column}-${endColumn}@${lineStartByte}`,
  );
}

describe('createLineMatcher', () => {
  test('gives byte columns, also after characters of several bytes', () => {
    expect(format(find(makeMatcher('b+'), 'aé\n\u{1F600}b bb\n'))).toEqual(['2:5-6@4', '2:7-9@4']);
    expect(format(find(makeMatcher('bb'), 'a\n  bb\n'))).toEqual(['2:3-5@2']);
  });

  test('counts a line once and keeps all its matches', () => {
    const report = find(makeMatcher('a'), 'a a\nb\na');
    expect(report.lineCount).toBe(2);
    expect(report.matches).toHaveLength(3);
  });

  test('counts lines past the limit of matches and says so', () => {
    const report = find(makeMatcher('[ab]'), 'a a\nb\na', 1);
    expect(report).toMatchObject({ lineCount: 3, truncatedBy: 'limit' });
    expect(report.matches).toHaveLength(1);
  });

  test('sees no line after the last line feed and none in an empty text', () => {
    expect(find(makeMatcher('^'), 'a\n').lineCount).toBe(1);
    expect(find(makeMatcher('^'), '').lineCount).toBe(0);
    expect(find(makeMatcher('$'), '\n\nx').lineCount).toBe(3);
  });

  test('gives one entry for each line of a match that spans lines', () => {
    const report = find(makeMatcher('b\\nc+\\nd', true), 'ab\ncc\nde\n');
    expect(format(report)).toEqual(['1:2-3@0', '2:1-3@3', '3:1-2@6']);
    expect(report.lineCount).toBe(3);
  });

  test('a literal with a line feed spans lines without being asked', () => {
    const compiled = compilePattern({ ...DEFAULTS, mode: 'literal', pattern: 'b\nc' });
    expect(format(find(createLineMatcher(compiled), 'ab\ncd'))).toEqual(['1:2-3@0', '2:1-2@3']);
  });

  test('stops at the deadline and keeps what it has', () => {
    const text = 'a\n'.repeat(10_000);
    let asked = 0;
    const report = makeMatcher('[ab]').findMatches(Buffer.from(text), {
      maxMatches: 100_000,
      remainingMs: () => (asked++ < 3 ? 1 : 0),
    });
    expect(report.truncatedBy).toBe('deadline');
    expect(report.matches.length).toBeGreaterThan(100);
    expect(report.matches.length).toBeLessThan(10_000);
  });
});

const LONG = 32_000;

/** Patterns that never end in a backtracking engine, on the texts that are worst for them. */
const EVIL: readonly (readonly [pattern: string, text: string])[] = [
  ['(a+)+$', `${'a'.repeat(LONG)}b`],
  ['(a|aa)+$', `${'a'.repeat(LONG)}b`],
  ['(a|a)*b$', 'a'.repeat(LONG)],
  ['(.*)*x', 'a'.repeat(LONG)],
  ['(.*)+x$', 'a'.repeat(LONG)],
  ['(\\w+\\s*)+:$', 'word '.repeat(LONG / 5)],
  ['([a-z]+)*[A-Z]!', 'abc'.repeat(LONG / 3)],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', 'a'.repeat(LONG)],
  ['.*.*.*.*=x', 'a'.repeat(LONG)],
  ['\\w+\\s*=>', 'a'.repeat(LONG)],
  ['(x+x+)+y', 'x'.repeat(LONG)],
  ['(?i)(a+)+k$', 'aA'.repeat(LONG / 2)],
  ['((a{0,4})*)*b', 'a'.repeat(LONG)],
  ['[^x]*y', 'a'.repeat(1_000_000)],
  ['(é+)+$', `${'é'.repeat(LONG)}b`],
  ['(\\w|é)*!', 'é'.repeat(LONG)],
];

describe('a pattern that never ends in a backtracking engine', () => {
  test.each(EVIL.map(([pattern, text]) => ({ pattern, text })))(
    'comes to its answer: $pattern',
    ({ pattern, text }) => {
      const startMs = performance.now();
      const report = find(makeMatcher(pattern), text);
      expect(report).toEqual({ matches: [], lineCount: 0 });
      expect(performance.now() - startMs).toBeLessThan(3_000);
    },
  );

  test.each([
    ['(a+)+\\1$', `${'a'.repeat(LONG)}b`],
    ['(?:a+)+$(?!c)', `${'a'.repeat(LONG)}b`],
    ['(?=(a+)+$)a', `${'a'.repeat(LONG)}b`],
    ['(.*)(.*)(.*)\\3\\2\\1x', 'ab'.repeat(LONG / 2)],
    ['(?:a{0,200})*$', `${'a'.repeat(LONG)}b`],
  ])('is ended by the deadline where no other engine can run it: %s', (pattern, text) => {
    const startMs = performance.now();
    const limits = { maxMatches: 10, remainingMs: () => 100 };
    const report = makeMatcher(pattern).findMatches(Buffer.from(text), limits);
    expect(report.truncatedBy).toBe('deadline');
    expect(performance.now() - startMs).toBeLessThan(1_500);
  });

  test('leaves the thread fit for the next text', () => {
    const matcher = makeMatcher('(a+)+\\1$');
    const limits = { maxMatches: 10, remainingMs: () => 50 };
    matcher.findMatches(Buffer.from(`${'a'.repeat(LONG)}b`), limits);
    expect(format(find(matcher, 'xaa'))).toEqual(['1:2-4@0']);
  });
});

describe('compilePattern', () => {
  test.each(['(?:a{1000}){1000}', '((a{100}){100}){100}'])(
    'refuses %s, which no engine can hold',
    (pattern) => {
      let code: string | undefined;
      try {
        compilePattern({ ...DEFAULTS, pattern });
      } catch (error) {
        code = isAppError(error) ? error.code : undefined;
      }
      expect(code).toBe('INVALID_PATTERN');
    },
  );

  test('crosses a thread', () => {
    const compiled = structuredClone(compilePattern({ ...DEFAULTS, pattern: 'a\\w+' }));
    expect(format(find(createLineMatcher(compiled), 'xab'))).toEqual(['1:2-4@0']);
  });
});
