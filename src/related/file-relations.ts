/** What surrounds a file, or a line of it: its outline, what it uses and who uses it, its tests, its history. */
import type { OutlineView } from '../search/ports.ts';
import { addCalls } from './callees.ts';
import { addUses } from './callers.ts';
import { lengthOf } from './code-reader.ts';
import { countHolders } from './holders.ts';
import { addHistory } from './history-relations.ts';
import { addImports, addUsedDefinitions, listImporters } from './import-relations.ts';
import type { RelationContext } from './relation-context.ts';
import { addTests } from './test-relations.ts';

/** Definitions of a file whose users are looked for. */
const MAX_USED_NAMES = 8;
/** Definitions whose names are counted to choose these. */
const MAX_NAMES_COUNTED = 40;
const CALLABLE = new Set(['function', 'method', 'class', 'interface', 'type']);
/** Lines around a line that no definition holds. */
const MARGIN_LINES = 5;

export interface FileQuery {
  readonly slot: number;
  readonly line: number | undefined;
}

/** Adds everything that is known of a file. With a line, of the definition around it first. */
export function addFileRelations(context: RelationContext, { slot, line }: FileQuery): void {
  const { code, view } = context;
  const outline = code.outline(slot);
  const enclosing = line === undefined ? undefined : findInnermost(outline, line);
  if (line !== undefined) addEnclosing(context, { slot, line, enclosing });
  addOutline(context, { slot, outline, isWhole: line === undefined });
  const importers = listImporters(view, slot);
  addImports(context, { slot, importers, discount: line === undefined ? 0 : 0.1 });
  addUsedDefinitions(context, slot);
  const importingSlots = new Set(importers.map((importer) => importer.slot));
  addTests(context, slot, importingSlots);
  addHistory(context, { slot });
  addCalls(context, {
    slot,
    range: enclosing ?? { startLine: 1, endLine: code.text(slot).count },
    includesOwnFile: enclosing !== undefined,
  });
  const names = enclosing === undefined ? listUsable(context, outline) : [enclosing.name];
  for (const name of names) {
    addUses(context, { name, ownSlot: slot, importers: importingSlots });
  }
}

/** Names of the top level that others use, as far as the word index tells: those that most contents hold. */
function listUsable({ view }: RelationContext, outline: readonly OutlineView[]): string[] {
  const definitions = outline.filter(
    ({ kind, container }) => CALLABLE.has(kind) && container === '',
  );
  const names = new Set(preferLong(definitions, MAX_NAMES_COUNTED).map(({ name }) => name));
  return Array.from(names, (name) => ({ name, holders: countHolders(view, name) }))
    .toSorted((left, right) => right.holders - left.holders)
    .slice(0, MAX_USED_NAMES)
    .map(({ name }) => name);
}

/** At most so many, in the order of the text; definitions of one line (macros, constants) give way to longer ones. */
function preferLong(outline: readonly OutlineView[], limit: number): readonly OutlineView[] {
  if (outline.length <= limit) return outline;
  const long = outline.filter((symbol) => lengthOf(symbol) > 0);
  const chosen = new Set(
    [...long, ...outline.filter((symbol) => lengthOf(symbol) === 0)].slice(0, limit),
  );
  return outline.filter((symbol) => chosen.has(symbol));
}

/** The innermost definition around a line, constants of one line too. */
function findInnermost(outline: readonly OutlineView[], line: number): OutlineView | undefined {
  return outline
    .filter((symbol) => symbol.startLine <= line && symbol.endLine >= line)
    .toSorted((left, right) => lengthOf(left) - lengthOf(right))[0];
}

/** The definition around the line, whole and first. */
function addEnclosing(
  { draft }: RelationContext,
  found: {
    readonly slot: number;
    readonly line: number;
    readonly enclosing: OutlineView | undefined;
  },
): void {
  const { slot, line, enclosing } = found;
  draft.addFirst({
    relation: 'definition',
    slot,
    score: 1,
    reason:
      enclosing === undefined
        ? `the lines around line ${line}`
        : `the definition around line ${line}`,
    startLine: enclosing?.startLine ?? Math.max(1, line - MARGIN_LINES),
    endLine: enclosing?.endLine ?? line + MARGIN_LINES,
    ...(enclosing === undefined ? {} : { symbol: enclosing.name, kind: enclosing.kind }),
  });
}

export interface OutlineQuery {
  readonly slot: number;
  readonly outline: readonly OutlineView[];
  /** False: the caller asked about a part of the file. */
  readonly isWhole: boolean;
}

/** Definitions of the top level; of a file without any, the first ones. */
function addOutline({ draft }: RelationContext, query: OutlineQuery): void {
  const top = query.outline.filter(({ container }) => container === '');
  const shown = top.length > 0 ? top : query.outline;
  for (const [place, symbol] of preferLong(shown, draft.roomFor('outline')).entries()) {
    draft.addFile({
      relation: 'outline',
      slot: query.slot,
      score: (query.isWhole ? 0.95 : 0.5) - place * 0.005,
      reason: `${symbol.kind} ${symbol.name}, lines ${symbol.startLine} to ${symbol.endLine} (${shown.length} definitions at the top level)`,
      startLine: symbol.nameLine,
      endLine: symbol.nameLine,
      symbol: symbol.name,
      kind: symbol.kind,
    });
  }
}
