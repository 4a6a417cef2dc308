/**
 * Cuts the text of a query (a few words, or a whole issue) into regions that weigh differently when it
 * is ranked: the title, prose, `ticks`, code, stack traces, error lines. HTML comments are dropped
 * everywhere, URLs from prose. Also gives the frames of the traces, innermost first. A query of one line
 * is all title. Nothing is weighed here; what the words mention is read by `mentions.ts`.
 */
import {
  findFrameName,
  findTraceFrame,
  isErrorLine,
  isTraceHeader,
  type TraceFrame,
} from './trace-frames.ts';

export type Region = 'title' | 'prose' | 'tick' | 'code' | 'trace' | 'error';

/** A stretch of one region, in the order of the query; without its fences, ticks and marks. */
export interface RegionSpan {
  readonly region: Region;
  readonly text: string;
}

export interface QueryRegions {
  readonly spans: readonly RegionSpan[];
  /** Innermost first, of all traces. */
  readonly frames: readonly TraceFrame[];
}

/** Cuts a query. O(length); may give no span at all for a blank query. */
export function splitRegions(query: string): QueryRegions {
  const lines = dropComments(query)
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.trimEnd());
  const first = lines.findIndex((line) => line !== '');
  if (first < 0) return { spans: [], frames: [] };
  const rest = lines.slice(first + 1);
  const firstLine = lines[first] ?? '';
  const isSingle = rest.every((line) => line === '');
  // A pasted trace has no title: its first line is a part of it.
  const hasTitle = isSingle || !isTraceStart(firstLine, rest[0]);
  const splitter = new RegionSplitter();
  if (hasTitle) splitter.addTitle(firstLine);
  splitter.addLines(hasTitle ? rest : lines.slice(first));
  return splitter.toRegions();
}

/** By hand: an expression would look for the end of each open comment anew. */
function dropComments(query: string): string {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const start = query.indexOf('<!--', from);
    const end = start < 0 ? -1 : query.indexOf('-->', start + 4);
    if (end < 0) return kept.join('') + query.slice(from);
    kept.push(query.slice(from, start), ' ');
    from = end + 3;
  }
}

function isTraceStart(line: string, next: string | undefined): boolean {
  return (
    isTraceHeader(line) ||
    /^\s*(?:```|~~~)/.test(line) ||
    (findTraceFrame(line) !== undefined && next !== undefined && next !== '')
  );
}

/** Frames printed together. */
interface TraceBlock {
  readonly frames: TraceFrame[];
  /** Python prints the innermost frame last. */
  readonly isInnermostLast: boolean;
  /** The cause of what was printed before it, so its frames lie deeper. */
  readonly isCause: boolean;
}

/** Prompts of interactive sessions, and of notebooks. */
const PROMPT = /^\s*(?:>>>|\.\.\.(?:\s|$)|In \[\d*\]|Out\[\d*\])/;
const FENCE = /^\s*(?:>\s*)*(`{3,}|~{3,})/;
const INDENTED_CODE = /^(?:\t| {4,}).*[=()[\]{};]/;
const URL = /\b(?:https?|ftp):\/\/[^\s<>)\]"'`]+|\bwww\.[^\s<>)\]"'`]+/g;

/** Goes along the lines once. Between two lines it knows the open fence and the open Python trace. */
class RegionSplitter {
  readonly #spans: { region: Region; text: string }[] = [];
  readonly #blocks: TraceBlock[] = [];
  /** The mark of the fence that is open; undefined outside of fences. */
  #fence: string | undefined;
  /** Indentation of the header of the Python trace that is open; -1 outside of one. */
  #pythonIndent = -1;
  /** Rust prints its message on the line after the place. */
  #isMessageNext = false;
  /** True while the next frame belongs to the block before it. */
  #isInBlock = false;

  addTitle(line: string): void {
    this.#add('title', line.replace(/^#+\s+/, '').replaceAll(URL, ' '));
  }

  addLines(lines: readonly string[]): void {
    for (const [index, raw] of lines.entries()) {
      const line =
        this.#fence === undefined && !PROMPT.test(raw) ? raw.replace(/^(?:> ?)+/, '') : raw;
      if (this.#takeFence(line)) continue;
      const region = this.#findTraceRegion(line, lines[index + 1]) ?? this.#findCodeRegion(line);
      if (region !== undefined) this.#add(region, line);
      else this.#addProse(line);
    }
  }

  toRegions(): QueryRegions {
    const ordered: TraceFrame[] = [];
    for (const { frames, isInnermostLast, isCause } of this.#blocks) {
      const inward = isInnermostLast ? frames.toReversed() : frames;
      if (isCause || isInnermostLast) ordered.unshift(...inward);
      else ordered.push(...inward);
    }
    const spans = this.#spans.filter(({ text }) => text.trim() !== '');
    return { spans, frames: ordered };
  }

  #takeFence(line: string): boolean {
    const mark = FENCE.exec(line)?.[1];
    if (mark === undefined) return false;
    if (this.#fence === undefined) this.#fence = mark;
    else if (mark.startsWith(this.#fence)) this.#fence = undefined;
    else return false;
    this.#pythonIndent = -1;
    return true;
  }

  #findTraceRegion(line: string, next: string | undefined): Region | undefined {
    if (isTraceHeader(line)) {
      this.#openTrace(line);
      return 'trace';
    }
    const name = findFrameName(line, next);
    if (name !== undefined) {
      this.#addFrame({ function: name });
      return 'trace';
    }
    const frame = findTraceFrame(line);
    if (frame !== undefined) {
      this.#addFrame(frame);
      this.#isMessageNext = /panicked at .*:$/.test(line);
      return isErrorLine(line) ? 'error' : 'trace';
    }
    return this.#findErrorRegion(line);
  }

  /** Inside of a Python trace the indented lines are its code, the first other one is the error. */
  #findErrorRegion(line: string): Region | undefined {
    if (this.#pythonIndent >= 0 && line !== '') {
      if (countIndent(line) > this.#pythonIndent) return 'trace';
      this.#pythonIndent = -1;
      this.#isInBlock = false;
      return 'error';
    }
    const isMessage = this.#isMessageNext && line !== '';
    this.#isMessageNext = false;
    if (isMessage) return 'error';
    if (!isErrorLine(line)) return undefined;
    this.#isInBlock = false;
    if (/^\s*Caused by:/.test(line)) this.#openBlock(false, true);
    return 'error';
  }

  #findCodeRegion(line: string): Region | undefined {
    const isCode = this.#fence !== undefined || PROMPT.test(line) || INDENTED_CODE.test(line);
    return isCode ? 'code' : undefined;
  }

  #openTrace(line: string): void {
    const isPython = line.includes('Traceback (most recent');
    this.#pythonIndent = isPython ? countIndent(line) : -1;
    if (isPython || /goroutine \d+/.test(line)) this.#openBlock(isPython, false);
  }

  #openBlock(isInnermostLast: boolean, isCause: boolean): void {
    this.#blocks.push({ frames: [], isInnermostLast, isCause });
    this.#isInBlock = true;
  }

  /** A place after a name without place completes its frame (Go, Rust). */
  #addFrame(frame: TraceFrame): void {
    if (!this.#isInBlock) this.#openBlock(false, false);
    const frames = this.#blocks.at(-1)?.frames ?? [];
    const last = frames.at(-1);
    const isPlaceOnly = frame.function === undefined && frame.file !== undefined;
    if (last !== undefined && last.file === undefined && isPlaceOnly) frames.pop();
    frames.push(isPlaceOnly && last?.file === undefined ? { ...last, ...frame } : frame);
  }

  /** Prose without its URLs; text between ticks stands on its own. */
  #addProse(line: string): void {
    const text = line.replaceAll(URL, ' ');
    let end = 0;
    for (const tick of text.matchAll(/(`{1,2})([^`]+)\1/g)) {
      this.#add('prose', text.slice(end, tick.index));
      this.#add('tick', (tick[2] ?? '').trim());
      end = tick.index + tick[0].length;
    }
    this.#add('prose', text.slice(end));
  }

  /** Joins a line to the span before it when both are of one region; ticks stay apart. */
  #add(region: Region, text: string): void {
    const last = this.#spans.at(-1);
    if (last?.region === region && region !== 'tick') last.text += `\n${text}`;
    else if (text !== '') this.#spans.push({ region, text });
  }
}

function countIndent(line: string): number {
  return line.length - line.trimStart().length;
}
