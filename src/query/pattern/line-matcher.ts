/**
 * Finds a compiled pattern in one text, with ripgrep's notion of lines: a line ends at `\n`, a last line
 * feed starts no further line, a line counts once however often it matches. A match that spans lines
 * gives one entry for each of its lines. One matcher serves many texts on one thread; it keeps its
 * regular expressions, one for each alphabet met.
 */
import type { CompiledPattern } from './compile-pattern.ts';
import { emitMatcher } from './emit-matcher.ts';
import {
  type Haystack,
  hasLongLine,
  type TextHaystack,
  toByteHaystack,
  toTextHaystack,
} from './haystack.ts';
import {
  chooseEngine,
  createEngineRegExp,
  type EngineRegExp,
  runGuarded,
} from './regexp-engine.ts';

/** One match, or the part of it that lies in one line. */
export interface LineMatch {
  /** 1-based. */
  readonly line: number;
  /** 1-based UTF-8 bytes of the line; the end is exclusive. Equal for an empty match. */
  readonly column: number;
  readonly endColumn: number;
  /** 0-based UTF-8 byte of the text at which the line starts. */
  readonly lineStartByte: number;
}

export interface MatchLimits {
  /** Entries of `matches`; lines past it are still counted. */
  readonly maxMatches: number;
  /** Milliseconds left; asked between matches. At 0 or below the search of this text ends. */
  readonly remainingMs: () => number;
}

export interface MatchReport {
  /** Ascending by position; at most `maxMatches`. */
  readonly matches: readonly LineMatch[];
  /** Lines with a match. */
  readonly lineCount: number;
  /** `deadline`: the text was not searched to its end. `limit`: there are more matches than kept. */
  readonly truncatedBy?: 'deadline' | 'limit';
}

export interface LineMatcher {
  /** Finds all matches with their lines and columns. `content` is UTF-8. */
  findMatches(content: Uint8Array, limits: MatchLimits): MatchReport;
  /** Counts matching lines only; `matches` stays empty. About twice as fast where matches are many. */
  countLines(content: Uint8Array, limits: Pick<MatchLimits, 'remainingMs'>): MatchReport;
}

/** Makes a matcher for one thread. Its first use on an alphabet compiles the expression for it. */
export function createLineMatcher(compiled: CompiledPattern): LineMatcher {
  const engines = new Map<string, EngineRegExp>();
  const search = (content: Uint8Array, limits: MatchLimits, collects: boolean): MatchReport => {
    const task = new MatchTask(compiled.spansLines, limits, collects);
    if (compiled.plainText !== undefined) {
      const haystack = toByteHaystack(content);
      return task.run(haystack, toByteFinder(haystack.bytes, Buffer.from(compiled.plainText)));
    }
    const haystack = toTextHaystack(content);
    const engine = getEngine(engines, compiled, haystack);
    const { regExps, isGuarded } = chooseEngine(engine, (limit) =>
      compiled.spansLines ? haystack.text.length > limit : hasLongLine(haystack.text, limit),
    );
    const find = toTextFinder(haystack.text, regExps);
    return isGuarded ? task.runGuarded(haystack, find) : task.run(haystack, find);
  };
  return {
    findMatches: (content, limits) => search(content, limits, true),
    countLines: (content, limits) => search(content, { ...limits, maxMatches: 0 }, false),
  };
}

function getEngine(
  engines: Map<string, EngineRegExp>,
  compiled: CompiledPattern,
  haystack: TextHaystack,
): EngineRegExp {
  const key = `${haystack.alphabet} ${haystack.hasNativeLineEnds}`;
  const kept = engines.get(key);
  if (kept !== undefined) return kept;
  const engine = createEngineRegExp(emitMatcher(compiled.node, haystack), compiled.risk);
  engines.set(key, engine);
  return engine;
}

/** Gives the next match at or after a unit as `[start, end]`, or undefined. */
type Finder = (fromUnit: number) => readonly [number, number] | undefined;

function toByteFinder(bytes: Buffer, needle: Buffer): Finder {
  return (fromUnit) => {
    const start = bytes.indexOf(needle, fromUnit);
    return start < 0 ? undefined : [start, start + needle.length];
  };
}

function toTextFinder(text: string, regExps: readonly RegExp[]): Finder {
  return (fromUnit) => {
    for (const regExp of regExps) {
      regExp.lastIndex = fromUnit;
      const match = regExp.exec(text);
      if (match !== null) return [match.index, match.index + match[0].length];
    }
    return undefined;
  };
}

/** Asking the clock costs as much as a short match, so it is asked once in this many. */
const MATCHES_PER_CLOCK_CHECK = 64;

/** One search of one text: walks along the matches and the lines at once, always forward. */
class MatchTask {
  readonly #spansLines: boolean;
  readonly #limits: MatchLimits;
  readonly #collects: boolean;
  readonly #matches: LineMatch[] = [];
  /** Line under the cursor: its number, its first unit and that unit's byte. */
  #line = 1;
  #lineStartUnit = 0;
  #lineStartByte = 0;
  /** Lines counted; and the first unit of a line that is not counted yet. */
  #lineCount = 0;
  #uncountedUnit = 0;
  #truncatedBy: 'deadline' | 'limit' | undefined;

  constructor(spansLines: boolean, limits: MatchLimits, collects: boolean) {
    this.#spansLines = spansLines;
    this.#limits = limits;
    this.#collects = collects;
  }

  runGuarded(haystack: Haystack, find: Finder): MatchReport {
    const remainingMs = this.#limits.remainingMs();
    const isDone = remainingMs > 0 && runGuarded(() => this.#walk(haystack, find), remainingMs);
    if (!isDone) this.#truncatedBy = 'deadline';
    return this.#toReport();
  }

  run(haystack: Haystack, find: Finder): MatchReport {
    this.#walk(haystack, find);
    return this.#toReport();
  }

  #walk(haystack: Haystack, find: Finder): void {
    let fromUnit = 0;
    let previousEnd = -1;
    for (let count = 1; fromUnit <= haystack.lengthUnits; count += 1) {
      const found = find(fromUnit);
      if (found === undefined) return;
      const [start, end] = found;
      if (isPastLastLine(haystack, start)) return;
      const isEmpty = end === start;
      if (!isEmpty || start !== previousEnd) this.#note(haystack, start, end);
      previousEnd = end;
      fromUnit = this.#isLineEnough() ? this.#uncountedUnit : end + (isEmpty ? 1 : 0);
      if (count % MATCHES_PER_CLOCK_CHECK === 0 && this.#limits.remainingMs() <= 0) {
        this.#truncatedBy = 'deadline';
        return;
      }
    }
  }

  /** True when further matches in the line would tell nothing. */
  #isLineEnough(): boolean {
    return !this.#spansLines && (!this.#collects || this.#truncatedBy === 'limit');
  }

  #note(haystack: Haystack, start: number, end: number): void {
    const lastUnit = end > start ? end - 1 : start;
    this.#countLines(haystack, start, lastUnit);
    if (!this.#collects) return;
    let from = start;
    do {
      if (this.#matches.length >= this.#limits.maxMatches) {
        this.#truncatedBy = 'limit';
        return;
      }
      const lineEnd = this.#moveTo(haystack, from);
      this.#keep(haystack, from, Math.min(end, lineEnd));
      from = lineEnd + 1;
    } while (from <= lastUnit);
  }

  #countLines(haystack: Haystack, start: number, lastUnit: number): void {
    let from = Math.max(start, this.#uncountedUnit);
    while (from <= Math.max(start, lastUnit)) {
      this.#lineCount += 1;
      this.#uncountedUnit = toLineEnd(haystack, from) + 1;
      from = this.#uncountedUnit;
    }
  }

  /** Moves to the line that holds a unit; gives the unit of its end. */
  #moveTo(haystack: Haystack, unit: number): number {
    let lineStart = this.#lineStartUnit;
    let lineEnd = toLineEnd(haystack, lineStart);
    while (lineEnd < unit) {
      lineStart = lineEnd + 1;
      lineEnd = toLineEnd(haystack, lineStart);
      this.#line += 1;
    }
    this.#lineStartByte += haystack.countBytes(this.#lineStartUnit, lineStart);
    this.#lineStartUnit = lineStart;
    return lineEnd;
  }

  #keep(haystack: Haystack, start: number, end: number): void {
    const column = 1 + haystack.countBytes(this.#lineStartUnit, start);
    this.#matches.push({
      line: this.#line,
      column,
      endColumn: column + haystack.countBytes(start, end),
      lineStartByte: this.#lineStartByte,
    });
  }

  #toReport(): MatchReport {
    const report = { matches: this.#matches, lineCount: this.#lineCount };
    return this.#truncatedBy === undefined ? report : { ...report, truncatedBy: this.#truncatedBy };
  }
}

function toLineEnd(haystack: Haystack, fromUnit: number): number {
  const feed = haystack.findLineFeed(fromUnit);
  return feed < 0 ? haystack.lengthUnits : feed;
}

/** After a last line feed, and in an empty text, there is no line to match. */
function isPastLastLine(haystack: Haystack, unit: number): boolean {
  if (unit < haystack.lengthUnits) return false;
  return unit === 0 || haystack.findLineFeed(unit - 1) === unit - 1;
}
