/**
 * Collects related items: caps each relation, gives an item its place once, reads the lines that are shown.
 * Scores are between 0 and 1: how sure the relation is, and within a relation how strong.
 */
import { ROLES, type SourceType } from '../model/document.ts';
import type { RelatedItem, RelationType } from '../model/related.ts';
import { itemKindOf, sourceTypeOf } from '../search/document-filter.ts';
import { round, toFileUri, toItemFacts } from '../search/result.ts';
import { cutLine, TextLines } from '../search/text-lines.ts';
import type { CommitFacts, RelatedView } from './ports.ts';

/** Items of one relation at most. */
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

export class Draft {
  readonly #view: RelatedView;
  readonly #redact: (text: string) => string;
  readonly #wanted: ReadonlySet<RelationType>;
  readonly #items: RelatedItem[] = [];
  readonly #counts = new Map<RelationType, number>();
  readonly #seen = new Set<string>();
  readonly #texts = new Map<number, TextLines>();

  constructor(
    view: RelatedView,
    options: {
      readonly relations: readonly RelationType[];
      readonly redact: (text: string) => string;
    },
  ) {
    this.#view = view;
    this.#redact = options.redact;
    this.#wanted = new Set(options.relations);
  }

  /** True when the caller asked for the relation (no list means all) and it is not full. */
  wants(relation: RelationType): boolean {
    const isAsked = this.#wanted.size === 0 || this.#wanted.has(relation);
    return isAsked && (this.#counts.get(relation) ?? 0) < MAX_OF_RELATION;
  }

  addFile(item: FileItem): void {
    const { catalog } = this.#view;
    const source = catalog.sources[catalog.sourceIndex[item.slot] as number];
    const path = catalog.paths[item.slot] as string;
    const text = this.text(item.slot);
    const startLine = item.startLine ?? 1;
    const endLine = Math.min(
      Math.max(startLine, item.endLine ?? startLine + HEAD_LINES - 1),
      Math.max(1, text.count),
    );
    const id = toFileUri(source?.connectorId ?? '', path, { startLine, endLine });
    if (!this.#take(item.relation, id)) return;
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

  /** Best first; the items that were put first stay there. */
  list(topK: number): readonly RelatedItem[] {
    return this.#items.toSorted((left, right) => right.score - left.score).slice(0, topK);
  }

  countOf(relation: RelationType): number {
    return this.#counts.get(relation) ?? 0;
  }

  get count(): number {
    return this.#items.length;
  }

  text(slot: number): TextLines {
    const blobId = this.#view.catalog.blobId[slot] as number;
    let text = this.#texts.get(blobId);
    if (text === undefined) {
      text = new TextLines(this.#view.readContent(blobId) ?? Buffer.alloc(0));
      this.#texts.set(blobId, text);
    }
    return text;
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
