import { describe, expect, test } from 'vitest';
import { isAppError } from '../../../../src/errors/app-error.ts';
import { emitMatcher } from '../../../../src/query/pattern/emit-matcher.ts';
import { parsePattern } from '../../../../src/query/pattern/parse-pattern.ts';

function findAll(pattern: string, text: string, spansLines = false): string[] {
  const { node } = parsePattern(pattern, { ignoresCase: false, spansLines });
  const { source, flags } = emitMatcher(node, { alphabet: 'full', hasNativeLineEnds: false });
  return Array.from(text.matchAll(new RegExp(source, flags)), (match) => match[0]);
}

function findError(pattern: string): { message: string; position: unknown } {
  try {
    parsePattern(pattern, { ignoresCase: false, spansLines: false });
  } catch (error) {
    if (isAppError(error) && error.code === 'INVALID_PATTERN') {
      return { message: error.message, position: error.details['position'] };
    }
    throw error;
  }
  throw new Error(`${pattern} was accepted`);
}

function smart(pattern: string): [boolean, boolean] {
  const parsed = parsePattern(pattern, { ignoresCase: false, spansLines: false });
  return [parsed.hasLiteral, parsed.hasUpperCaseLiteral];
}

describe('parsePattern', () => {
  test.each([
    ['a dot stops at the line end', 'a.*', 'ab\nac', ['ab', 'ac']],
    ['a negated class stops at the line end', 'a[^x]*', 'ab\nc', ['ab']],
    ['carriage returns are plain characters', 'a$', 'a\r\na\n', ['a']],
    ['^ is the start of every line', '^b', 'b\nb', ['b', 'b']],
    ['\\A is the start of the text', '\\Ab', 'b\nb', ['b']],
    ['\\z is the end of the text', 'b\\z', 'b\nb', ['b']],
    [
      'letters of every script are word characters',
      '\\w+',
      'größe 大文字 x_1',
      ['größe', '大文字', 'x_1'],
    ],
    ['digits of every script are digits', '\\d+', '12 ٣٤', ['12', '٣٤']],
    ['(?-u) makes classes ASCII', '(?-u)\\w+', 'größe', ['gr', 'e']],
    ['inline flags hold to the end of the group', '(a(?i)b)c', 'aBc aBC', ['aBc']],
    ['flags can be scoped', '(?i:a)b', 'Ab AB', ['Ab']],
    ['(?U) swaps greed', '(?U)a+', 'aaa', ['a', 'a', 'a']],
    ['(?x) ignores blanks and comments', '(?x) a b # c\n c', 'abc', ['abc']],
    ['(?-m) anchors at the text', '(?-m)^b$', 'b\nb', []],
    ['ignoring case knows simple folding', '(?i)straße', 'STRAẞE', ['STRAẞE']],
    ['ignoring case folds k to the Kelvin sign', '(?i)k', 'kK\u212a', ['k', 'K', '\u212a']],
    ['sigma has three forms', '(?i)σ', 'Σσς', ['Σ', 'σ', 'ς']],
    ['POSIX classes', '[[:alpha:]_]+', 'ab_1', ['ab_']],
    ['negated POSIX classes', '[[:^digit:]]', '1a', ['a']],
    ['nested classes', '[a[bc]]+', 'abcd', ['abc']],
    ['class intersection', '[a-z&&[^aeiou]]+', 'abcde', ['bcd']],
    ['class difference', '[a-z--c]+', 'abcd', ['ab', 'd']],
    ['class symmetric difference', '[a-c~~b-d]+', 'abcd', ['a', 'd']],
    ['a bracket first in a class is plain', '[]a]+', 'a]b', ['a]']],
    ['a hyphen after a class is plain', '[\\w-.]+', 'a-b.c,', ['a-b.c']],
    ['a hyphen at the end is plain', '[a-]+', 'a-b', ['a-']],
    ['Unicode properties', '\\p{Greek}+\\pN\\P{L}', 'αβ1!', ['αβ1!']],
    ['negated properties', '\\p{^Greek}', 'αx', ['x']],
    ['hexadecimal escapes', '\\x41\\u0042\\u{43}\\x{1F600}', 'ABC😀', ['ABC😀']],
    ['characters above U+FFFF are one character', '^.$', '😀', ['😀']],
    ['counted repetition', 'a{2,3}', 'aaaaa', ['aaa', 'aa']],
    ['a count from nothing', 'xa{,2}', 'xaaa', ['xaa']],
    ['a brace that counts nothing is plain', 'if {a}', 'if {a}', ['if {a}']],
    ['quantifiers stack', '(?:a{2})+', 'aaaaa', ['aaaa']],
    ['lazy repetition', 'a.*?b', 'aabab', ['aab', 'ab']],
    ['look-ahead', 'a(?=b)', 'abac', ['a']],
    ['negative look-behind', '(?<!a)b', 'abcb', ['b']],
    ['back-references by number', '(a|b)\\1', 'abbaa', ['bb', 'aa']],
    ['back-references by name', '(?P<x>a|b)(?P=x)\\k<x>', 'abbb', ['bbb']],
    ['back-references count all groups', '(x)?(a)\\2', 'aa', ['aa']],
    ['word boundaries know every script', '\\bñ\\b', 'ñ año', ['ñ']],
    ['word starts', '\\b{start}a', 'a ba', ['a']],
    ['escaped punctuation is plain', '\\/\\"\\.\\-\\#', '/".-#', ['/".-#']],
    ['a class may end in an escape', '[\\]\\\\]+', 'a]\\', [']\\']],
  ])('%s', (...[, pattern, text, expected]) => {
    expect(findAll(pattern, text)).toEqual(expected);
  });

  test('lets a pattern span lines only when asked', () => {
    expect(findAll('a\\s+b', 'a\nb')).toEqual([]);
    expect(findAll('a\\s+b', 'a\nb', true)).toEqual(['a\nb']);
    expect(findAll('a\\nb', 'a\nb', true)).toEqual(['a\nb']);
    expect(findAll('a.b', 'a\nb', true)).toEqual([]);
    expect(findAll('(?s)a.b', 'a\nb', true)).toEqual(['a\nb']);
  });

  test('refuses a line feed in a search by lines, and says what to send', () => {
    expect(findError('a\\nb')).toMatchObject({ position: 3 });
    expect(findError('a\\nb').message).toContain('multiline: true');
  });

  test.each([
    ['(ab', 1, 'never closed'],
    ['ab)', 3, 'closes no group'],
    ['[ab', 1, 'never closed'],
    ['*a', 1, 'nothing before it'],
    ['a|+', 3, 'nothing before it'],
    ['a\\q', 2, 'no meaning'],
    ['a\\', 2, 'backslash'],
    ['x(?>a)', 2, 'atomic'],
    ['\\p{Nope}', 1, 'property'],
    ['\\xZZ', 1, 'hexadecimal'],
    ['a{3,1}', 2, 'below its start'],
    ['a{2000}', 2, 'over 1000'],
    ['(a)\\2', 4, 'does not have'],
    ['\\k<n>', 1, 'does not have'],
    ['(?<n>a)(?<n>b)', 8, 'two groups'],
    ['(?z)a', 3, 'no flag'],
    ['[b-a]', 2, 'ends before'],
    ['(?i', 4, 'never closed'],
    [`${'('.repeat(120)}a${')'.repeat(120)}`, 102, 'nested'],
  ])('refuses %s', (pattern, position, text) => {
    const error = findError(pattern);
    expect(error.message).toContain(text);
    expect(error.message).toMatch(/Send /);
    expect(error.position).toBe(position);
  });

  test('tells smart case what it needs', () => {
    expect(smart('abc')).toEqual([true, false]);
    expect(smart('aBc')).toEqual([true, true]);
    expect(smart('a\\SW')).toEqual([true, true]);
    expect(smart('a\\S\\pL')).toEqual([true, false]);
    expect(smart('\\w+')).toEqual([false, false]);
  });
});
