/** Random patterns over a small alphabet, so that they meet random texts often; and such texts. */
import type { Random } from './random.ts';

const ATOMS = ['a', 'b', 'c', 'k', 'S', 'é', '.', '[ab]', '[^a]', '\\w', '\\s', '\\d', '(?i:ab)'];
const EDGES = ['^', '$', '\\b', '(?=a)', '(?!b)', '(?<=a)', '(?<!b)'];
const QUANTIFIERS = ['*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '+?'];

/** Gives the source of a pattern; `depth` bounds the nesting. */
export function makePattern(random: Random, depth: number): string {
  const count = 1 + random.below(4);
  let source = '';
  for (let at = 0; at < count; at += 1) source += makePart(random, depth);
  return random.below(5) === 0 ? `${source}|${makePart(random, depth)}abc` : source;
}

function makePart(random: Random, depth: number): string {
  const choice = random.below(10);
  if (choice === 0) return random.pick(EDGES);
  if (choice < 4) return random.pick(['abc', 'kab', 'cSa', 'abé', 'bca', 'Ab ']);
  const isNested = choice < 7 && depth > 0;
  const atom = isNested ? `(${makePattern(random, depth - 1)})` : random.pick(ATOMS);
  return random.below(3) === 0 ? atom + random.pick(QUANTIFIERS) : atom;
}

/** Gives a text of `length` characters out of the alphabet of the patterns. */
export function makeText(random: Random, length: number): string {
  const chars = [
    'a',
    'b',
    'c',
    'a',
    'b',
    'A',
    'k',
    'K',
    's',
    'S',
    'ſ',
    'é',
    'É',
    ' ',
    '1',
    '\n',
    '_',
  ];
  return Array.from({ length }, () => random.pick(chars)).join('');
}
