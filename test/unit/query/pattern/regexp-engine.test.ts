import { expect, test } from 'vitest';
import { emitMatcher } from '../../../../src/query/pattern/emit-matcher.ts';
import { parsePattern } from '../../../../src/query/pattern/parse-pattern.ts';
import { assessRisk, createEngineRegExp } from '../../../../src/query/pattern/regexp-engine.ts';
import { createRandom } from '../../../support/random.ts';
import { makePattern, makeText } from '../../../support/random-pattern.ts';

/** Run for minutes after a change of Node: the linear engine is V8's, and marked experimental there. */
const ROUNDS = 300;

function findAll(regExps: readonly RegExp[], text: string): string[] {
  const found: string[] = [];
  for (let from = 0; from <= text.length;) {
    const match = regExps
      .map((regExp) => {
        regExp.lastIndex = from;
        return regExp.exec(text);
      })
      .find((it) => it !== null);
    if (match === undefined) break;
    found.push(`${match.index}:${match[0]}`);
    from = match.index + Math.max(1, match[0].length);
  }
  return found;
}

test('all engines find the same matches', () => {
  const random = createRandom(4);
  const counts = { linear: 0, runStart: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const pattern = makePattern(random, 2);
    const options = { ignoresCase: round % 2 === 0, spansLines: round % 3 === 0 };
    const { node } = parsePattern(pattern, options);
    const matcher = emitMatcher(node, { alphabet: 'ascii', hasNativeLineEnds: true });
    const { fast, linear, atRunStart, risk } = createEngineRegExp(matcher, assessRisk(node));
    if (risk.hasNestedLoop) continue;
    for (let sample = 0; sample < 5; sample += 1) {
      const text = makeText(random, 40).replaceAll(/[^\0-\x7f]/g, 'e');
      const expected = findAll([fast], text);
      counts.linear += linear === undefined ? 0 : 1;
      counts.runStart += atRunStart === undefined ? 0 : 1;
      expect(findAll([linear ?? fast], text), `linear /${pattern}/`).toEqual(expected);
      const starts = atRunStart === undefined ? [fast] : [atRunStart.here, atRunStart.later];
      expect(findAll(starts, text), `run starts /${pattern}/`).toEqual(expected);
    }
  }
  expect(counts.linear).toBeGreaterThan(100);
  expect(counts.runStart).toBeGreaterThan(20);
});

test.each([
  ['abc', 0, false],
  ['a+b*', 2, false],
  ['a{2}b{1,3}', 0, false],
  ['(a|b)+', 1, true],
  ['(a+)+', 2, true],
  ['(ab)+', 1, false],
  ['a{1,50}', 1, false],
  ['(a)\\1', 1, false],
])('the risk of %s is %i loops, nested: %s', (pattern, loopCount, hasNestedLoop) => {
  const { node } = parsePattern(pattern, { ignoresCase: false, spansLines: false });
  expect(assessRisk(node)).toEqual({ loopCount, hasNestedLoop });
});
