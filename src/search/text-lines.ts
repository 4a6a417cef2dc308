/** Lines of a text given as UTF-8 bytes, without decoding what is not shown. */

const NEWLINE = 0x0a;
/** Longer lines are cut around what matters in them. */
export const MAX_LINE_BYTES = 1000;

export class TextLines {
  readonly bytes: Buffer;
  /** Byte where each line starts, and the end of the text as last element. */
  readonly #starts: number[];

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    const starts = [0];
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) {
      starts.push(at + 1);
    }
    if (starts.at(-1) !== bytes.length) starts.push(bytes.length);
    this.#starts = starts;
  }

  /** Number of lines; an empty text has none. */
  get count(): number {
    return this.#starts.length - 1;
  }

  /** Byte at which a line starts; the end of the text for lines beyond it. */
  startByte(line: number): number {
    return this.#starts[Math.max(0, line - 1)] ?? this.bytes.length;
  }

  /** The line of a byte, 1-based; O(log lines). */
  lineAt(byte: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= byte) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** A line without its end, 1-based; empty beyond the text. */
  get(line: number): string {
    const start = this.#starts[line - 1];
    const end = this.#starts[line];
    if (start === undefined || end === undefined) return '';
    return trimEnd(this.bytes.toString('utf8', start, end));
  }

  /** Lines `first` to `last`, both inclusive, each without its end. */
  slice(first: number, last: number): string[] {
    const lines: string[] = [];
    for (let line = Math.max(1, first); line <= Math.min(last, this.count); line++) {
      lines.push(this.get(line));
    }
    return lines;
  }
}

function trimEnd(line: string): string {
  if (line.endsWith('\r\n')) return line.slice(0, -2);
  return line.endsWith('\n') ? line.slice(0, -1) : line;
}

/** Cuts a long line to `maxBytes` around `column` (UTF-16, 0-based). Gives the line itself when it is short. */
export function cutLine(line: string, column = 0, maxBytes: number = MAX_LINE_BYTES): string {
  if (line.length <= maxBytes / 4 || Buffer.byteLength(line) <= maxBytes) return line;
  const isAscii = Buffer.byteLength(line) === line.length;
  const width = Math.floor(isAscii ? maxBytes - 6 : (maxBytes - 6) / 3);
  const start = Math.max(0, Math.min(column - Math.floor(width / 4), line.length - width));
  const end = Math.min(line.length, start + width);
  const text = line.slice(start, end).replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
  return `${start > 0 ? '…' : ''}${text}${end < line.length ? '…' : ''}`;
}
