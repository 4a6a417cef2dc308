/**
 * Runs patterns of strangers in bounded time. Three means, chosen for each pattern and text:
 *
 * - *fast*: V8's backtracking engine. Past a number of backtracks V8 itself goes on with its linear
 *   engine where the pattern allows it (no look-ahead, no back-reference, no large count).
 * - *linear*: V8's linear engine from the start, for loops over long lines: a loop over one character
 *   class makes no backtracks that V8 counts, yet takes time in the square of the line's length.
 * - *guarded*: the fast engine inside a call that V8 ends after a time, for what cannot run linear.
 *
 * docs/decisions/0010-regex-engine.md has the measurements.
 */
import { createContext, Script } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import type { PatternNode, RepeatNode } from './ast.ts';
import type { Matcher } from './emit-matcher.ts';

/** Lines longer than this (in code units) are not left to a backtracking loop: 4096² steps take 20 ms. */
const LONG_LINE_UNITS = 4096;
/** About 5 ms of backtracking; at V8's own 50,000 a plain scan of a 2 MB text already falls back. */
const BACKTRACKS_BEFORE_FALLBACK = 1_000_000;
/** Counted repetitions up to this maximum are no loop. */
const SMALL_COUNT = 4;

/** How a pattern behaves in a backtracking engine. */
export interface PatternRisk {
  /** Open repetitions, or wide counted ones, in sequence. */
  readonly loopCount: number;
  /** A repetition of something whose own length may vary: exponential when it fails. */
  readonly hasNestedLoop: boolean;
}

export interface EngineRegExp {
  readonly fast: RegExp;
  /** Undefined when the linear engine cannot run the pattern. */
  readonly linear: RegExp | undefined;
  /** Set when a leading loop allows to try fewer starts: there, or at one of the run starts. */
  readonly atRunStart: { readonly here: RegExp; readonly later: RegExp } | undefined;
  readonly risk: PatternRisk;
}

/** With more loops the linear engine must stay at hand, and it knows no look-behind in a search. */
const MAX_RUN_START_LOOPS = 2;

let hasLinearEngine = false;

/**
 * Switches on V8's linear engine, for the whole process; before the first pattern is compiled, at no
 * cost for patterns that do not backtrack much.
 */
export function enableLinearEngine(): void {
  if (hasLinearEngine) return;
  hasLinearEngine = true;
  setFlagsFromString('--enable-experimental-regexp-engine');
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
  setFlagsFromString(`--regexp-backtracks-before-fallback=${BACKTRACKS_BEFORE_FALLBACK}`);
}

/** Makes the regular expressions of one matcher. Throws `SyntaxError` when V8 refuses the source. */
export function createEngineRegExp(matcher: Matcher, risk: PatternRisk): EngineRegExp {
  enableLinearEngine();
  const fast = new RegExp(matcher.source, matcher.flags);
  const isRisky = risk.loopCount > 0 || risk.hasNestedLoop;
  return {
    fast,
    linear: isRisky ? findLinear(matcher) : undefined,
    atRunStart: findRunStart(matcher, risk),
    risk,
  };
}

function findRunStart(matcher: Matcher, risk: PatternRisk): EngineRegExp['atRunStart'] {
  const { source, flags, runStartSource } = matcher;
  const isTame = !risk.hasNestedLoop && risk.loopCount <= MAX_RUN_START_LOOPS;
  if (runStartSource === undefined || !isTame) return undefined;
  return {
    here: new RegExp(source, flags.replace('g', 'y')),
    later: new RegExp(runStartSource + source, flags),
  };
}

function findLinear(matcher: Matcher): RegExp | undefined {
  try {
    return new RegExp(matcher.source, `${matcher.flags}l`);
  } catch {
    return undefined;
  }
}

/** What to do with one text: which expression to run, and whether its run needs a time limit. */
export interface EngineChoice {
  /** Tried in this order from the same place; the first that matches has the leftmost match. */
  readonly regExps: readonly RegExp[];
  readonly isGuarded: boolean;
}

/**
 * Chooses the engine for one text. `hasLongUnit` is asked only where it matters: does the text have a
 * line (or is it, when matches span lines, as a whole) longer than `limit` code units?
 */
export function chooseEngine(
  engine: EngineRegExp,
  hasLongUnit: (limit: number) => boolean,
): EngineChoice {
  const { fast, linear, atRunStart, risk } = engine;
  if (risk.loopCount === 0 && !risk.hasNestedLoop) return { regExps: [fast], isGuarded: false };
  const isLong = hasLongUnit(LONG_LINE_UNITS);
  if (isLong && linear !== undefined) return { regExps: [linear], isGuarded: false };
  const regExps = atRunStart === undefined ? [fast] : [atRunStart.here, atRunStart.later];
  if (linear !== undefined) return { regExps, isGuarded: false };
  return { regExps, isGuarded: isLong || risk.hasNestedLoop || risk.loopCount > 1 };
}

/** One context and one script for each thread; `run` is set for the length of one call. */
interface Guard {
  readonly scope: { run: () => void };
  readonly script: Script;
}

let guard: Guard | undefined;

function createGuard(): Guard {
  const scope = { run: doNothing };
  createContext(scope);
  return { scope, script: new Script('run()') };
}

function doNothing(): void {}

/**
 * Calls `run` and ends it after `timeoutMs`, in the middle of a regular expression if need be; true when
 * it came to its end. What `run` has stored until then stays. Costs 0.1-0.4 ms for the watching thread.
 */
export function runGuarded(run: () => void, timeoutMs: number): boolean {
  guard ??= createGuard();
  const { scope, script } = guard;
  scope.run = run;
  try {
    script.runInContext(scope, { timeout: Math.max(1, Math.ceil(timeoutMs)) });
    return true;
  } catch (error) {
    if (isTimeout(error)) return false;
    throw error;
  } finally {
    scope.run = doNothing;
  }
}

/** The error is made in another context, so it is no `instanceof` of ours. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === TIMEOUT_CODE
  );
}

const TIMEOUT_CODE = 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** Measures a pattern's loops. */
export function assessRisk(node: PatternNode): PatternRisk {
  switch (node.kind) {
    case 'repeat':
      return assessRepeat(node);
    case 'group':
    case 'look':
      return assessRisk(node.node);
    case 'concat':
    case 'alternate':
      return assessParts(node.parts, node.kind);
    case 'back-reference':
      return { loopCount: 1, hasNestedLoop: false };
    case 'set':
    case 'assert':
    default:
      return { loopCount: 0, hasNestedLoop: false };
  }
}

function assessParts(parts: readonly PatternNode[], kind: 'concat' | 'alternate'): PatternRisk {
  const risks = parts.map(assessRisk);
  const counts = risks.map(({ loopCount }) => loopCount);
  return {
    loopCount:
      kind === 'concat' ? counts.reduce((sum, count) => sum + count, 0) : Math.max(0, ...counts),
    hasNestedLoop: risks.some(({ hasNestedLoop }) => hasNestedLoop),
  };
}

function assessRepeat({ node, min, max }: RepeatNode): PatternRisk {
  const body = assessRisk(node);
  if (max <= SMALL_COUNT || max === min) {
    return { ...body, loopCount: body.loopCount * Math.max(1, Math.min(max, SMALL_COUNT)) };
  }
  return {
    loopCount: body.loopCount + 1,
    hasNestedLoop: body.hasNestedLoop || !isFixed(node),
  };
}

/** True when all matches have one length and only one way to match. */
function isFixed(node: PatternNode): boolean {
  if (node.kind === 'concat') return node.parts.every(isFixed);
  if (node.kind === 'group') return isFixed(node.node);
  if (node.kind === 'repeat') return node.min === node.max && isFixed(node.node);
  return node.kind === 'set' || node.kind === 'assert';
}
