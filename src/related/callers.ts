/**
 * Who calls a name: the word index tells which files hold it, their text whether it stands there as a call,
 * the outline in which definition. Files that import the definition come first. A name that is
 * defined several times cannot be told apart by this; the reason says so.
 */
import { toTermKey } from '../analysis/terms.ts';
import { readWordPostings } from '../segments/postings.ts';
import type { Deadline } from '../search/deadline.ts';
import type { OutlineView } from '../search/ports.ts';
import type { Draft, FileItem } from './draft.ts';
import type { RelatedView } from './ports.ts';

const MAX_FILES_READ = 60;
const MAX_PER_FILE = 3;

export interface CallerQuery {
  readonly name: string;
  /** Files that are known to import the definition. */
  readonly importers: ReadonlySet<number>;
  /** Definitions of this name in the index. */
  readonly definitions: number;
  /** The file of the definition itself. */
  readonly ownSlot: number;
}

/** Adds `called_by` items. */
export function addCallers(
  view: RelatedView,
  draft: Draft,
  { query, deadline }: { readonly query: CallerQuery; readonly deadline: Deadline },
): void {
  if (!draft.wants('called_by') || query.name.length < 3) return;
  const slots = listHolders(view, query);
  const pattern = new RegExp(`(?<![\\w$])${escapeName(query.name)}(?:\\s*<[^<>()]*>)?\\s*\\(`);
  for (const slot of slots.slice(0, MAX_FILES_READ)) {
    if (deadline.isOver() || !draft.wants('called_by')) return;
    addCallsOfFile(view, draft, { slot, pattern, query });
  }
}

function addCallsOfFile(
  view: RelatedView,
  draft: Draft,
  {
    slot,
    pattern,
    query,
  }: { readonly slot: number; readonly pattern: RegExp; readonly query: CallerQuery },
): void {
  const text = draft.text(slot);
  const outline = view.symbols.outlineOf(view.catalog.blobId[slot] as number);
  let found = 0;
  for (let line = 1; line <= text.count && found < MAX_PER_FILE; line++) {
    if (!pattern.test(text.get(line)) || isOwnDefinition(outline, query.name, line)) continue;
    found += 1;
    draft.addFile(toCall(query, { slot, line, enclosing: findEnclosing(outline, line) }));
  }
}

/** The line that defines the name looks like a call of it. */
function isOwnDefinition(outline: readonly OutlineView[], name: string, line: number): boolean {
  return outline.some(
    (symbol) => symbol.name === name && line >= symbol.startLine && line <= symbol.startLine + 1,
  );
}

function toCall(
  query: CallerQuery,
  place: {
    readonly slot: number;
    readonly line: number;
    readonly enclosing: OutlineView | undefined;
  },
): FileItem {
  const { slot, line, enclosing } = place;
  const isImporter = query.importers.has(slot) || slot === query.ownSlot;
  const doubt =
    query.definitions > 1 ? ` (one of ${query.definitions} definitions of this name)` : '';
  const where = enclosing === undefined ? 'at the top level' : `in ${enclosing.name}`;
  return {
    relation: 'called_by',
    slot,
    score: (isImporter ? 0.8 : 0.6) / (1 + Math.log2(query.definitions)),
    reason: `calls ${query.name} ${where}${isImporter ? ', and imports its file' : ''}${doubt}`,
    startLine: line,
    endLine: line,
    ...(enclosing === undefined ? {} : { symbol: enclosing.name, kind: enclosing.kind }),
  };
}

/** Slots of files that hold the name: importers first, code before tests. */
function listHolders(view: RelatedView, query: CallerQuery): number[] {
  const { catalog } = view;
  const key = toTermKey(query.name.toLowerCase());
  const slots: number[] = [];
  for (const segment of view.segments.list()) {
    const list = segment.findWord(key);
    if (list === undefined) continue;
    const chunks = new Uint32Array(segment.chunks.chunkCount);
    const count = readWordPostings(list.bytes, chunks, new Uint8Array(segment.chunks.chunkCount));
    let previous = -1;
    for (let index = 0; index < count; index++) {
      const blob = segment.chunks.blobOfChunk[chunks[index] as number] as number;
      if (blob === previous) continue;
      previous = blob;
      slots.push(...catalog.slotsOfBlob(segment.blobIds[blob] as number));
    }
  }
  const rank = (slot: number): number =>
    (query.importers.has(slot) ? 0 : 10) +
    (slot === query.ownSlot ? 5 : 0) +
    (catalog.role[slot] as number);
  return slots.toSorted((left, right) => rank(left) - rank(right) || left - right);
}

/** The innermost definition around a line. */
export function findEnclosing(
  outline: readonly OutlineView[],
  line: number,
): OutlineView | undefined {
  return outline
    .filter((symbol) => symbol.startLine <= line && symbol.endLine >= line)
    .toSorted(
      (left, right) => left.endLine - left.startLine - (right.endLine - right.startLine),
    )[0];
}

function escapeName(name: string): string {
  return name.replace(/[^\w]/g, '\\$&');
}
