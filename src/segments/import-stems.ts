/**
 * Which imports a file of a given path may be meant by, as far as names tell: the last words of a module as
 * written against the words of the path's end. It decides only which documents are looked at again when a
 * file appears; what an import means is decided by its resolver.
 */

/** Words kept of one import. */
const MAX_STEMS = 10;

/** Keys of the words that a module that was not found ends in, and of the names taken from it. */
export function listModuleStems(module: string, names: readonly string[]): number[] {
  const last = module.split('/').findLast((part) => /\w/.test(part)) ?? '';
  const words = last.split(/[.:\\]+/).filter((word) => word !== '');
  return toKeys([...words.slice(-2), ...names]);
}

/** Keys of what imports may call a file: its base name without suffixes, and its folder. */
export function listPathStems(path: string): number[] {
  const parts = path.split('/');
  const base = parts.at(-1) ?? '';
  const folder = parts.at(-2);
  return toKeys([base.replace(/(?<=.)\..*$/, ''), ...(folder === undefined ? [] : [folder])]);
}

function toKeys(words: readonly string[]): number[] {
  return [...new Set(words.slice(0, MAX_STEMS).map(hash))];
}

/** FNV-1a over the folded characters, 32 bits. */
function hash(word: string): number {
  let value = 0x811c9dc5;
  for (const character of word.toLowerCase()) {
    value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return value >>> 0;
}
