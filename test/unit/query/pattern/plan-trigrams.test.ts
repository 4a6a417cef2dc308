import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../../src/query/pattern/compile-pattern.ts';
import { createLineMatcher } from '../../../../src/query/pattern/line-matcher.ts';
import { parseLiteral, parsePattern } from '../../../../src/query/pattern/parse-pattern.ts';
import { planTrigrams } from '../../../../src/query/pattern/plan-trigrams.ts';
import {
  formatTrigramQuery,
  satisfiesTrigrams,
} from '../../../../src/query/pattern/trigram-query.ts';
import { createRandom } from '../../../support/random.ts';
import { makePattern, makeText } from '../../../support/random-pattern.ts';

const options = { ignoresCase: false, spansLines: false };

/** Run with 5,000 rounds after a change of the planner; a few hundred fit a unit test. */
const ROUNDS = 60;

function plan(pattern: string): string {
  return formatTrigramQuery(planTrigrams(parsePattern(pattern, options).node));
}

/** Trigrams of the folded UTF-8 bytes of a text, as the index keeps them. */
function listTextTrigrams(text: string): ReadonlySet<number> {
  const bytes = Buffer.from(text.replaceAll(/[A-Z]/g, (char) => char.toLowerCase()));
  const trigrams = new Set<number>();
  for (let at = 0; at + 2 < bytes.length; at += 1) trigrams.add(bytes.readUIntBE(at, 3));
  return trigrams;
}

describe('planTrigrams', () => {
  test.each([
    ['a literal asks for each of its trigrams', 'hello', '"ell" "hel" "llo"'],
    ['upper case is folded', 'HeLLo', '"ell" "hel" "llo"'],
    ['a literal under three bytes asks for nothing', 'ab', '*'],
    ['UTF-8 bytes count, not characters', 'éx', '"\\xc3\\xa9x"'],
    ['alternatives are one or the other', 'abc|abd', '"abc"|"abd"'],
    ['a gap splits', 'foo.*bar', '"bar" "foo"'],
    ['a part that may be absent asks for nothing', 'foo(bar)?', '"foo"'],
    ['one or more asks for one', '(abc)+', '"abc"'],
    ['a count joins copies', '(ab){2}', '"aba" "bab"'],
    ['a small class is spelled out', 'ab[cd]e', '("abc" "bce")|("abd" "bde")'],
    ['a large class splits', 'abc\\wdef', '"abc" "def"'],
    ['nothing can be known of a class alone', '[a-z]+', '*'],
    [
      'ignoring case asks for all letters that fold alike',
      '(?i)ask',
      '"ask"|("as\\xe2" "s\\xe2\\x84" "\\xe2\\x84\\xaa")|("a\\xc5\\xbf" "\\xc5\\xbfk")|("a\\xc5\\xbf" "\\xbf\\xe2\\x84" "\\xc5\\xbf\\xe2" "\\xe2\\x84\\xaa")',
    ],
    ['a look-ahead asks for its text', 'f(?=oobar)', '"bar" "oba" "oob"'],
    ['a negative look-ahead asks for nothing', '(?!foobar)f', '*'],
    ['anchors ask for nothing', '^abc$', '"abc"'],
    ['an empty class matches nothing', 'abc[^\\s\\S]', '!'],
    ['a back-reference may be anything', '(abc)\\1', '"abc"'],
  ])('%s', (_reason, pattern, expected) => {
    expect(plan(pattern)).toBe(expected);
  });

  test('gives no trigram across a line feed', () => {
    const { node } = parsePattern('abc\\ndef', { ignoresCase: false, spansLines: true });
    expect(formatTrigramQuery(planTrigrams(node))).toBe('"abc" "def"');
  });

  test('plans a literal of 32,000 characters without delay', () => {
    const random = createRandom(5);
    const text = Array.from({ length: 32_000 }, () => random.below(36).toString(36)).join('');
    const startMs = performance.now();
    for (const ignoresCase of [false, true]) {
      const query = planTrigrams(parseLiteral(text, ignoresCase));
      expect(query.kind).toBe('and');
    }
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  test('every text that matches satisfies the query', () => {
    const random = createRandom(20_261);
    const broken: string[] = [];
    let matchCount = 0;
    let refusedCount = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const pattern = makePattern(random, 2);
      const compiled = compilePattern({
        pattern,
        mode: 'regex',
        case: random.pick(['sensitive', 'insensitive', 'smart']),
        isWholeWord: random.below(4) === 0,
        spansLines: random.below(3) === 0,
      });
      const matcher = createLineMatcher(compiled);
      const query = compiled.trigrams;
      for (let sample = 0; sample < 20; sample += 1) {
        const text = makeText(random, 30);
        const report = matcher.countLines(Buffer.from(text), { remainingMs: () => 100 });
        const isMatch = report.lineCount > 0;
        const trigrams = listTextTrigrams(text);
        const isCandidate = satisfiesTrigrams(query, (trigram) => trigrams.has(trigram));
        if (isMatch) matchCount += 1;
        if (!isCandidate) refusedCount += 1;
        if (isMatch && !isCandidate) {
          broken.push(`/${pattern}/ matches ${JSON.stringify(text)}: ${formatTrigramQuery(query)}`);
        }
      }
    }
    expect(broken).toEqual([]);
    expect(matchCount).toBeGreaterThan(ROUNDS);
    expect(refusedCount).toBeGreaterThan(ROUNDS);
  });
});
