/**
 * What surrounds a symbol: its definitions, who uses it and what it calls, its members, its tests, and of its file the
 * imports and the history. Of several definitions of one name the relations are those of the first (sources before tests,
 * then what most files import); users are told for the first three.
 */
import { AppError } from '../errors/app-error.ts';
import type { ChunkKind } from '../model/document.ts';
import { listNearNames } from '../search/symbol-mode.ts';
import { addCalls } from './callees.ts';
import { addUses } from './callers.ts';
import { lengthOf } from './code-reader.ts';
import { addHistory } from './history-relations.ts';
import { addImports, listImporters } from './import-relations.ts';
import type { PlacedSymbol, RelatedView } from './ports.ts';
import type { RelationContext } from './relation-context.ts';
import { addTests } from './test-relations.ts';

const MAX_FOUND = 200;
const MAX_DEFINITIONS = 20;
const MAX_COUNTED_IMPORTERS = 50;
/** Definitions beside the first whose users are told. */
const MAX_OTHERS = 2;
/** Kinds that are meant only when no code defines the name. */
const MARKUP_KINDS: ReadonlySet<ChunkKind> = new Set<ChunkKind>(['heading', 'key', 'block']);

/** Adds everything that is known of a symbol and gives the summary. Errors: `SYMBOL_NOT_FOUND`. */
export function addSymbolRelations(context: RelationContext, symbol: string): string {
  const { view, draft } = context;
  const parts = symbol.split(/\.|::|#/);
  const name = parts.at(-1) ?? '';
  const ranked = findDefinitions(view, name, parts.slice(0, -1).join('.'));
  const [own] = ranked;
  if (own === undefined) throw createNotFound(view, symbol, name);
  addDefinitions(context, ranked);
  addMembers(context, own);
  const importers = listImporters(view, own.slot);
  const importingSlots = new Set(importers.map(({ slot }) => slot));
  addUses(context, { name, ownSlot: own.slot, importers: importingSlots });
  addOtherUses(context, own.slot, ranked);
  addCalls(context, { slot: own.slot, range: own, includesOwnFile: true });
  addTests(context, own.slot, importingSlots);
  addImports(context, { slot: own.slot, importers, discount: 0.25 });
  addHistory(context, { slot: own.slot, symbol: name });
  draft.addFile({
    relation: 'file',
    slot: own.slot,
    score: 0.5,
    reason: `the file that defines ${name}`,
  });
  return `${symbol}: ${toCount(ranked.length)}, ${draft.count} related items.`;
}

/** Sources before tests and the like, then larger definitions: a class before its namesake of one line. */
function findDefinitions(view: RelatedView, name: string, container: string): PlacedSymbol[] {
  const { catalog, symbols } = view;
  const isVisible = ({ blobId }: { readonly blobId: number }): boolean =>
    catalog.slotsOfBlob(blobId).length > 0;
  const found = symbols.findDefinitions(name, { limit: MAX_FOUND, accepts: isVisible });
  const ofCode = found.filter(({ kind }) => !MARKUP_KINDS.has(kind));
  return (ofCode.length > 0 ? ofCode : found)
    .filter((one) => container === '' || `.${one.container}`.endsWith(`.${container}`))
    .flatMap((one) => catalog.slotsOfBlob(one.blobId).map((slot) => ({ ...one, slot })))
    .map((one) => ({ one, importers: countImporters(view, one.slot) }))
    .toSorted(
      (left, right) =>
        (catalog.role[left.one.slot] as number) - (catalog.role[right.one.slot] as number) ||
        Math.sign(lengthOf(right.one)) - Math.sign(lengthOf(left.one)) ||
        right.importers - left.importers ||
        comparePaths(catalog.paths[left.one.slot], catalog.paths[right.one.slot]),
    )
    .map(({ one }) => one);
}

/** At most so many: enough to tell what is used from what is not. */
function countImporters({ catalog, symbols }: RelatedView, slot: number): number {
  return symbols.listImporters(catalog.documentId[slot] as number, MAX_COUNTED_IMPORTERS).length;
}

/** Shorter ones first, then by code unit. */
function comparePaths(left = '', right = ''): number {
  if (left.length !== right.length) return left.length - right.length;
  return Number(left > right) - Number(left < right);
}

/** Users of further definitions of the name, in other files. */
function addOtherUses(
  context: RelationContext,
  ownSlot: number,
  ranked: readonly PlacedSymbol[],
): void {
  const { view } = context;
  const others = new Map(ranked.map((definition) => [definition.slot, definition.name]));
  others.delete(ownSlot);
  for (const [slot, name] of [...others].slice(0, MAX_OTHERS)) {
    const importers = new Set(listImporters(view, slot).map((importer) => importer.slot));
    addUses(context, { name, ownSlot: slot, importers, path: view.catalog.paths[slot] as string });
  }
}

function addDefinitions({ draft }: RelationContext, ranked: readonly PlacedSymbol[]): void {
  for (const [place, definition] of ranked.slice(0, MAX_DEFINITIONS).entries()) {
    const { kind, name, container, slot, startLine, endLine } = definition;
    const item = {
      relation: 'definition',
      slot,
      score: 1 - place * 0.01,
      reason: `${kind} ${container === '' ? '' : `${container}.`}${name} (${toCount(ranked.length)})`,
      startLine,
      endLine,
      symbol: name,
      kind,
    } as const;
    if (place === 0) draft.addFirst(item);
    else draft.addFile(item);
  }
}

/** What stands directly in a class, module or the like. */
function addMembers({ draft, code }: RelationContext, own: PlacedSymbol): void {
  const path = own.container === '' ? own.name : `${own.container}.${own.name}`;
  const members = code
    .outline(own.slot)
    .filter(
      (member) =>
        member.container === path &&
        member.startLine >= own.startLine &&
        member.endLine <= own.endLine,
    );
  for (const [place, member] of members.entries()) {
    if (!draft.wants('outline')) return;
    draft.addFile({
      relation: 'outline',
      slot: own.slot,
      score: 0.8 - place * 0.005,
      reason: `${member.kind} ${member.name} of ${own.name} (${members.length} members)`,
      startLine: member.nameLine,
      endLine: member.nameLine,
      symbol: member.name,
      kind: member.kind,
    });
  }
}

function toCount(definitions: number): string {
  return `${definitions} ${definitions === 1 ? 'definition' : 'definitions'}`;
}

function createNotFound(view: RelatedView, symbol: string, name: string): AppError {
  const isVisible = (blobId: number): boolean => view.catalog.slotsOfBlob(blobId).length > 0;
  const near = listNearNames(view.symbols, name, isVisible);
  const hint =
    near.length === 0
      ? 'Search with mode "symbol" for part of its name.'
      : `Near names: ${near.join(', ')}.`;
  return new AppError('SYMBOL_NOT_FOUND', `Nothing in the index defines ${symbol}. ${hint}`);
}
