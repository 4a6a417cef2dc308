/**
 * A cursor over the characters of a pattern, with the flags in force where it stands. Shared by the
 * parts of the parser; knows nothing of the grammar. Positions are 0-based code points inside and
 * 1-based in messages.
 */
import { AppError } from '../../errors/app-error.ts';

/** Inline flags; `isMultiLine` is `m` (`^` and `$` at line ends) and is on unless `(?-m)`. */
export interface PatternFlags {
  readonly ignoresCase: boolean;
  readonly isMultiLine: boolean;
  /** `s`: `.` also matches a line feed, where the search may span lines at all. */
  readonly isDotAll: boolean;
  /** `U`: quantifiers are lazy unless marked. */
  readonly swapsGreed: boolean;
  readonly isUnicode: boolean;
  /** `x`: blanks and `#` comments are not part of the pattern. */
  readonly isVerbose: boolean;
}

/** What a complaint says: what is wrong, and what to send instead; both whole sentences. */
export interface PatternComplaint {
  readonly wrong: string;
  readonly instead: string;
  /** 0-based; default: where the cursor stands. */
  readonly position?: number;
}

/** Reads one pattern from left to right. */
export class PatternReader {
  readonly #chars: readonly string[];
  /** False when no match may hold a line feed. */
  readonly spansLines: boolean;
  /** 0-based position of the next character. */
  position = 0;
  flags: PatternFlags;
  /** What smart case asks of the pattern: is there a literal, and one in upper case? */
  hasLiteral = false;
  hasUpperCaseLiteral = false;

  constructor(pattern: string, flags: PatternFlags, spansLines: boolean) {
    this.#chars = Array.from(pattern);
    this.flags = flags;
    this.spansLines = spansLines;
  }

  get isAtEnd(): boolean {
    return this.position >= this.#chars.length;
  }

  /** The character `ahead` of the cursor, or the empty string past the end. */
  peek(ahead = 0): string {
    return this.#chars[this.position + ahead] ?? '';
  }

  /** Reads one character; the caller knows that there is one. */
  next(): string {
    const char = this.peek();
    this.position += 1;
    return char;
  }

  /** Steps over `expected` when it stands here. */
  take(expected: string): boolean {
    const chars = Array.from(expected);
    if (chars.some((char, index) => this.peek(index) !== char)) return false;
    this.position += chars.length;
    return true;
  }

  /** Reads up to `end` and steps over it; undefined, without moving, when `end` does not follow. */
  takeUntil(end: string): string | undefined {
    const found = this.#chars.indexOf(end, this.position);
    if (found < 0) return undefined;
    const text = this.#chars.slice(this.position, found).join('');
    this.position = found + 1;
    return text;
  }

  /** Under `x`, steps over blanks and comments. */
  skipVerbose(): void {
    if (!this.flags.isVerbose) return;
    while (!this.isAtEnd) {
      if (/^[\p{White_Space}]$/u.test(this.peek())) this.position += 1;
      else if (this.peek() !== '#') return;
      else if (this.takeUntil('\n') === undefined) this.position = this.#chars.length;
    }
  }

  /** Notes a literal for smart case and refuses a line feed where none can match. */
  noteLiteral(codePoint: number): void {
    const char = String.fromCodePoint(codePoint);
    this.hasLiteral = true;
    if (/^\p{Uppercase}$/u.test(char)) this.hasUpperCaseLiteral = true;
    if (codePoint === 0x0a && !this.spansLines) {
      this.fail({
        wrong: 'a line feed can never match, because the search goes line by line',
        instead: 'Send multiline: true, or a pattern without \\n.',
        position: this.position - 1,
      });
    }
  }

  /** Throws `INVALID_PATTERN` with the 1-based position and what to send instead. */
  fail(complaint: PatternComplaint): never {
    const position = Math.max(0, complaint.position ?? this.position) + 1;
    throw new AppError(
      'INVALID_PATTERN',
      `The pattern is not valid at character ${position}: ${complaint.wrong}. ${complaint.instead}`,
      { details: { position } },
    );
  }
}
