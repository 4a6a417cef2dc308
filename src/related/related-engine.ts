/**
 * Answers `context.get_related_info` inside a search thread: finds the file, folder, symbol or ticket that is asked
 * about, and collects its relations in one read transaction.
 */
import type { StructureExtractor } from '../analysis/structure/extractor.ts';
import { AppError } from '../errors/app-error.ts';
import type { RelatedReply, RelatedRequest } from '../model/related.ts';
import { Deadline } from '../search/deadline.ts';
import { VisibleCatalog } from '../search/visible-catalog.ts';
import { CodeReader } from './code-reader.ts';
import { Draft } from './draft.ts';
import { addItemsOfFile } from './file-items.ts';
import { addFileRelations } from './file-relations.ts';
import { findSubject } from './find-subject.ts';
import { addFolderRelations } from './folder-relations.ts';
import { NameDistances } from './name-distance.ts';
import type { RelatedView, StoredView } from './ports.ts';
import type { RelationContext } from './relation-context.ts';
import { toReply } from './reply.ts';
import { addSymbolRelations } from './symbol-relations.ts';
import { addTicketRelations } from './ticket-relations.ts';

export interface RelatedEngineOptions {
  readonly reader: { read<T>(work: (view: StoredView) => T): T };
  readonly redact: (text: string) => string;
}

/** What one question may use. */
export interface RelatedLimits {
  readonly deadlineMs: number;
  /** The parser of the thread; without one the text alone tells what is called. */
  readonly extractor?: StructureExtractor;
  /** Milliseconds that the thread has worked. */
  readonly readWorkMs: () => number;
}

export class RelatedEngine {
  readonly #options: RelatedEngineOptions;

  constructor(options: RelatedEngineOptions) {
    this.#options = options;
  }

  /** Errors: `FILE_NOT_FOUND`, `SYMBOL_NOT_FOUND`, `AMBIGUOUS_PATH`, `INVALID_ARGUMENT`. */
  find(request: RelatedRequest, limits: RelatedLimits): RelatedReply {
    const startMs = performance.now();
    const deadline = new Deadline(limits.deadlineMs);
    return this.#options.reader.read((stored) => {
      const view = toVisible(stored, request.allowed_connectors);
      const code = new CodeReader(view, {
        extractor: limits.extractor,
        now: limits.readWorkMs,
      });
      const draft = new Draft(view, {
        relations: request.relations,
        topK: request.top_k,
        redact: this.#options.redact,
        readText: (slot) => code.text(slot),
      });
      const context = { view, draft, code, distances: new NameDistances(view), deadline };
      const summary = collect(context, request);
      return toReply(draft, request, {
        summary,
        startMs,
        wasCut: deadline.wasHit || code.wasCut,
      });
    });
  }
}

/** Leaves out what the caller must not see; everything behind reads through it. */
function toVisible(stored: StoredView, allowed: readonly string[] | undefined): RelatedView {
  return {
    catalog: new VisibleCatalog(stored.catalog, allowed),
    segments: stored.segments,
    history: stored.history,
    symbols: stored.symbols,
    links: stored.links,
    readContent: (blobId) => stored.readContent(blobId),
  };
}

function collect(context: RelationContext, request: RelatedRequest): string {
  const { file_path: path, symbol, ticket_id: ticket } = request;
  if (path !== undefined) return collectPath(context, path, request.line);
  if (symbol !== undefined) return addSymbolRelations(context, symbol);
  return addTicketRelations(context.view, context.draft, ticket ?? '');
}

function collectPath(context: RelationContext, path: string, line: number | undefined): string {
  const { view, draft, code } = context;
  const subject = findSubject(view, path);
  if (subject.kind === 'folder') {
    if (line === undefined) return addFolderRelations(context, subject);
    throw new AppError('INVALID_ARGUMENT', `${path} is a folder. Leave line out, or send a file.`);
  }
  const { slot } = subject;
  const { count } = code.text(slot);
  if (line !== undefined && line > count) {
    throw new AppError(
      'INVALID_ARGUMENT',
      `line is beyond the end of the file, which has ${count} lines. Send a smaller one.`,
    );
  }
  addFileRelations(context, { slot, line });
  addItemsOfFile(view, draft, slot);
  return `${view.catalog.paths[slot]}: ${draft.count} related items.`;
}
