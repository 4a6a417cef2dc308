/**
 * What a term is, for contents, paths and queries alike: an identifier in lower case, and each of its
 * words when it has more than one (camel case, snake case, digits). `parseHTTPHeader_2` gives
 * `parsehttpheader_2`, `parse`, `http`, `header`. Text in scripts without spaces gives pairs of
 * neighbouring characters; other letters beyond ASCII stay whole, in lower case.
 *
 * The index does not keep the text of a term but a key of 48 bits made from its UTF-8 bytes. Two of a
 * million terms share a key with a chance of 0.2 %; a search then counts one term for the other.
 *
 * `word-index.ts` has the same rules as one loop over bytes; a test holds the two together.
 */

/** One term of a text. */
export interface Term {
  readonly text: string;
  /** True for a word of a longer identifier, false for what stands there as a whole. */
  readonly isPart: boolean;
}

/** Terms are 2 to 80 bytes long; longer runs are encoded data, not names. */
const MIN_TERM_BYTES = 2;
export const MAX_TERM_BYTES = 80;

const RUN = /[\p{L}\p{N}\p{M}_]+/gu;
const ASCII_IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const WORDS = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g;
const ASCII_DIGIT = /^[0-9]/;
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]+/gu;
const SPACED =
  /[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]+/gu;

/** Lists the terms of a text in order, with repetitions. Cost: about 1 µs a term. */
export function listTerms(text: string): Term[] {
  const terms: Term[] = [];
  for (const [run] of text.matchAll(RUN)) {
    if (isAscii(run)) addIdentifier(terms, run);
    else for (const term of listBeyondAscii(run)) terms.push({ text: term, isPart: false });
  }
  return terms;
}

function addIdentifier(terms: Term[], run: string): void {
  if (!ASCII_IDENTIFIER.test(run) || run.length < MIN_TERM_BYTES || run.length > MAX_TERM_BYTES) {
    return;
  }
  const whole = run.toLowerCase();
  terms.push({ text: whole, isPart: false });
  for (const [word] of run.matchAll(WORDS)) {
    if (word.length >= MIN_TERM_BYTES && word.length < run.length) {
      terms.push({ text: word.toLowerCase(), isPart: true });
    }
  }
}

/** Lists the terms of a run of letters and digits that holds characters beyond ASCII. */
export function listBeyondAscii(run: string): string[] {
  const terms: string[] = [];
  const lower = run.toLowerCase();
  for (const [part] of lower.matchAll(UNSPACED)) addPairs(terms, Array.from(part));
  for (const [part] of lower.matchAll(SPACED)) {
    const bytes = Buffer.byteLength(part);
    if (bytes >= MIN_TERM_BYTES && bytes <= MAX_TERM_BYTES && !ASCII_DIGIT.test(part)) {
      terms.push(part);
    }
  }
  return terms;
}

function addPairs(terms: string[], characters: readonly string[]): void {
  if (characters.length === 1) terms.push(characters[0] as string);
  for (let index = 0; index + 1 < characters.length; index++) {
    terms.push(`${characters[index]}${characters[index + 1]}`);
  }
}

/** True for a text without characters beyond ASCII. */
export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Matches a run of letters and digits, for callers that cut text themselves. */
export function matchRuns(text: string): Iterable<RegExpMatchArray> {
  return text.matchAll(RUN);
}

export const HASH_SEED_HIGH = 0x811c9dc5 | 0;
export const HASH_SEED_LOW = 0x3c6ef372;

/** Gives the key of a term that is in lower case already. */
export function toTermKey(term: string): number {
  let high = HASH_SEED_HIGH;
  let low = HASH_SEED_LOW;
  if (!isAscii(term)) {
    for (const byte of Buffer.from(term)) {
      high = Math.imul(high ^ byte, 0x01000193);
      low = Math.imul(low + byte, 0x5bd1e995) ^ (low >>> 13);
    }
    return joinKey(finishHigh(high), finishLow(low));
  }
  for (let index = 0; index < term.length; index++) {
    const byte = term.charCodeAt(index);
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low + byte, 0x5bd1e995) ^ (low >>> 13);
  }
  return joinKey(finishHigh(high), finishLow(low));
}

/** Spreads the high half so that short terms do not crowd together. */
export function finishHigh(high: number): number {
  const mixed = Math.imul(high ^ (high >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 12);
}

/** The low half keeps 16 bits. */
export function finishLow(low: number): number {
  return (low ^ (low >>> 16)) & 0xffff;
}

export function joinKey(high: number, low16: number): number {
  return (high >>> 0) * 0x10000 + low16;
}
