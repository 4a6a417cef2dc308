/**
 * Collects related items: caps each relation, gives an item its place once, reads the lines that are shown.
 * Scores are between 0 and 1: how sure the relation is, and within a relation how strong. Where there are more items
 * than are wanted, the relations take turns, so that a long outline does not push out the only caller.
 */
import { ROLES, type SourceType } from '../model/document.ts';
import type { RelatedItem, RelationType } from '../model/related.ts';
import { itemKindOf, sourceTypeOf } from '../search/document-filter.ts';
import { round, toFileUri, toItemFacts } from '../search/result.ts';
import { cutLine, type TextLines } from '../search/text-lines.ts';
import type { CommitFacts, RelatedView } from './ports.ts';

/** Items of one relation, where the caller did not name the relations. */
const MAX_OF_RELATION = 12;
const HEAD_LINES = 3;

export interface FileItem {
  readonly relation: RelationType;
  readonly slot: number;
  readonly score: number;
  readonly reason: string;
  /** 1-based and inclusive; absent: the first lines. */
  readonly startLine?: number;
  readonly endLine?: number;
  readonly symbol?: string;
  readonly kind?: string;
}

/** A folder as an item: it has no lines. */
export interface FolderItem {
  readonly relation: RelationType;
  readonly connectorId: string;
  /** Relative to the root; empty for the root. */
  readonly folder: string;
  readonly score: number;
  readonly reason: string;
  readonly content: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface DraftOptions {
  /** Empty means all. */
  readonly relations: readonly RelationType[];
  /** Items that are shown at most. */
  readonly topK: number;
  readonly redact: (text: string) => string;
  readonly readText: (slot: number) => TextLines;
}

export class Draft {
  readonly #view: RelatedView;
  readonly #redact: (text: string) => string;
  readonly #readText: (slot: number) => TextLines;
  readonly #wanted: ReadonlySet<RelationType>;
  readonly #maxOfRelation: number;
  readonly #items: RelatedItem[] = [];
  readonly #counts = new Map<RelationType, number>();
  readonly #seen = new Set<string>();
  #first: RelatedItem | undefined;

  constructor(view: RelatedView, options: DraftOptions) {
    this.#view = view;
    this.#redact = options.redact;
    this.#readText = options.readText;
    this.#wanted = new Set(options.relations);
    this.#maxOfRelation = options.relations.length === 0 ? MAX_OF_RELATION : options.topK;
  }

  /** True when the caller asked for the relation (no list means all) and it is not full. */
  wants(relation: RelationType): boolean {
    const isAsked = this.#wanted.size === 0 || this.#wanted.has(relation);
    return isAsked && (this.#counts.get(relation) ?? 0) < this.#maxOfRelation;
  }

  /** Items of the relation that may still come. */
  roomFor(relation: RelationType): number {
    if (!this.wants(relation)) return 0;
    return this.#maxOfRelation - (this.#counts.get(relation) ?? 0);
  }

  /** Adds what is asked about itself: it stays first, whatever is scored higher. */
  addFirst(item: FileItem): void {
    const before = this.#items.length;
    this.addFile(item);
    if (this.#items.length > before) this.#first = this.#items.at(-1);
  }

  /** True when the file stands there by this relation, whatever the lines. */
  hasFile(relation: RelationType, slot: number): boolean {
    return this.#seen.has(`${relation} ${slot}`);
  }

  addFile(item: FileItem): void {
    const { catalog } = this.#view;
    const source = catalog.sources[catalog.sourceIndex[item.slot] as number];
    const path = catalog.paths[item.slot] as string;
    const text = this.#readText(item.slot);
    const startLine = item.startLine ?? 1;
    const endLine = Math.min(
      Math.max(startLine, item.endLine ?? startLine + HEAD_LINES - 1),
      Math.max(1, text.count),
    );
    const id = toFileUri(source?.connectorId ?? '', path, { startLine, endLine });
    if (!this.#take(item.relation, id)) return;
    this.#seen.add(`${item.relation} ${item.slot}`);
    const content = text
      .slice(startLine, endLine)
      .map((line) => cutLine(line))
      .join('\n');
    this.#items.push({
      id,
      content: this.#redact(content),
      score: round(item.score),
      source_type: sourceTypeOf(catalog, item.slot) as SourceType,
      file_path: path,
      relation_type: item.relation,
      reason: item.reason,
      start_line: startLine,
      end_line: endLine,
      metadata: {
        connector_id: source?.connectorId ?? '',
        language: catalog.languages[catalog.languageIndex[item.slot] as number] ?? 'plaintext',
        role: ROLES[catalog.role[item.slot] as number] ?? 'source',
        ...(item.symbol === undefined ? {} : { symbol: item.symbol }),
        ...(item.kind === undefined ? {} : { chunk_type: item.kind }),
        ...this.#describeItem(item.slot),
      },
    });
  }

  addFolder(item: FolderItem): void {
    const { relation, connectorId, folder } = item;
    const path = folder.split('/').map(encodeURIComponent).join('/');
    const id = `engine://folder/${connectorId}/${path}`;
    if (!this.#take(relation, id)) return;
    this.#items.push({
      id,
      content: this.#redact(item.content),
      score: round(item.score),
      source_type: 'file',
      file_path: folder,
      relation_type: relation,
      reason: item.reason,
      start_line: null,
      end_line: null,
      metadata: { connector_id: connectorId, ...item.metadata },
    });
  }

  addCommit(commit: CommitFacts, score: number, reason: string): void {
    if (!this.#take('commit', `commit:${commit.hash}`)) return;
    const body = commit.body === '' ? '' : `\n${commit.body.slice(0, 300)}`;
    this.#items.push({
      id: `engine://commit/${commit.connectorId}/${commit.hash}`,
      content: this.#redact(`${commit.subject}${body}`),
      score: round(score),
      source_type: 'git',
      file_path: null,
      relation_type: 'commit',
      reason,
      start_line: null,
      end_line: null,
      metadata: {
        connector_id: commit.connectorId,
        hash: commit.hash,
        author: commit.authorName,
        committed_at: new Date(commit.committedMs).toISOString(),
        files: commit.fileCount,
      },
    });
  }

  /** A name without a place of its own: a ticket, a branch. */
  addName(
    relation: RelationType,
    name: string,
    facts: {
      readonly score: number;
      readonly reason: string;
      readonly metadata?: Readonly<Record<string, unknown>>;
    },
  ): void {
    if (!this.#take(relation, `${relation}:${name}`)) return;
    this.#items.push({
      id: `engine://${relation}/${encodeURIComponent(name)}`,
      content: name,
      score: round(facts.score),
      source_type: 'git',
      file_path: null,
      relation_type: relation,
      reason: facts.reason,
      start_line: null,
      end_line: null,
      metadata: facts.metadata ?? {},
    });
  }

  /** At most `topK` items, best first. */
  list(topK: number): readonly RelatedItem[] {
    const first = this.#first === undefined ? [] : [this.#first];
    const others = this.#items
      .filter((item) => item !== this.#first)
      .toSorted((left, right) => right.score - left.score);
    const chosen = takeTurns(others, topK - first.length);
    return [...first, ...chosen].slice(0, topK);
  }

  countOf(relation: RelationType): number {
    return this.#counts.get(relation) ?? 0;
  }

  get count(): number {
    return this.#items.length;
  }

  /** What is said of an issue or a message beyond its text; nothing for a file. */
  #describeItem(slot: number): Readonly<Record<string, unknown>> {
    const { catalog } = this.#view;
    const kind = itemKindOf(catalog, slot);
    const item = catalog.readItem(slot);
    if (item === undefined) return {};
    return {
      ...(kind === undefined ? {} : { chunk_type: kind }),
      ...toItemFacts(item),
      updated_at: new Date(catalog.updatedMs[slot] as number).toISOString(),
    };
  }

  #take(relation: RelationType, id: string): boolean {
    const key = `${relation} ${id}`;
    if (!this.wants(relation) || this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.#counts.set(relation, (this.#counts.get(relation) ?? 0) + 1);
    return true;
  }
}

/** Of sorted items so many: the best of each relation, then the second best of each, and so on; sorted again. */
function takeTurns(sorted: readonly RelatedItem[], count: number): readonly RelatedItem[] {
  if (sorted.length <= count) return sorted;
  const turns = new Map<RelationType, number>();
  const placed = sorted.map((item) => {
    const turn = turns.get(item.relation_type) ?? 0;
    turns.set(item.relation_type, turn + 1);
    return { item, turn };
  });
  const chosen = new Set(
    placed
      .toSorted((left, right) => left.turn - right.turn)
      .slice(0, Math.max(0, count))
      .map(({ item }) => item),
  );
  return sorted.filter((item) => chosen.has(item));
}
