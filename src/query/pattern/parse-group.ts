/**
 * What may follow an opening bracket: nothing, `?:`, a name, a look-around, flags, or a reference by
 * name. Reads the head only; the body and the closing bracket belong to `parse-pattern.ts`.
 */
import type { PatternFlags, PatternReader } from './pattern-reader.ts';

export type GroupHead =
  | { readonly kind: 'capture'; readonly name: string | undefined }
  | { readonly kind: 'plain' }
  | { readonly kind: 'look'; readonly direction: 'ahead' | 'behind'; readonly isNegated: boolean }
  | { readonly kind: 'flags' }
  | { readonly kind: 'reference'; readonly name: string };

const LOOKS: Readonly<Record<string, GroupHead>> = {
  '?=': { kind: 'look', direction: 'ahead', isNegated: false },
  '?!': { kind: 'look', direction: 'ahead', isNegated: true },
  '?<=': { kind: 'look', direction: 'behind', isNegated: false },
  '?<!': { kind: 'look', direction: 'behind', isNegated: true },
};

/** Reads the head of a group whose `(` is already read. Throws `INVALID_PATTERN`. */
export function parseGroupHead(reader: PatternReader): GroupHead {
  if (reader.peek() !== '?') return { kind: 'capture', name: undefined };
  if (reader.take('?:')) return { kind: 'plain' };
  const look = Object.keys(LOOKS).find((text) => reader.take(text));
  if (look !== undefined) return LOOKS[look] ?? { kind: 'plain' };
  if (reader.take('?P=')) return { kind: 'reference', name: reader.takeUntil(')') ?? '' };
  if (reader.take('?P<') || reader.take('?<')) return { kind: 'capture', name: parseName(reader) };
  failUnsupported(reader);
  reader.next();
  return { kind: 'flags' };
}

function parseName(reader: PatternReader): string {
  const start = reader.position;
  const name = reader.takeUntil('>');
  if (name === undefined || !/^[\p{L}_][\p{L}\p{Nd}_.[\]]*$/u.test(name)) {
    reader.fail({
      wrong: 'the name of the group is not valid',
      instead: 'Send letters, digits and _ between < and >, for example (?<name>...).',
      position: start,
    });
  }
  return name;
}

const UNSUPPORTED: Readonly<Record<string, readonly [string, string]>> = {
  '?>': ['atomic groups are not supported', 'Send (?:...) instead.'],
  '?#': ['comments in brackets are not supported', 'Send the pattern without its comment.'],
  '?|': ['branch resets are not supported', 'Send (?:...) instead.'],
  '?(': ['conditional groups are not supported', 'Send the alternatives as (?:a|b).'],
  '?R': ['recursion is not supported', 'Send a pattern for a fixed depth.'],
};

function failUnsupported(reader: PatternReader): void {
  const found = UNSUPPORTED[reader.peek() + reader.peek(1)];
  if (found === undefined) return;
  reader.fail({ wrong: found[0], instead: found[1], position: reader.position - 1 });
}

const FLAG_LETTERS: Readonly<Record<string, keyof PatternFlags>> = {
  i: 'ignoresCase',
  m: 'isMultiLine',
  s: 'isDotAll',
  U: 'swapsGreed',
  u: 'isUnicode',
  x: 'isVerbose',
};

/**
 * Reads flag letters after `(?` and sets them. True when a `:` follows, so that a body is to be read;
 * false when `)` follows and the flags hold for the rest of the enclosing group.
 */
export function parseFlagLetters(reader: PatternReader): boolean {
  let value = true;
  for (;;) {
    const position = reader.position;
    const char = reader.isAtEnd ? '' : reader.next();
    if (char === ':') return true;
    if (char === ')') return false;
    const flag = FLAG_LETTERS[char];
    if (char === '-' && value) value = false;
    else if (flag !== undefined) reader.flags = { ...reader.flags, [flag]: value };
    else {
      reader.fail({
        wrong: char === '' ? 'the flags are never closed' : `there is no flag "${char}"`,
        instead: 'Send flags out of i, m, s, U, u and x, for example (?i) or (?s-i:...).',
        position,
      });
    }
  }
}
