/** What surrounds a file: its outline, what it uses and who uses it, its tests, its history. */
import { ROLES } from '../model/document.ts';
import { chooseTestedSources, findTestedStem, toStem } from '../ranking/test-names.ts';
import type { Deadline } from '../search/deadline.ts';
import type { OutlineView } from '../search/ports.ts';
import { addCallers, findEnclosing } from './callers.ts';
import type { Draft } from './draft.ts';
import type { RelatedView } from './ports.ts';

const TEST = ROLES.indexOf('test');
const MAX_OUTLINE = 12;
const MAX_IMPORTERS = 200;
const MAX_CALLED_NAMES = 6;
const CALLABLE = new Set(['function', 'method', 'class', 'macro']);

export interface FileQuery {
  readonly slot: number;
  readonly line: number | undefined;
  readonly deadline: Deadline;
}

/** Adds everything that is known of a file. */
export function addFileRelations(view: RelatedView, draft: Draft, query: FileQuery): void {
  const outline = view.symbols.outlineOf(view.catalog.blobId[query.slot] as number);
  addEnclosing(draft, outline, query);
  addOutline(draft, outline, query.slot);
  const importers = addImports(view, draft, query.slot);
  addUsedDefinitions(view, draft, query.slot);
  addTests(view, draft, { slot: query.slot, importers });
  addHistory(view, draft, query.slot);
  const enclosing = query.line === undefined ? undefined : findEnclosing(outline, query.line);
  const names = enclosing === undefined ? listCallable(outline) : [enclosing.name];
  for (const name of names.slice(0, MAX_CALLED_NAMES)) {
    const isVisible = ({ blobId }: { readonly blobId: number }): boolean =>
      view.catalog.slotsOfBlob(blobId).length > 0;
    const known = view.symbols.findDefinitions(name, { limit: 20, accepts: isVisible });
    const definitions = Math.max(1, known.length);
    addCallers(view, draft, {
      query: { name, importers, definitions, ownSlot: query.slot },
      deadline: query.deadline,
    });
  }
}

function listCallable(outline: readonly OutlineView[]): string[] {
  const names = outline.filter(({ kind, container }) => CALLABLE.has(kind) && container === '');
  return [...new Set(names.map(({ name }) => name))];
}

/** With a line: the definition around it, whole and first. */
function addEnclosing(
  draft: Draft,
  outline: readonly OutlineView[],
  { slot, line }: FileQuery,
): void {
  if (line === undefined) return;
  const symbol = findEnclosing(outline, line);
  draft.addFile({
    relation: 'definition',
    slot,
    score: 1,
    reason:
      symbol === undefined ? `the lines around line ${line}` : `the definition around line ${line}`,
    startLine: symbol?.startLine ?? Math.max(1, line - 5),
    endLine: symbol?.endLine ?? line + 5,
    ...(symbol === undefined ? {} : { symbol: symbol.name, kind: symbol.kind }),
  });
}

function addOutline(draft: Draft, outline: readonly OutlineView[], slot: number): void {
  const top = outline.filter(({ container }) => container === '');
  for (const [place, symbol] of top.slice(0, MAX_OUTLINE).entries()) {
    draft.addFile({
      relation: 'outline',
      slot,
      score: 0.95 - place * 0.01,
      reason: `${symbol.kind} ${symbol.name}, lines ${symbol.startLine} to ${symbol.endLine} (${top.length} definitions at the top level)`,
      startLine: symbol.startLine,
      endLine: symbol.startLine,
      symbol: symbol.name,
      kind: symbol.kind,
    });
  }
}

/** Gives the slots of the importers. */
function addImports(view: RelatedView, draft: Draft, slot: number): ReadonlySet<number> {
  const { catalog, symbols } = view;
  const documentId = catalog.documentId[slot] as number;
  for (const { documentId: target, line } of symbols.listImports(documentId)) {
    const targetSlot = catalog.slotOf(target);
    if (targetSlot < 0) continue;
    draft.addFile({
      relation: 'imports',
      slot: targetSlot,
      score: 0.75,
      reason: `imported in line ${line}`,
    });
  }
  const importers = symbols
    .listImporters(documentId, MAX_IMPORTERS)
    .map(({ documentId: importer, line }) => ({ slot: catalog.slotOf(importer), line }))
    .filter((importer) => importer.slot >= 0);
  for (const importer of importers) {
    const isTest = catalog.role[importer.slot] === TEST;
    draft.addFile({
      relation: 'imported_by',
      slot: importer.slot,
      score: isTest ? 0.6 : 0.7,
      reason: `imports it in line ${importer.line} (${importers.length} files import it)`,
      startLine: importer.line,
      endLine: importer.line,
    });
  }
  return new Set(importers.map((importer) => importer.slot));
}

/** Definitions of the names that the file imports, in the files that it imports. */
function addUsedDefinitions(view: RelatedView, draft: Draft, slot: number): void {
  const { catalog, symbols } = view;
  const imported = new Set(
    symbols
      .listImports(catalog.documentId[slot] as number)
      .map(({ documentId }) => catalog.slotOf(documentId)),
  );
  const names = new Set(
    symbols.importsOf(catalog.blobId[slot] as number).flatMap((reference) => reference.names),
  );
  for (const name of names) {
    if (!draft.wants('definition')) return;
    const [found] = symbols
      .findDefinitions(name, { limit: 50 })
      .flatMap((definition) =>
        catalog.slotsOfBlob(definition.blobId).map((holder) => ({ ...definition, slot: holder })),
      )
      .filter((definition) => imported.has(definition.slot));
    if (found === undefined) continue;
    draft.addFile({
      relation: 'definition',
      slot: found.slot,
      score: 0.72,
      reason: `${found.kind} ${name}, which the file imports`,
      startLine: found.startLine,
      endLine: Math.min(found.endLine, found.startLine + 4),
      symbol: name,
      kind: found.kind,
    });
  }
}

/** Tests of a source, or what a test tests: by name, and by import. */
function addTests(
  view: RelatedView,
  draft: Draft,
  { slot, importers }: { readonly slot: number; readonly importers: ReadonlySet<number> },
): void {
  const { catalog } = view;
  const isTest = catalog.role[slot] === TEST;
  const relation = isTest ? 'tests' : 'tested_by';
  if (!draft.wants(relation)) return;
  const reason = isTest ? 'by its name the file tests it' : 'by its name it tests the file';
  for (const other of isTest ? listTestedSources(view, slot) : listTestsByName(view, slot)) {
    draft.addFile({ relation, slot: other, score: 0.78, reason });
  }
  if (isTest) return;
  for (const importer of importers) {
    if (catalog.role[importer] !== TEST) continue;
    const imports = 'a test that imports the file';
    draft.addFile({ relation: 'tested_by', slot: importer, score: 0.68, reason: imports });
  }
}

function listTestsByName(view: RelatedView, slot: number): number[] {
  const stem = toStem(view.catalog.paths[slot] as string).toLowerCase();
  return listSlots(view, true, (path) => findTestedStem(path)?.toLowerCase() === stem);
}

function listTestedSources(view: RelatedView, slot: number): number[] {
  const path = view.catalog.paths[slot] as string;
  const stem = findTestedStem(path)?.toLowerCase();
  if (stem === undefined) return [];
  const fitting = listSlots(view, false, (other) => toStem(other).toLowerCase() === stem);
  const pathOf = (other: number): string => view.catalog.paths[other] as string;
  const chosen = new Set(chooseTestedSources(path, fitting.map(pathOf)));
  return fitting.filter((other) => chosen.has(pathOf(other)));
}

/** Slots of tests, or of everything else, whose path fits. */
function listSlots(
  { catalog }: RelatedView,
  areTests: boolean,
  fits: (path: string) => boolean,
): number[] {
  const slots: number[] = [];
  for (const slot of catalog.listSlots()) {
    if ((catalog.role[slot] === TEST) !== areTests) continue;
    if (fits(catalog.paths[slot] as string)) slots.push(slot);
  }
  return slots;
}

function addHistory(view: RelatedView, draft: Draft, slot: number): void {
  const { catalog, history } = view;
  const connectorId = catalog.sources[catalog.sourceIndex[slot] as number]?.connectorId ?? '';
  const path = catalog.paths[slot] as string;
  for (const change of history.listCoChanges(connectorId, path, { limit: 10, minSupport: 2 })) {
    const other = catalog.findSlot(connectorId, change.path);
    if (other < 0) continue;
    const percent = Math.round(change.confidence * 100);
    draft.addFile({
      relation: 'co_changed',
      slot: other,
      score: 0.4 + 0.3 * change.confidence,
      reason: `changed together in ${change.support} commits (${percent} % of the file's)`,
    });
  }
  for (const [age, commit] of history.listCommits(connectorId, path, 8).entries()) {
    draft.addCommit(
      commit,
      0.6 - age * 0.02,
      `touched the file (${age + 1} of its newest commits)`,
    );
  }
  for (const ticket of history.listTicketsOfFile(connectorId, path, 8)) {
    const relation = ticket.kind === 'pull_request' ? 'pull_request' : 'ticket';
    draft.addName(relation, ticket.id, {
      score: 0.45 + Math.min(0.1, ticket.commits / 100),
      reason: `named by ${ticket.commits} ${ticket.commits === 1 ? 'commit' : 'commits'} of the file`,
    });
  }
}
