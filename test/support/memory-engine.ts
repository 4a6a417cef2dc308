/**
 * An engine on a handful of documents in memory, for tests of what stands in front of it. It implements
 * the port as the contract words it (modes, paging, budget, coverage, jobs that end, errors with codes),
 * without an index: every query scans. It is not a double that records calls; what a test sees is what
 * it answered.
 */
import { AppError } from '../../src/errors/app-error.ts';
import type {
  ConnectorReply,
  ConnectorRequest,
  ConnectorView,
  ControlReply,
  ControlRequest,
} from '../../src/model/control.ts';
import type { Engine, ResourceContent, ResourcePage } from '../../src/model/engine.ts';
import type { RelatedReply, RelatedRequest } from '../../src/model/related.ts';
import type { SearchReply, SearchRequest, SearchResult } from '../../src/model/search.ts';
import type { Coverage, IndexStatus, JobView } from '../../src/model/status.ts';

export interface MemoryDocument {
  readonly root: string;
  readonly path: string;
  readonly text: string;
}

export interface MemoryEngine extends Engine {
  /** The last search as it arrived, for tests of the translation in front. */
  readonly lastSearch: SearchRequest | undefined;
  readonly lastControl: ControlRequest | undefined;
  readonly lastRelated: RelatedRequest | undefined;
  /** Calls of `search` that are waiting because of `hold`. */
  readonly waiting: number;
  /** From now on searches wait until they are aborted. */
  hold(): void;
  /** Publishes a new revision, as the end of a batch would. */
  advance(): void;
  setReady(reason: string | undefined): void;
  /** Listeners of `onStatus` at this moment. */
  readonly listeners: number;
}

const ZERO_TIME = '2026-01-01T00:00:00.000Z';
const PAGE_ENTRIES = 2;

export function createMemoryEngine(documents: readonly MemoryDocument[]): MemoryEngine {
  const pushed: MemoryDocument[] = [];
  const listeners = new Set<(status: IndexStatus) => void>();
  const connectors = new Map<string, ConnectorView>();
  const jobs: JobView[] = [];
  let revision = 1;
  let progress = 0;
  let isHeld = false;
  let waiting = 0;
  let notReady: string | undefined;
  let lastSearch: SearchRequest | undefined;
  let lastControl: ControlRequest | undefined;
  let lastRelated: RelatedRequest | undefined;

  const listDocuments = (allowed?: readonly string[]): readonly MemoryDocument[] =>
    [...documents, ...pushed].filter(({ root }) => allowed?.includes(root) ?? true);

  const buildStatus = (allowed?: readonly string[]): IndexStatus => {
    const visible = listDocuments(allowed);
    const names = [...new Set(visible.map(({ root }) => root))];
    const roots = names.map((root) => ({
      connector_id: root,
      path: `/srv/${root}`,
      head_commit: null,
      verified_at: ZERO_TIME,
      watching: { mode: 'off' as const, reason: 'in memory' },
      coverage: toCoverage(visible.filter((document) => document.root === root).length),
    }));
    return {
      revision,
      is_indexing: false,
      phase: 'idle',
      progress,
      files_processed: visible.length,
      total_files: visible.length,
      chunks_created: visible.length,
      bytes_processed: visible.reduce((sum, { text }) => sum + text.length, 0),
      files_per_second: 0,
      start_time: null,
      estimated_end: null,
      verified_at: ZERO_TIME,
      last_error: null,
      searchable: visible.length > 0,
      coverage: toCoverage(visible.filter(({ root }) => root === names[0]).length),
      passes: {
        text: { done: visible.length, total: visible.length },
        structure: { done: 0, total: 0 },
        history: { done: 0, total: 0 },
      },
      watching: { mode: 'off', reason: 'in memory' },
      head_commit: null,
      roots,
      connectors: [],
      db_bytes: 4096,
      wal_bytes: 0,
      jobs: jobs.slice(0, 20),
    };
  };

  const advance = (): void => {
    revision += 1;
    progress = Math.min(100, progress + 10);
    for (const listener of listeners) listener(buildStatus());
  };

  const addJob = (action: JobView['action'], roots: readonly string[]): JobView => {
    const job: JobView = {
      job_id: `job-${jobs.length + 1}`,
      action,
      connectors: roots,
      state: 'completed',
      phase: 'idle',
      progress: 100,
      created_at: ZERO_TIME,
      started_at: ZERO_TIME,
      ended_at: ZERO_TIME,
      last_error: null,
    };
    jobs.unshift(job);
    advance();
    return job;
  };

  const waitForRevision = async (since: number, waitMs: number, signal?: AbortSignal) => {
    if (revision !== since || waitMs === 0 || signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, waitMs);
    const listener = (): void => resolve();
    listeners.add(listener);
    signal?.addEventListener('abort', listener, { once: true });
    await promise;
    clearTimeout(timer);
    listeners.delete(listener);
    signal?.removeEventListener('abort', listener);
  };

  return {
    get lastSearch() {
      return lastSearch;
    },
    get lastControl() {
      return lastControl;
    },
    get lastRelated() {
      return lastRelated;
    },
    get waiting() {
      return waiting;
    },
    get listeners() {
      return listeners.size;
    },
    hold: () => {
      isHeld = true;
    },
    advance,
    setReady: (reason) => {
      notReady = reason;
    },
    search: async (request, signal) => {
      lastSearch = request;
      if (isHeld) {
        waiting += 1;
        try {
          await untilAborted(signal);
        } finally {
          waiting -= 1;
        }
      }
      return search(request, listDocuments(request.allowed_connectors));
    },
    related: async (request) => {
      lastRelated = request;
      return relate(request, listDocuments(request.allowed_connectors));
    },
    control: async (request, signal) => {
      lastControl = request;
      return control(request, signal);
    },
    connectors: async (request) => manage(request),
    webhook: async () => {
      throw new AppError('CONNECTOR_NOT_FOUND', 'No connector of this id takes webhooks.');
    },
    status: async ({ since, waitMs, signal, allowedConnectors }) => {
      await waitForRevision(since ?? revision, waitMs, signal);
      return buildStatus(allowedConnectors);
    },
    onStatus: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    readiness: () => ({ ready: notReady === undefined, reason: notReady ?? 'ready' }),
    listResources: async (cursor, allowed) => listPage(listDocuments(allowed), cursor),
    readResource: async (uri, allowed) => readDocument(listDocuments(allowed), uri),
  };

  async function control(request: ControlRequest, signal?: AbortSignal): Promise<ControlReply> {
    const ok = { status: 'ok', message: `${request.action} done` } as const;
    const { action } = request;
    if (action === 'status') {
      if (request.job_id !== undefined && !jobs.some((job) => job.job_id === request.job_id)) {
        throw new AppError('JOB_NOT_FOUND', `There is no job "${request.job_id}".`);
      }
      await waitForRevision(request.since ?? revision, request.wait_ms, signal);
      return { ...ok, index_status: buildStatus(request.allowed_connectors) };
    }
    if (action === 'index') return store(request);
    if (action === 'plan') return { ...ok, details: { added: 0, changed: 0, removed: 0 } };
    if (action === 'explain_path') return { ...ok, details: explain(request.path ?? '') };
    if (action === 'stop') return ok;
    return { ...ok, job_id: addJob(action, request.connectors).job_id };
  }

  function store(request: ControlRequest): ControlReply {
    const { path = '', content = '' } = request.content ?? {};
    pushed.push({ root: 'pushed', path, text: content });
    advance();
    return { status: 'ok', message: 'index done' };
  }

  function explain(path: string): object {
    const found = listDocuments().find((document) => path.endsWith(document.path));
    return found === undefined
      ? { path, state: 'absent', reason: 'no such file' }
      : { path: found.path, state: 'indexed', reason: 'text' };
  }

  function manage(request: ConnectorRequest): ConnectorReply {
    const { name } = { name: '', ...request.connector_config };
    const id = request.connector_id ?? name;
    if (request.action === 'add') {
      const config = request.connector_config ?? {};
      connectors.set(id, {
        id,
        type: 'git',
        name: id,
        status: 'active',
        config,
        last_ok: ZERO_TIME,
        last_error: null,
        next_run: null,
        items: 0,
      });
    } else if (request.action !== 'list' && !connectors.has(id)) {
      throw new AppError('CONNECTOR_NOT_FOUND', `There is no connector "${id}".`);
    }
    if (request.action === 'remove') connectors.delete(id);
    return {
      connectors: [...connectors.values()],
      status: 'ok',
      message: `${request.action} done`,
    };
  }
}

function toCoverage(count: number): Coverage {
  return {
    discovered: count,
    indexed: count,
    skipped: {},
    failed: {},
    examples: {},
    pending: 0,
    percent: 100,
  };
}

async function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  const { promise, reject } = Promise.withResolvers<void>();
  const fail = (): void => reject(new AppError('CANCELED', 'The search was canceled.'));
  if (signal?.aborted === true) fail();
  signal?.addEventListener('abort', fail, { once: true });
  await promise;
}

/** Lines that hold the query; in auto mode, lines that hold any of its words. */
function search(request: SearchRequest, documents: readonly MemoryDocument[]): SearchReply {
  const matches = createMatcher(request);
  const found = documents.flatMap((document) => {
    const lines = document.text.split('\n');
    const line = lines.findIndex(matches);
    return line === -1 ? [] : [toResult({ document, lines, line }, request)];
  });
  const page = found.slice(request.offset, request.offset + request.top_k);
  let results = page;
  const build = (): SearchReply => ({
    results,
    total_count: found.length,
    query_time_ms: 0.1,
    offset: request.offset,
    limit: request.top_k,
    has_more: request.offset + results.length < found.length,
    truncated: results.length < page.length,
    ...(results.length < page.length ? { truncated_by: 'budget' as const } : {}),
    applied_filters: request.filters,
    ...(found.length > 0
      ? {}
      : { zero_reason: { code: 'absent' as const, message: 'Nothing holds these words.' } }),
  });
  while (
    results.length > 1 &&
    Buffer.byteLength(JSON.stringify(build())) / 3 > request.max_tokens
  ) {
    results = results.slice(0, -1);
  }
  return build();
}

function createMatcher({ mode, query }: SearchRequest): (line: string) => boolean {
  if (mode === 'regex') {
    const pattern = new RegExp(query);
    return (line) => pattern.test(line);
  }
  if (mode === 'literal') return (line) => line.includes(query);
  const words = query.toLowerCase().split(/\s+/);
  return (line) => words.some((word) => line.toLowerCase().includes(word));
}

interface FoundLine {
  readonly document: MemoryDocument;
  readonly lines: readonly string[];
  /** 0-based. */
  readonly line: number;
}

function toResult({ document, lines, line }: FoundLine, request: SearchRequest): SearchResult {
  const around = request.context_lines;
  const first = Math.max(0, line - around);
  const last = Math.min(lines.length - 1, line + around);
  return {
    id: `engine://file/${document.root}/${document.path}#L${first + 1}-L${last + 1}`,
    content: lines.slice(first, last + 1).join('\n'),
    score: 1,
    source_type: 'file',
    metadata: {
      file_path: document.path,
      language: 'text',
      start_line: first + 1,
      end_line: last + 1,
      chunk_type: 'block',
      role: 'source',
      ...(request.response_format === 'detailed' ? { connector_id: document.root } : {}),
    },
  };
}

function relate(request: RelatedRequest, documents: readonly MemoryDocument[]): RelatedReply {
  const { file_path: path } = request;
  const subject = documents.find((document) => path?.endsWith(document.path) === true);
  if (path !== undefined && subject === undefined) {
    throw new AppError('FILE_NOT_FOUND', `There is no file "${path}".`);
  }
  const items = subject === undefined ? [] : documents.filter(({ root }) => root === subject.root);
  return {
    summary: `${items.length} related`,
    related_items: items.slice(0, request.top_k).map((document) => ({
      id: `engine://file/${document.root}/${document.path}`,
      content: document.text,
      score: 1,
      source_type: 'file' as const,
      file_path: document.path,
      relation_type: 'file' as const,
      reason: 'same root',
      start_line: 1,
      end_line: document.text.split('\n').length,
      metadata: {},
    })),
    related_prs: [],
    related_issues: [],
    discussions: [],
    truncated: false,
    query_time_ms: 0.1,
  };
}

function listPage(documents: readonly MemoryDocument[], cursor: string | undefined): ResourcePage {
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(start)) throw new AppError('INVALID_ARGUMENT', 'This cursor is unknown.');
  const page = documents.slice(start, start + PAGE_ENTRIES).map(({ root, path, text }) => ({
    uri: `engine://file/${root}/${path}`,
    name: path,
    mimeType: 'text/plain',
    sizeBytes: Buffer.byteLength(text),
  }));
  const next = start + PAGE_ENTRIES;
  return next < documents.length
    ? { resources: page, nextCursor: String(next) }
    : { resources: page };
}

function readDocument(documents: readonly MemoryDocument[], uri: string): ResourceContent {
  const found = documents.find(({ root, path }) => uri === `engine://file/${root}/${path}`);
  if (found === undefined) throw new AppError('FILE_NOT_FOUND', 'No indexed file has this URI.');
  return { uri, mimeType: 'text/plain', text: found.text };
}
