/**
 * Makes indexed text safe to show. What was indexed is not trusted: a file may hold terminal escape
 * sequences, marks that reorder text on the screen, or invisible letters that only a model reads. They
 * are removed, never replaced by something visible, so that a cleaned text is never longer than its
 * source and a kept budget stays kept. Tabs, line feeds and the return before a line feed stay, and so
 * do joiners that emoji and Persian need.
 */

/** Removes what must not reach a terminal or a model. Gives the same string when nothing is there. */
export function toSafeText(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return text.replace(ESCAPE_SEQUENCE, '').replace(UNSAFE, '');
}

/** Applies `toSafeText` to every string value of plain data, keeping its shape. Unchanged parts are shared, not copied. */
export function toSafeData(value: object): object {
  return Array.isArray(value) ? mapArray(value) : mapObject(value);
}

function mapStrings(value: unknown): unknown {
  if (typeof value === 'string') return toSafeText(value);
  if (Array.isArray(value)) return mapArray(value);
  if (typeof value === 'object' && value !== null) return mapObject(value);
  return value;
}

function mapArray(values: readonly unknown[]): readonly unknown[] {
  const mapped = values.map(mapStrings);
  return mapped.every((item, index) => item === values[index]) ? values : mapped;
}

function mapObject(source: object): object {
  const entries = Object.entries(source);
  const mapped = entries.map(([key, item]): [string, unknown] => [key, mapStrings(item)]);
  const isSame = mapped.every(([, item], index) => item === entries[index]?.[1]);
  return isSame ? source : Object.fromEntries(mapped);
}

/**
 * ECMA-48: CSI (ESC [ or U+009B) with parameters and a final byte; OSC, DCS, SOS, PM and APC strings
 * up to their terminator; two-character escapes. An unterminated string loses its introducer only.
 */
const ESCAPE_SEQUENCE =
  // oxlint-disable-next-line no-control-regex
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\]PX^_][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-Z\\-~]/g;

/**
 * C0 but tab and line feed, DEL, C1; a return that does not end a line; bidirectional marks, embeddings
 * and isolates (Unicode TR 9, CVE-2021-42574); tag characters, which are invisible everywhere.
 */
const UNSAFE =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\r(?!\n)|[\u{e0000}-\u{e007f}]/gu;

const SUSPECT =
  // oxlint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;
