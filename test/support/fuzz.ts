/**
 * Hostile requests, made from a seed: the same seed gives the same requests, so that a failure can be
 * repeated. Each starts as a sound message and is then spoilt: in its JSON, its arguments, its headers, its
 * encoding or its framing. What must hold of every answer is checked here too.
 */
import { createRandom, type Random } from './random.ts';

/** One request as bytes would describe it. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** An answer as far as it is judged. */
export interface FuzzAnswer {
  readonly status: number;
  readonly text: string;
}

/** Gives the requests of a seed without end. */
export function* generateRequests(seed: number): Generator<FuzzRequest, never> {
  const random = createRandom(seed);
  for (;;) yield makeRequest(random);
}

function makeRequest(random: Random): FuzzRequest {
  const message = makeMessage(random);
  const isModern = random.below(3) === 0;
  if (isModern) addEnvelope(message, random);
  const headers = makeHeaders(message, isModern, random);
  const body = encodeBody(JSON.stringify(message), random);
  const isOdd = random.below(20) === 0;
  return {
    method: isOdd ? random.pick(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'POST']) : 'POST',
    path: isOdd
      ? random.pick(PATHS)
      : random.pick(['/mcp', '/mcp', '/mcp?names=underscore', '/mcp?names=%00']),
    headers,
    body,
  };
}

type Message = Record<string, unknown>;

function makeMessage(random: Random): Message {
  const method = random.pick(METHODS);
  const message: Message = {
    jsonrpc: random.below(30) === 0 ? random.pick(VALUES) : '2.0',
    id: random.below(10) === 0 ? random.pick(VALUES) : random.below(1000),
    method: random.below(30) === 0 ? random.pick(VALUES) : method,
    params: makeParams(method, random),
  };
  if (random.below(15) === 0) delete message[random.pick(Object.keys(message))];
  if (random.below(30) === 0) message[random.pick(KEYS)] = random.pick(VALUES);
  return message;
}

function makeParams(method: string, random: Random): unknown {
  if (random.below(25) === 0) return random.pick(VALUES);
  if (method === 'resources/read') return { uri: random.pick(URIS) };
  if (method === 'resources/list')
    return { cursor: random.pick([...VALUES, '0', '7', '-1', '1e9']) };
  if (method !== 'tools/call')
    return random.below(2) === 0 ? {} : { [random.pick(KEYS)]: random.pick(VALUES) };
  const [name, build] = random.pick(TOOLS);
  const given = build(random);
  if (random.below(3) === 0) given[random.pick(KEYS)] = random.pick(VALUES);
  const keys = Object.keys(given);
  if (keys.length > 0 && random.below(3) === 0) given[random.pick(keys)] = random.pick(VALUES);
  return {
    name: random.below(25) === 0 ? random.pick(VALUES) : name,
    arguments: random.below(25) === 0 ? random.pick(VALUES) : given,
  };
}

type BuildArguments = (random: Random) => Message;

/** No wait and nothing that lasts: the run measures answers, and nobody can wait for 200,000 jobs. */
const TOOLS: readonly (readonly [string, BuildArguments])[] = [
  ['context.search', buildSearch],
  ['context_search', buildSearch],
  [
    'context.get_related_info',
    (random) => ({ [random.pick(['file_path', 'symbol', 'ticket_id'])]: random.pick(TEXTS) }),
  ],
  [
    'context.index_control',
    (random) => ({
      action: random.pick(['status', 'status', 'explain_path']),
      path: random.pick(TEXTS),
    }),
  ],
  ['context.index_control', (random) => ({ action: 'status', job_id: random.pick(TEXTS) })],
  [
    'context.connector_management',
    (random) => ({
      action: random.pick(['list', 'test', 'remove']),
      connector_config: {
        type: random.pick(['filesystem', 'git']),
        name: random.pick(TEXTS),
        path: random.pick(TEXTS),
      },
    }),
  ],
];

function buildSearch(random: Random): Message {
  const given: Message = { query: random.pick(TEXTS) };
  if (random.below(2) === 0)
    given['mode'] = random.pick(['auto', 'literal', 'regex', 'symbol', 'path']);
  if (random.below(3) === 0) given['top_k'] = random.pick([1, 5, 100, 0, -1, 101, 1.5]);
  if (random.below(4) === 0)
    given['filters'] = { [random.pick(['paths', 'languages', 'roles'])]: [random.pick(TEXTS)] };
  if (random.below(6) === 0) given['max_tokens'] = random.pick([200, 199, 20_000, 20_001]);
  if (random.below(6) === 0) given['work_context'] = { active_file: random.pick(TEXTS) };
  return given;
}

function addEnvelope(message: Message, random: Random): void {
  const params = message['params'];
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return;
  // A copy: the parameters may be one of the shared values.
  const meta = {
    'io.modelcontextprotocol/protocolVersion':
      random.below(15) === 0 ? random.pick(VALUES) : '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': random.below(15) === 0 ? random.pick(VALUES) : {},
    ...(random.below(10) === 0 ? { progressToken: random.pick(VALUES) } : {}),
  };
  message['params'] = { ...params, _meta: meta };
}

function makeHeaders(message: Message, isModern: boolean, random: Random): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': random.below(20) === 0 ? random.pick(HEADER_TEXTS) : 'application/json',
  };
  if (random.below(3) === 0) headers['accept'] = random.pick(ACCEPTS);
  if (isModern) {
    headers['mcp-protocol-version'] =
      random.below(15) === 0 ? random.pick(HEADER_TEXTS) : '2026-07-28';
    if (typeof message['method'] === 'string') headers['mcp-method'] = toHeader(message['method']);
    const name =
      Reflect.get(Object(message['params']), 'name') ??
      Reflect.get(Object(message['params']), 'uri');
    if (typeof name === 'string') headers['mcp-name'] = toHeader(name);
  }
  if (random.below(12) === 0) headers[random.pick(HEADER_NAMES)] = random.pick(HEADER_TEXTS);
  return headers;
}

/** What Node refuses to send as a header is no test of the server. */
function toHeader(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}

function encodeBody(text: string, random: Random): Buffer {
  const bytes = Buffer.from(text);
  switch (random.below(24)) {
    case 0:
      return bytes.subarray(0, random.below(bytes.length + 1));
    case 1:
      bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    case 2:
      return Buffer.from(text, 'utf16le');
    case 3:
      return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
    case 4:
      return Buffer.from(`[${text},${text}]`);
    case 5:
      return Buffer.from('['.repeat(1 + random.below(3000)));
    case 6:
      return Buffer.from(
        random.pick(['', ' ', 'null', '0', '""', '{}', 'NaN', '{"a":1e999}', '{"__proto__":{}}']),
      );
    default:
      return bytes;
  }
}

const METHODS = [
  'tools/call',
  'tools/call',
  'tools/call',
  'tools/call',
  'tools/list',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'prompts/list',
  'prompts/get',
  'ping',
  'initialize',
  'server/discover',
  'notifications/initialized',
  'notifications/cancelled',
  'completion/complete',
  'logging/setLevel',
  'tasks/get',
  'no/such',
];

const TEXTS = [
  'hello',
  'greet',
  'src/greet.ts',
  'alpha:src/part.ts',
  '../../etc/passwd',
  '/etc/passwd',
  'a\0b',
  '\ud800',
  '(',
  '[[:alpha:]',
  '(a+)+$',
  '\\p{Foo}',
  '"unclosed',
  'path:',
  '-x repo:alpha sym:greet',
  'NEAR(a, b) OR "',
  "'; DROP TABLE document; --",
  '%',
  '\u202eevil',
  '日本語 🦊',
  '\u001b[2J',
  ' ',
  'x'.repeat(5000),
  '{{7*7}}',
  '${env:HOME}',
  'ABC-123',
];

const VALUES: readonly unknown[] = [
  ...TEXTS,
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  [],
  {},
  [[[[]]]],
  { a: { b: [1, { c: null }] } },
  '',
];

const KEYS = [
  'query',
  'mode',
  '__proto__',
  'constructor',
  'toString',
  'filters',
  '_meta',
  'x',
  '',
  '💥',
];

const URIS = [
  'engine://file/alpha/src/greet.ts',
  'engine://file/alpha/src/greet.ts#L1-L2',
  'engine://file/alpha/src/greet.ts#L9-L1',
  'engine://file/alpha/src/greet.ts#L99999999999999999999',
  'engine://file/alpha/../../etc/passwd',
  'engine://file/%2e%2e/%2e%2e/etc/passwd',
  'engine://file/%',
  'engine://file/',
  'engine://files/',
  'file:///etc/passwd',
  'http://127.0.0.1:1/',
  '',
  'engine://file/alpha/\0',
];

const PATHS = [
  '/',
  '/status',
  '/status?wait_ms=-1',
  '/status?since=x',
  '/metrics',
  '/health',
  '/ready',
  '/webhooks/x',
  '/webhooks/%00',
  '/%2e%2e/etc/passwd',
  '/mcp/..',
  '//mcp',
  '/%ff',
  '/nothing',
];

const ACCEPTS = [
  '*/*',
  'text/html',
  'text/event-stream',
  'application/json, text/event-stream',
  ';;;',
  '',
];

const HEADER_NAMES = [
  'origin',
  'mcp-session-id',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'x-request-id',
  'x-forwarded-for',
  'x-forwarded-host',
  'content-encoding',
  'if-none-match',
  'authorization',
  'last-event-id',
];

const HEADER_TEXTS = [
  'null',
  'http://evil.example',
  'application/json; charset=utf-16',
  'application/json; charset=',
  'text/plain',
  'multipart/form-data; boundary=x',
  '2025-11-25',
  '9999-99-99',
  'gzip',
  'Bearer x',
  '=?utf-8?b?Zm9v?=',
  '127.0.0.1, 10.0.0.1',
  '"',
  'x'.repeat(2000),
];

/**
 * Gives what is wrong with an answer, or undefined. `secrets` are texts that stand in no request and must
 * stand in no answer, such as the folder of the database.
 */
export function findFault(answer: FuzzAnswer, secrets: readonly string[]): string | undefined {
  const { status, text } = answer;
  if (status >= 500) return `status ${status}`;
  if (/\bat [\w.<>]+ \(?(?:file:|node:|\/)/.test(text)) return 'a stack';
  if (/node_modules|SQLITE_|\bsrc\/(?:server|search|store|indexing)\//.test(text))
    return 'an inner name';
  const leaked = secrets.find((secret) => text.includes(secret));
  return leaked === undefined ? undefined : 'a path of the machine';
}
