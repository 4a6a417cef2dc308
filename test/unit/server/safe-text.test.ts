import { describe, expect, test } from 'vitest';

import { toSafeData, toSafeText } from '../../../src/server/safe-text.ts';

describe('toSafeText', () => {
  test.each([
    ['colours', '\u001b[31mred\u001b[0m', 'red'],
    ['colours in one byte', '\u009b31mred', 'red'],
    ['a window title', '\u001b]0;owned\u0007text', 'text'],
    ['a link', '\u001b]8;;http://evil\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['a string without end', '\u001b]0;line one\nline two', '0;line one\nline two'],
    ['a reset', '\u001bcclear', 'clear'],
    ['NUL, bell and backspace', 'a\u0000b\u0007c\u0008d', 'abcd'],
    ['a return that overwrites', 'real\rfake', 'realfake'],
    ['reordering marks', 'if (a\u202e\u2066 ) {\u2069', 'if (a ) {'],
    ['left and right marks', 'a\u200eb\u200fc\u061cd', 'abcd'],
    ['invisible tags', `a${String.fromCodePoint(0xe0041, 0xe0042)}b`, 'ab'],
  ])('removes %s', (_reason, text, safe) => {
    expect(toSafeText(text)).toBe(safe);
  });

  test.each([
    'tab\tand\nlines',
    'dos\r\nlines\r\n',
    'family 👩‍👩‍👧 and 東京',
    'می‌خواهم',
    'brackets [31m stay',
  ])('keeps %j', (text) => {
    expect(toSafeText(text)).toBe(text);
  });

  test('never makes a text longer', () => {
    const text = Array.from({ length: 0x300 }, (_, code) => String.fromCodePoint(code)).join('');
    expect(Buffer.byteLength(toSafeText(text))).toBeLessThanOrEqual(Buffer.byteLength(text));
  });
});

describe('toSafeData', () => {
  test('cleans strings at any depth and leaves the rest', () => {
    const data = { a: ['x\u0007', { b: '\u202ey' }], c: 1, d: null, e: true };
    expect(toSafeData(data)).toEqual({ a: ['x', { b: 'y' }], c: 1, d: null, e: true });
  });

  test('shares what did not change', () => {
    const data = { a: ['clean'], b: { c: 'clean' } };
    expect(toSafeData(data)).toBe(data);
  });
});
