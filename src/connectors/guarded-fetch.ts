/**
 * `fetch` for connectors, behind a guard. Of each request and of each redirect the host is resolved, its
 * addresses are checked (address-rules.ts), and the connection goes to exactly the address that was checked:
 * the name is not resolved a second time, so it cannot change in between. Credentials do not follow to another
 * origin. A request has a time limit, an answer a limit in bytes, and a busy or broken server is asked again
 * with back-off, jitter and the wait that it names.
 *
 * It gives the last response, also 429 and 5xx, for the connector to judge. It throws `CONNECTOR_ADDRESS_REFUSED`
 * for addresses that are not allowed, `CONNECTOR_UNREACHABLE` when no answer came, and the reason of the signal.
 */
import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, buildConnector, fetch as send, type RequestInit as SendInit } from 'undici';
import { AppError, isAppError } from '../errors/app-error.ts';
import { createAddressRules, refuseAddress, type AddressRules } from './address-rules.ts';

export interface GuardedFetchOptions extends FetchLimits {
  /** The operator's exceptions; see address-rules.ts. */
  readonly allowedHosts: readonly string[];
}

export interface FetchLimits {
  /** For one attempt, headers and body. Default 60 s. */
  readonly timeoutMs?: number;
  /** Of a body after decompression. Default 64 MiB. */
  readonly maxResponseBytes?: number;
  /** Attempts in all. Default 5. */
  readonly attempts?: number;
  /** First wait between attempts; doubled each time. Default 1 s. */
  readonly backoffMs?: number;
  /** A server that asks for a longer wait gets no further attempt. Default 15 minutes. */
  readonly maxWaitMs?: number;
  /** Between 0 and 1, for the jitter. */
  readonly random?: () => number;
  /** For waits until a time of day. */
  readonly now?: () => number;
}

export interface GuardedFetch extends AsyncDisposable {
  readonly fetch: typeof fetch;
}

const MAX_REDIRECTS = 5;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MAX_BACKOFF_MS = 60_000;
const CONNECT_TIMEOUT_MS = 15_000;
/** Headers that prove who asks; they stay with the origin that they were meant for. */
const PRIVATE_HEADERS = [
  'authorization',
  'cookie',
  'private-token',
  'proxy-authorization',
  'x-api-key',
];

/** Makes the function and its connections, which live until it is disposed of. */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const limits: Limits = {
    timeoutMs: options.timeoutMs ?? 60_000,
    attempts: options.attempts ?? 5,
    backoffMs: options.backoffMs ?? 1000,
    maxWaitMs: options.maxWaitMs ?? 15 * 60_000,
    maxResponseBytes: options.maxResponseBytes ?? 64 * 1024 * 1024,
    random: options.random ?? Math.random,
    now: options.now ?? Date.now,
  };
  const rules = createAddressRules(options.allowedHosts);
  const agent = new Agent({
    connect: createConnect(rules),
    maxResponseSize: limits.maxResponseBytes,
    headersTimeout: limits.timeoutMs,
    bodyTimeout: limits.timeoutMs,
  });
  const guarded = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = await toPlainRequest(input, init);
    return fetchWithRetries(request, { agent, rules, limits });
  };
  return { fetch: guarded, [Symbol.asyncDispose]: async () => agent.destroy() };
}

interface Limits {
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly backoffMs: number;
  readonly maxWaitMs: number;
  readonly maxResponseBytes: number;
  readonly random: () => number;
  readonly now: () => number;
}

interface Guard {
  readonly agent: Agent;
  readonly rules: AddressRules;
  readonly limits: Limits;
}

/** A request whose body can be sent again. */
interface PlainRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
  readonly redirect: 'error' | 'follow' | 'manual';
}

async function toPlainRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<PlainRequest> {
  const request = new Request(input, init);
  const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
  return {
    url: new URL(request.url),
    method: request.method,
    headers: request.headers,
    body,
    signal: init?.signal ?? (input instanceof Request ? input.signal : undefined),
    redirect: request.redirect,
  };
}

async function fetchWithRetries(request: PlainRequest, guard: Guard): Promise<Response> {
  const { limits } = guard;
  for (let attempt = 1; ; attempt++) {
    const result = await fetchOnce(request, guard).catch((error: unknown) => {
      request.signal?.throwIfAborted();
      if (isAppError(error)) throw error;
      return toUnreachable(request.url, error);
    });
    const waitMs = toWaitMs(result, attempt, limits);
    if (waitMs === undefined || attempt >= limits.attempts) {
      if (result instanceof AppError) throw result;
      return result;
    }
    if (!(result instanceof AppError)) await result.body?.cancel();
    await sleep(waitMs, undefined, request.signal === undefined ? {} : { signal: request.signal });
  }
}

/** Follows redirects, each hop checked like the first. */
async function fetchOnce(request: PlainRequest, guard: Guard): Promise<Response> {
  const signals = [AbortSignal.timeout(guard.limits.timeoutMs)];
  if (request.signal !== undefined) signals.push(request.signal);
  const signal = AbortSignal.any(signals);
  let hop = request;
  for (let redirects = 0; ; redirects++) {
    assertAllowed(hop.url, guard.rules);
    const init: SendInit = {
      method: hop.method,
      headers: [...hop.headers],
      redirect: 'manual',
      dispatcher: guard.agent,
      signal,
      ...(hop.body === undefined ? {} : { body: hop.body }),
    };
    const response = (await send(hop.url, init)) as unknown as Response;
    const target = response.headers.get('location');
    const isRedirect = REDIRECTS.has(response.status) && target !== null;
    if (!isRedirect || request.redirect === 'manual') return response;
    await response.body?.cancel();
    if (redirects >= MAX_REDIRECTS || request.redirect === 'error') {
      throw new AppError(
        'CONNECTOR_UNREACHABLE',
        `${hop.url.host} answers with one redirect after another. Check the address of the connector.`,
      );
    }
    hop = toNextHop(hop, new URL(target, hop.url), response.status);
  }
}

function toNextHop(hop: PlainRequest, url: URL, status: number): PlainRequest {
  const headers = new Headers(hop.headers);
  if (url.origin !== hop.url.origin) for (const name of PRIVATE_HEADERS) headers.delete(name);
  const isPost = hop.method === 'POST' && (status === 301 || status === 302);
  if (!isPost && status !== 303) return { ...hop, url, headers };
  headers.delete('content-type');
  headers.delete('content-length');
  return { ...hop, url, headers, body: undefined, method: hop.method === 'HEAD' ? 'HEAD' : 'GET' };
}

function toPort({ port, protocol }: URL): number {
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** Names are checked again when they are resolved; an address is never resolved, so it is checked here. */
function assertAllowed(url: URL, rules: AddressRules): void {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new AppError(
      'CONNECTOR_ADDRESS_REFUSED',
      `Connectors speak http and https only, not ${url.protocol}`,
    );
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 0) return;
  const port = toPort(url);
  if (!rules.allowsAddress(host, port)) throw refuseAddress(`${host}:${port}`);
}

/** Connects through a look-up that checks; it must know the port, which a look-up is not told. */
function createConnect(rules: AddressRules): buildConnector.connector {
  const connectors = new Map<number, buildConnector.connector>();
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    let connect = connectors.get(port);
    if (connect === undefined) {
      connect = buildConnector({ lookup: createLookup(rules, port), timeout: CONNECT_TIMEOUT_MS });
      connectors.set(port, connect);
    }
    connect(options, callback);
  };
}

/** Resolves a name and hands on the allowed addresses alone. */
function createLookup(rules: AddressRules, port: number): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const fitting = rules.allowsHost({ host: hostname, port })
        ? addresses
        : addresses.filter(({ address }) => rules.allowsAddress(address, port));
      answerLookup({ hostname, fitting, wantsAll: options.all === true }, callback);
    });
  };
}

function answerLookup(
  found: {
    readonly hostname: string;
    readonly fitting: readonly LookupAddress[];
    readonly wantsAll: boolean;
  },
  callback: Parameters<LookupFunction>[2],
): void {
  const [first] = found.fitting;
  if (first === undefined) callback(refuseAddress(found.hostname), []);
  else if (found.wantsAll) callback(null, [...found.fitting]);
  else callback(null, first.address, first.family);
}

/** The errors of fetch hide what happened in their causes. */
function toUnreachable(url: URL, error: unknown): AppError {
  let cause: unknown = error;
  for (let depth = 0; depth < 4 && cause instanceof Error; depth++) {
    if (isAppError(cause)) return cause;
    if (!(cause.cause instanceof Error)) break;
    cause = cause.cause;
  }
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const name = cause instanceof Error ? cause.name : '';
  const why = WHY[code] ?? WHY[name] ?? (code === '' ? name : code);
  return new AppError(
    'CONNECTOR_UNREACHABLE',
    `${url.host} gave no answer: ${why}. Check the address of the connector and the network.`,
    { cause: error },
  );
}

const WHY: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be resolved now',
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_CONNECT_TIMEOUT: 'connecting took too long',
  UND_ERR_HEADERS_TIMEOUT: 'it took too long',
  UND_ERR_BODY_TIMEOUT: 'it took too long',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'the answer is too large',
  TimeoutError: 'it took too long',
};

/** How long to wait before the next attempt; undefined when another attempt makes no sense. */
function toWaitMs(
  result: Response | AppError,
  attempt: number,
  limits: Limits,
): number | undefined {
  const backoffMs = Math.min(MAX_BACKOFF_MS, limits.backoffMs * 2 ** (attempt - 1));
  const jittered = backoffMs * (0.5 + limits.random());
  if (result instanceof AppError) {
    return result.code === 'CONNECTOR_UNREACHABLE' ? jittered : undefined;
  }
  const isLimited = result.status === 429 || (result.status === 403 && isOutOfQuota(result));
  if (!isLimited && (result.status < 500 || result.status === 501)) return undefined;
  const askedMs = readRetryAfter(result, limits);
  if (askedMs === undefined) return jittered;
  // A little later than asked, so that clients that were cut off together do not come back together.
  return askedMs > limits.maxWaitMs ? undefined : askedMs + limits.backoffMs * limits.random();
}

function isOutOfQuota({ headers }: Response): boolean {
  return headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0';
}

function readRetryAfter({ headers }: Response, { now }: Limits): number | undefined {
  const text = headers.get('retry-after');
  if (text !== null) {
    if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
    const atMs = Date.parse(text);
    return Number.isFinite(atMs) ? Math.max(0, atMs - now()) : undefined;
  }
  const reset = headers.get('x-ratelimit-reset');
  if (headers.get('x-ratelimit-remaining') !== '0' || reset === null) return undefined;
  const resetMs = Number(reset) * 1000;
  // Some services give the seconds to wait instead of a time of day.
  return resetMs > 1e12 ? Math.max(0, resetMs - now()) : resetMs;
}
