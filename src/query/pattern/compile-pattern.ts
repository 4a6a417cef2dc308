/**
 * From what a caller asked (`literal` or `regex` mode with its switches) to one compiled pattern: its
 * tree, the trigrams a matching text must hold, and how it may behave. Plain data, so that it can
 * cross a thread; `line-matcher.ts` runs it.
 */
import { AppError } from '../../errors/app-error.ts';
import type { CaseMode } from '../../model/search.ts';
import type { PatternNode } from './ast.ts';
import { emitMatcher, findPlainText, wrapWholeWord } from './emit-matcher.ts';
import { ignoresCaseWhenSmart, parseLiteral, parsePattern } from './parse-pattern.ts';
import { planTrigrams } from './plan-trigrams.ts';
import { assessRisk, createEngineRegExp, type PatternRisk } from './regexp-engine.ts';
import type { TrigramQuery } from './trigram-query.ts';

export interface PatternRequest {
  readonly pattern: string;
  readonly mode: 'literal' | 'regex';
  readonly case: CaseMode;
  /** As `rg -w`: no word character directly before or after the match. */
  readonly isWholeWord: boolean;
  /** As `rg -U`: a match may span lines. A literal with a line feed spans lines in any case. */
  readonly spansLines: boolean;
}

export interface CompiledPattern {
  readonly node: PatternNode;
  readonly spansLines: boolean;
  /** The text itself when the pattern is nothing but a text, compared byte by byte. */
  readonly plainText: string | undefined;
  /** Every text that matches satisfies this. */
  readonly trigrams: TrigramQuery;
  readonly risk: PatternRisk;
}

/** Characters, counted repetitions written out, that one pattern may have. */
const MAX_EXPANDED_NODES = 40_000;

/** Compiles a pattern. Throws `INVALID_PATTERN` with the position and what to send instead. */
export function compilePattern(request: PatternRequest): CompiledPattern {
  const spansLines =
    request.spansLines || (request.mode === 'literal' && request.pattern.includes('\n'));
  const tree = request.mode === 'literal' ? toLiteralTree(request) : toRegexTree(request);
  const node = request.isWholeWord ? wrapWholeWord(tree) : tree;
  const isTooLarge = request.mode === 'regex' && countExpanded(node) > MAX_EXPANDED_NODES;
  if (isTooLarge) refuseSize();
  const risk = assessRisk(node);
  const plainText = findPlainText(node);
  if (plainText === undefined) assertRuns(node, risk);
  return { node, spansLines, plainText, trigrams: planTrigrams(node), risk };
}

function toLiteralTree({ pattern, case: caseMode }: PatternRequest): PatternNode {
  const isSmart = caseMode === 'smart' && ignoresCaseWhenSmart(pattern);
  return parseLiteral(pattern, caseMode === 'insensitive' || isSmart);
}

function toRegexTree({ pattern, case: caseMode, spansLines }: PatternRequest): PatternNode {
  const parsed = parsePattern(pattern, { ignoresCase: caseMode === 'insensitive', spansLines });
  const isFolded = caseMode === 'smart' && parsed.hasLiteral && !parsed.hasUpperCaseLiteral;
  return isFolded ? parsePattern(pattern, { ignoresCase: true, spansLines }).node : parsed.node;
}

/** Counts the nodes of a tree with counted repetitions written out, as an engine does. */
function countExpanded(node: PatternNode): number {
  if (node.kind === 'concat' || node.kind === 'alternate') {
    return node.parts.reduce((sum, part) => sum + countExpanded(part), 1);
  }
  if (node.kind !== 'repeat') return 'node' in node ? 1 + countExpanded(node.node) : 1;
  const copies = node.max === Infinity ? node.min + 1 : node.max;
  return 1 + copies * countExpanded(node.node);
}

function refuseSize(): never {
  throw new AppError(
    'INVALID_PATTERN',
    'The pattern is too large once its counted repetitions are written out. Send smaller counts, or + and * instead.',
  );
}

/** Some patterns are refused by V8 only when they are first run: that must be the caller's error. */
function assertRuns(node: PatternNode, risk: PatternRisk): void {
  try {
    for (const alphabet of ['ascii', 'full'] as const) {
      const matcher = emitMatcher(node, { alphabet, hasNativeLineEnds: true });
      createEngineRegExp(matcher, risk).fast.test('');
    }
  } catch (cause) {
    throw new AppError(
      'INVALID_PATTERN',
      'The pattern is too large for the engine. Send a shorter pattern, or smaller counts.',
      { cause },
    );
  }
}
