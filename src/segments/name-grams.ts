/**
 * What a name is looked up by when it is not spelled in full: the trigrams of its letters without regard to
 * case, and pairs of the first letters of its words, so that `gri` and `gRI` find `getRelatedInfo`. Keys fit
 * in 24 bits: three characters of a byte each; pairs of initials carry a mark that no name holds.
 * Characters beyond ASCII share the upper half of the byte: a key may stand for several, the names decide.
 */

const INITIAL_MARK = 0x01;
const WORDS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[\u0080-\uffff]+/g;

/** The name as names are compared and sorted. */
export function foldName(name: string): string {
  return name.toLowerCase();
}

/** The words of a name, as written: `getHTTPHeader_2` gives get, HTTP, Header, 2. */
export function splitWords(name: string): string[] {
  return name.match(WORDS) ?? [];
}

/** The distinct trigrams of a folded name; none when it is shorter than three characters. */
export function listTrigrams(folded: string): number[] {
  const grams = new Set<number>();
  for (let at = 0; at + 3 <= folded.length; at++) {
    grams.add(pack(toByte(folded, at), toByte(folded, at + 1), toByte(folded, at + 2)));
  }
  return [...grams];
}

/** The keys of neighbouring first letters; none for a name of one word. */
export function listInitialPairs(words: readonly string[]): number[] {
  const initials = words
    .map((word) => word[0] ?? '')
    .join('')
    .toLowerCase();
  const grams = new Set<number>();
  for (let at = 0; at + 2 <= initials.length; at++) {
    grams.add(pack(INITIAL_MARK, toByte(initials, at), toByte(initials, at + 1)));
  }
  return [...grams];
}

function toByte(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 0x80 ? code : 0x80 + (code % 0x7f);
}

function pack(first: number, second: number, third: number): number {
  return (first << 16) | (second << 8) | third;
}
