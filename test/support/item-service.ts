/**
 * A tracker of the smallest kind over a real socket, and the connector kind that reads it, for tests of what
 * stands behind the port: it has pages, times of change, deletions it tells of and deletions it does not, a
 * token, signed webhooks, and every way of being broken that a test asks for.
 */
import { createHmac } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  Connector,
  ConnectorContext,
  ConnectorItem,
  ConnectorKind,
  SyncCursor,
  SyncPage,
} from '../../src/connectors/connector.ts';
import { AppError } from '../../src/errors/app-error.ts';
import type { DocumentItem } from '../../src/model/document.ts';

export interface ServedItem {
  readonly id: number;
  readonly title: string;
  readonly text: string;
  readonly updatedMs: number;
  readonly fields?: Partial<DocumentItem>;
}

/** What the service does with a page request instead of answering it. */
export type Fault = 'error' | 'limited' | 'hang' | 'truncated' | 'forbidden' | 'unauthorized';

export interface ItemService extends AsyncDisposable {
  readonly url: string;
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** By id. */
  readonly items: Map<number, ServedItem>;
  /** Ids that incremental pages name as gone. */
  readonly removed: Set<number>;
  /** Offsets that were asked for, in order. */
  readonly asked: string[];
  /** For requests from this one on (counted from 0 over all). */
  faults: { readonly after: number; readonly kind: Fault; readonly times: number } | undefined;
  /** Called before each page is answered. */
  onPage: (() => void | Promise<void>) | undefined;
  put(id: number, text: string, updatedMs: number, fields?: Partial<DocumentItem>): void;
}

export const SERVICE_TOKEN = 'correct-horse-battery';

/** Starts the service on loopback. */
export async function startItemService(pageSize: number): Promise<ItemService> {
  const items = new Map<number, ServedItem>();
  const removed = new Set<number>();
  const asked: string[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const url = new URL(request.url ?? '/', 'http://service');
      const number = requests++;
      asked.push(url.search);
      await service.onPage?.();
      const fault = service.faults;
      if (fault !== undefined && number >= fault.after && number < fault.after + fault.times) {
        breakAnswer(response, fault.kind);
        return;
      }
      if (request.headers.authorization !== `Bearer ${SERVICE_TOKEN}`) {
        response.writeHead(401).end('no');
        return;
      }
      answer(response, toPage(url.searchParams));
    })();
  });
  const toPage = (query: URLSearchParams): unknown => {
    const since = Number(query.get('since') ?? '0');
    const after = Number(query.get('after') ?? '0');
    const fitting = [...items.values()]
      .filter((item) => item.updatedMs >= since && item.id > after)
      .toSorted((left, right) => left.id - right.id);
    const page = fitting.slice(0, pageSize);
    return {
      items: page,
      removed: since > 0 ? [...removed] : [],
      next: fitting.length > pageSize ? page.at(-1)?.id : null,
      total: items.size,
    };
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const service: ItemService = {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    items,
    removed,
    asked,
    faults: undefined,
    onPage: undefined,
    put: (id, text, updatedMs, fields) => {
      const item = { id, title: `Item ${id}`, text, updatedMs };
      items.set(id, fields === undefined ? item : { ...item, fields });
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return service;
}

function answer(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function breakAnswer(response: ServerResponse, kind: Fault): void {
  const status: Partial<Record<Fault, number>> = {
    error: 500,
    limited: 429,
    forbidden: 403,
    unauthorized: 401,
  };
  const code = status[kind];
  if (code !== undefined) {
    response.writeHead(code, kind === 'limited' ? { 'retry-after': '7200' } : {}).end();
  } else if (kind === 'truncated') {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"items":[', () => response.socket?.end());
  }
  // A request that hangs gets no answer at all.
}

interface Cursor {
  readonly since: number;
  readonly after: number;
  /** Newest change that was seen; where the next sync begins. */
  readonly newest: number;
}

/** The kind that reads the service; it takes the place of `type`. */
export function createItemKind(type: ConnectorKind['type'] = 'jira'): ConnectorKind {
  return {
    type,
    create: (context) => createConnector(context, type),
    readWebhook: ({ headers, body, secret }) => {
      const expected = createHmac('sha256', secret).update(body).digest('hex');
      if (headers['x-signature'] !== expected) return 'forged';
      return headers['x-event'] === 'ping' ? 'ignored' : 'changed';
    },
  };
}

function createConnector(context: ConnectorContext, type: ConnectorKind['type']): Connector {
  const base = String(context.config['base_url']);
  return {
    test: async (signal) => {
      const page = await fetchPage(context, `${base}/items?since=0&after=0`, signal);
      return `The service has ${page.total} items.`;
    },
    sync: async function* sync({ cursor, signal }): AsyncGenerator<SyncPage> {
      const start: Cursor = (cursor as Cursor | null) ?? { since: 0, after: 0, newest: 0 };
      let position = start;
      for (;;) {
        const query = `since=${position.since}&after=${position.after}`;
        const page = await fetchPage(context, `${base}/items?${query}`, signal);
        const newest = Math.max(position.newest, ...page.items.map((item) => item.updatedMs));
        const isLast = page.next === null;
        position = isLast
          ? { since: newest, after: 0, newest }
          : { ...position, after: page.next ?? 0, newest };
        yield {
          items: page.items.map((item) => toItem(item, type)),
          removed: page.removed.map((id) => `issues/${id}`),
          cursor: { ...position } satisfies SyncCursor,
          expectedItems: page.total,
        };
        if (isLast) return;
      }
    },
  };
}

interface Page {
  readonly items: readonly ServedItem[];
  readonly removed: readonly number[];
  readonly next: number | null;
  readonly total: number;
}

async function fetchPage(
  context: ConnectorContext,
  url: string,
  signal: AbortSignal,
): Promise<Page> {
  const headers = { authorization: `Bearer ${context.readSecret() ?? ''}` };
  const response = await context.fetch(url, { headers, signal });
  if (response.status === 401) {
    throw new AppError('CONNECTOR_AUTH', 'The service does not accept the token of token_env.');
  }
  if (response.status === 403) {
    throw new AppError('CONNECTOR_FORBIDDEN', 'The token may not read the items any more.');
  }
  if (response.status === 429) {
    throw new AppError('CONNECTOR_RATE_LIMITED', 'The service asks for a longer wait.');
  }
  if (!response.ok) {
    throw new AppError('CONNECTOR_UNREACHABLE', `The service answered ${response.status}.`);
  }
  try {
    return (await response.json()) as Page;
  } catch (error) {
    throw new AppError('CONNECTOR_BAD_ANSWER', 'The service cut its answer off.', { cause: error });
  }
}

function toItem(item: ServedItem, type: ConnectorKind['type']): ConnectorItem {
  return {
    path: `issues/${item.id}`,
    text: `# ${item.title}\n\n${item.text}\n`,
    updatedMs: item.updatedMs,
    item: {
      source_type: type === 'filesystem' ? 'file' : type,
      kind: 'issue',
      title: item.title,
      url: `https://tracker.example/issues/${item.id}`,
      state: 'open',
      author: 'ada',
      labels: ['bug'],
      ticket: `ITM-${item.id}`,
      ...item.fields,
    },
  };
}
