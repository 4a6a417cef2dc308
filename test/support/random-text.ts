/** Random source-like text: identifiers of every case style, numbers, scripts without spaces, noise. */
import type { Random } from './random.ts';

const NAMES =
  'a b z A B Z 0 9 _ __ x1 X2 HTTP Http http getURLPath foo_bar FOO_BAR camelCase PascalCase';
const LETTERS = ['é', 'Straße', 'İ', 'ſ', 'K', 'naïve', 'ΑΒΓ', 'я', 'Ё', 'e\u0301'];
const UNSPACED = ['漢字', '漢', 'かな', 'カタカナ', '한국어', 'ไทย', '検索エンジン'];
const ODD = ['😀', '👩‍👩‍👧', '\u200b', '\ufeff', '٣', '²', 'Ⅷ', '𝔘𝔫𝔦'];
const BREAKS = [
  ' ',
  '  ',
  '\n',
  '\t',
  '\r\n',
  '.',
  '->',
  '::',
  '"',
  '(',
  ')',
  '/',
  '\\',
  '\0',
  '-',
  '$',
];
const PIECES = [...NAMES.split(' '), ...LETTERS, ...UNSPACED, ...ODD, ...BREAKS];

/** Gives a text of `count` pieces; now and then a run longer than any term. */
export function makeSourceText(random: Random, count: number): string {
  let text = '';
  for (let piece = 0; piece < count; piece++) {
    text += random.pick(PIECES);
    if (random.below(200) === 0) text += 'aB3_'.repeat(10 + random.below(20));
  }
  return text;
}
