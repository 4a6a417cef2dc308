/**
 * The architecture around a folder: its main definitions, the folders that it imports from and those that import from it,
 * and what it holds. Main is what other files import most. A large folder is looked at through an even sample of its
 * files; the reasons then say of how many.
 */
import { ROLES } from '../model/document.ts';
import type { RelationType } from '../model/related.ts';
import { toFolder } from '../ranking/file-scores.ts';
import { TopList } from '../search/top-list.ts';
import type { RelatedView } from './ports.ts';
import type { RelationContext } from './relation-context.ts';

const TEST = ROLES.indexOf('test');
/** Files of a folder that are looked at: two look-ups each. */
const MAX_FILES = 1_000;
/** Importers of one file that are counted. */
const MAX_IMPORTERS = 200;
const MAX_MAIN_FILES = 30;
const MAX_SYMBOLS_OF_FILE = 4;
const MAX_EXAMPLES = 3;
const MAIN_KINDS = new Set(['function', 'class', 'interface', 'type', 'enum', 'module', 'method']);

export interface FolderQuery {
  readonly connectorId: string;
  /** Relative to the root; empty for the root. */
  readonly folder: string;
}

/** Imports between the folder and another one. */
interface Exchange {
  imports: number;
  readonly files: Set<number>;
  readonly examples: string[];
}

interface Survey {
  readonly outgoing: ReadonlyMap<string, Exchange>;
  readonly incoming: ReadonlyMap<string, Exchange>;
  /** Files of the folder that others import most, best first. */
  readonly mainSlots: readonly number[];
  readonly importerCounts: ReadonlyMap<number, number>;
}

/** Adds `outline`, `imports`, `imported_by` and `file` items of a folder and gives the summary. */
export function addFolderRelations(context: RelationContext, query: FolderQuery): string {
  const { view, draft } = context;
  const slots = listFiles(view, query);
  const looked = sampleEvenly(slots, MAX_FILES);
  const sampled = looked.length < slots.length ? ` of ${looked.length} files looked at` : '';
  const survey = surveyImports(context, query, looked);
  addMainSymbols(context, survey);
  addExchanges(context, query, { relation: 'imports', exchanges: survey.outgoing, sampled });
  addExchanges(context, query, { relation: 'imported_by', exchanges: survey.incoming, sampled });
  addContents(context, query, slots);
  const name = query.folder === '' ? query.connectorId : query.folder;
  const { outgoing, incoming } = survey;
  return `${name}: a folder of ${slots.length} files${sampled === '' ? '' : ` (${looked.length} looked at)`}; imports from ${outgoing.size} other folders, imported by ${incoming.size}; ${draft.count} related items.`;
}

function listFiles({ catalog }: RelatedView, { connectorId, folder }: FolderQuery): number[] {
  const slots: number[] = [];
  for (const slot of catalog.listSlots()) {
    if (catalog.connectorOf(slot) !== connectorId) continue;
    if (folder === '' || (catalog.paths[slot] as string).startsWith(`${folder}/`)) slots.push(slot);
  }
  return slots;
}

function sampleEvenly(slots: readonly number[], limit: number): readonly number[] {
  if (slots.length <= limit) return slots;
  const step = slots.length / limit;
  return Array.from({ length: limit }, (_, index) => slots[Math.floor(index * step)] as number);
}

function surveyImports(
  { view, deadline }: RelationContext,
  query: FolderQuery,
  slots: readonly number[],
): Survey {
  const { catalog, symbols } = view;
  const outgoing = new ExchangeCounter(view, query);
  const incoming = new ExchangeCounter(view, query);
  const importerCounts = new Map<number, number>();
  const main = new TopList<number>(MAX_MAIN_FILES);
  for (const slot of slots) {
    if (deadline.isOver()) break;
    const documentId = catalog.documentId[slot] as number;
    for (const edge of symbols.listImports(documentId)) {
      const target = catalog.slotOf(edge.documentId);
      if (target >= 0) outgoing.add({ from: slot, to: target }, target);
    }
    const importers = symbols.listImporters(documentId, MAX_IMPORTERS);
    for (const edge of importers) {
      const from = catalog.slotOf(edge.documentId);
      if (from >= 0) incoming.add({ from, to: slot }, from);
    }
    importerCounts.set(slot, importers.length);
    if (catalog.role[slot] !== TEST) main.add(importers.length, slot);
  }
  return {
    outgoing: outgoing.byFolder,
    incoming: incoming.byFolder,
    mainSlots: main.list(),
    importerCounts,
  };
}

/** Counts imports across the border of the folder by the folder on the other side. */
class ExchangeCounter {
  readonly byFolder = new Map<string, Exchange>();
  readonly #view: RelatedView;
  readonly #query: FolderQuery;

  constructor(view: RelatedView, query: FolderQuery) {
    this.#view = view;
    this.#query = query;
  }

  /** `other` is the end that may lie outside. */
  add(edge: { readonly from: number; readonly to: number }, other: number): void {
    const { paths } = this.#view.catalog;
    const path = paths[other] as string;
    const { folder } = this.#query;
    // Imports do not leave a root, so that everything lies in the folder of the root itself.
    if (folder === '' || path.startsWith(`${folder}/`)) return;
    const name = toFolder(path);
    let exchange = this.byFolder.get(name);
    if (exchange === undefined) {
      exchange = { imports: 0, files: new Set(), examples: [] };
      this.byFolder.set(name, exchange);
    }
    exchange.imports += 1;
    exchange.files.add(other);
    if (exchange.examples.length < MAX_EXAMPLES) {
      exchange.examples.push(`${paths[edge.from]} -> ${paths[edge.to]}`);
    }
  }
}

/** The first definitions of the files that are imported most; of equal ones, in order of path. */
function addMainSymbols({ draft, code, view }: RelationContext, survey: Survey): void {
  let place = 0;
  for (const slot of survey.mainSlots) {
    const importers = survey.importerCounts.get(slot) ?? 0;
    const top = code.outline(slot).filter(({ container }) => container === '');
    const main = top.filter(({ kind }) => MAIN_KINDS.has(kind));
    for (const symbol of (main.length > 0 ? main : top).slice(0, MAX_SYMBOLS_OF_FILE)) {
      if (!draft.wants('outline')) return;
      const files = importers === 1 ? 'file imports' : 'files import';
      const count = importers < MAX_IMPORTERS ? `${importers}` : `${MAX_IMPORTERS} or more`;
      draft.addFile({
        relation: 'outline',
        slot,
        score: 0.95 - place++ * 0.005,
        reason: `${symbol.kind} ${symbol.name} of ${view.catalog.paths[slot]}, which ${count} ${files}`,
        startLine: symbol.nameLine,
        endLine: symbol.nameLine,
        symbol: symbol.name,
        kind: symbol.kind,
      });
    }
  }
}

function addExchanges(
  { draft }: RelationContext,
  { connectorId }: FolderQuery,
  found: {
    readonly relation: RelationType;
    readonly exchanges: ReadonlyMap<string, Exchange>;
    /** Empty when every file was looked at. */
    readonly sampled: string;
  },
): void {
  const { relation, exchanges, sampled } = found;
  const most = Math.max(1, ...Array.from(exchanges.values(), ({ imports }) => imports));
  const sorted = [...exchanges].toSorted(([, left], [, right]) => right.imports - left.imports);
  for (const [folder, { imports, files, examples }] of sorted) {
    const which = relation === 'imports' ? 'of its files are imported' : 'of its files import';
    draft.addFolder({
      relation,
      connectorId,
      folder,
      score: 0.6 + (0.3 * imports) / most,
      reason: `${imports} imports${sampled}; ${files.size} ${which}${relation === 'imports' ? '' : ' from here'}`,
      content: examples.join('\n'),
      metadata: { imports, files: files.size },
    });
  }
}

/** The folders directly inside, with their numbers of files. */
function addContents(
  { draft, view }: RelationContext,
  { connectorId, folder }: FolderQuery,
  slots: readonly number[],
): void {
  const { catalog } = view;
  const start = folder === '' ? 0 : folder.length + 1;
  const byChild = new Map<string, { files: number; tests: number }>();
  for (const slot of slots) {
    const path = catalog.paths[slot] as string;
    const end = path.indexOf('/', start);
    if (end < 0) continue;
    const child = path.slice(0, end);
    const counts = byChild.get(child) ?? { files: 0, tests: 0 };
    counts.files += 1;
    if (catalog.role[slot] === TEST) counts.tests += 1;
    byChild.set(child, counts);
  }
  const sorted = [...byChild].toSorted(([, left], [, right]) => right.files - left.files);
  for (const [child, { files, tests }] of sorted) {
    draft.addFolder({
      relation: 'file',
      connectorId,
      folder: child,
      score: 0.4 + (0.15 * files) / Math.max(1, slots.length),
      reason: `a folder in it with ${files} of its files${tests > 0 ? `, ${tests} of them tests` : ''}`,
      content: '',
      metadata: { files, tests },
    });
  }
}
