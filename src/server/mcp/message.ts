/**
 * What a JSON-RPC message is, before any revision of MCP has its say. The SDK's transports take what we
 * must refuse (batches, null and fractional ids) and call the rest unparseable; this gate gives each
 * fault its proper code.
 */
import { AppError } from '../../errors/app-error.ts';
import { peek } from '../peek.ts';

export type MessageId = string | number;

/** A message of a sound outer shape. */
export type Message =
  | { readonly kind: 'request'; readonly id: MessageId; readonly method: string }
  | { readonly kind: 'notification'; readonly method: string }
  | { readonly kind: 'response' };

/** Tells what a parsed body is. Throws INVALID_REQUEST for everything that is not one message. */
export function classifyMessage(body: unknown): Message {
  if (Array.isArray(body)) {
    throw createInvalid('Batches are not accepted. Send one message for each request.');
  }
  if (typeof body !== 'object' || body === null || peek(body, 'jsonrpc') !== '2.0') {
    throw createInvalid('The body is not a JSON-RPC 2.0 message. Send {"jsonrpc":"2.0",…}.');
  }
  const method = peek(body, 'method');
  if (method === undefined) return classifyResponse(body);
  if (typeof method !== 'string') throw createInvalid('method must be a string.');
  const params = peek(body, 'params');
  if (params !== undefined && !isObject(params)) throw createInvalid('params must be an object.');
  if (!Object.hasOwn(body, 'id')) return { kind: 'notification', method };
  const id = peek(body, 'id');
  if (!isMessageId(id)) throw createInvalid('id must be a string or a whole number, never null.');
  return { kind: 'request', id, method };
}

function classifyResponse(body: object): Message {
  if (Object.hasOwn(body, 'result') || Object.hasOwn(body, 'error')) return { kind: 'response' };
  throw createInvalid('The message has neither method nor result nor error.');
}

/** Gives the id of a body that may be anything, for error answers; null when there is none. */
export function findMessageId(body: unknown): MessageId | null {
  const id = Array.isArray(body) ? undefined : peek(body, 'id');
  return isMessageId(id) ? id : null;
}

/**
 * Checks the params of the methods that the SDK's older era answers with an internal error and a dump
 * of its schema. Throws INVALID_ARGUMENT.
 */
export function assertLegacyParams(body: unknown): void {
  const method = peek(body, 'method');
  const params = peek(body, 'params') ?? {};
  const fault = LEGACY_CHECKS.get(String(method))?.(params);
  if (fault !== undefined) throw new AppError('INVALID_ARGUMENT', fault);
}

const LEGACY_CHECKS: ReadonlyMap<string, (params: unknown) => string | undefined> = new Map([
  ['initialize', findInitializeFault],
  ['tools/call', findCallFault],
]);

function findInitializeFault(params: unknown): string | undefined {
  if (typeof peek(params, 'protocolVersion') !== 'string') {
    return 'params.protocolVersion must be a revision such as "2025-11-25".';
  }
  if (!isObject(peek(params, 'capabilities'))) return 'params.capabilities must be an object.';
  const client = peek(params, 'clientInfo');
  const isNamed =
    typeof peek(client, 'name') === 'string' && typeof peek(client, 'version') === 'string';
  return isNamed ? undefined : 'params.clientInfo must have a name and a version.';
}

function findCallFault(params: unknown): string | undefined {
  if (typeof peek(params, 'name') !== 'string') return 'params.name must be the name of a tool.';
  const given = peek(params, 'arguments');
  if (given === undefined || isObject(given)) return undefined;
  return 'params.arguments must be an object.';
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMessageId(value: unknown): value is MessageId {
  return typeof value === 'string' || Number.isSafeInteger(value);
}

function createInvalid(message: string): AppError {
  return new AppError('INVALID_REQUEST', message);
}
