/**
 * The words of paths, in a form in which a query and a file name meet more often than by spelling alone:
 * without `_`, and without the usual English endings, so that `escaping` finds `escape-html.ts` and `TakeWhile`
 * finds `take_while.rs`. Neighbouring words of a name also count as one: `phpredis` finds `PhpRedisConnection`.
 *
 * For paths only. In contents the same cutting gains nothing and loses where names differ by an ending.
 */
import { listTerms, toTermKey } from './terms.ts';

/** A word is cut so that at least this much of it is left. */
const MIN_STEM_LENGTH = 4;
const ENDINGS = ['ing', 'ion', 'ed', 'er', 'or'] as const;

/** Lists the keys of the words of a path or a piece of one, each once. */
export function listPathKeys(text: string): readonly number[] {
  const words = new Set<string>();
  let previous = '';
  for (const term of listTerms(text)) {
    words.add(toPathWord(term.text));
    if (term.isPart && previous !== '') words.add(toPathWord(previous + term.text));
    previous = term.isPart ? term.text : '';
  }
  return Array.from(words, toTermKey);
}

/** The key under which a term of a query, in lower case, is looked for in paths. */
export function toPathKey(term: string): number {
  return toTermKey(toPathWord(term));
}

function toPathWord(term: string): string {
  const word = term.replaceAll('_', '') || term;
  return /^[a-z]+$/.test(word) ? cutEnding(cutPlural(word)) : word;
}

function cutPlural(word: string): string {
  if (word.length < MIN_STEM_LENGTH) return word;
  if (word.length > MIN_STEM_LENGTH && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ss|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^isu]s$/.test(word) ? word.slice(0, -1) : word;
}

/** `escape`, `escaped` and `escaping` all give `escap`. */
function cutEnding(word: string): string {
  const ending = ENDINGS.find(
    (each) => word.endsWith(each) && word.length - each.length >= MIN_STEM_LENGTH,
  );
  const cut = ending === undefined ? word : word.slice(0, -ending.length);
  const single = ending !== undefined && /([^aeiousl])\1$/.test(cut) ? cut.slice(0, -1) : cut;
  return single.length > MIN_STEM_LENGTH && single.endsWith('e') ? single.slice(0, -1) : single;
}
