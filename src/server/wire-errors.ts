/**
 * Errors on their way out: from whatever was thrown to the three shapes that clients see (HTTP body,
 * JSON-RPC error, tool text). How much of a message is shown is decided by the code's row in the one
 * table of codes; a stack, a cause or an unknown exception's message never leaves the process.
 */
import { AppError, getErrorKind, isAppError, toAppError } from '../errors/app-error.ts';

/** What a client may know of an error. */
export interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly httpStatus: number;
  readonly jsonRpcCode: number;
  /** Seconds after which the same request makes sense; absent when it never does. */
  readonly retryAfterSeconds?: number;
}

/** Gives the visible part of whatever was thrown. */
export function toShownError(thrown: unknown): ShownError {
  const error = fromFramework(thrown) ?? toAppError(thrown);
  const kind = getErrorKind(error.code);
  const message = kind.shown === 'message' ? error.message : HIDDEN_MESSAGE;
  const { httpStatus, jsonRpcCode } = kind;
  const shown = { code: error.code, message, httpStatus, jsonRpcCode };
  const seconds = error.details['retryAfterSeconds'];
  if (typeof seconds === 'number') return { ...shown, retryAfterSeconds: Math.ceil(seconds) };
  return kind.retry === 'no' ? shown : { ...shown, retryAfterSeconds: DEFAULT_RETRY_SECONDS };
}

/** The body of every HTTP error outside `/mcp`. */
export function toHttpBody(shown: ShownError): object {
  return { error: { code: shown.code, message: shown.message } };
}

/** The body of an HTTP error on `/mcp`: JSON-RPC, with the request's id when it could be read. */
export function toJsonRpcBody(shown: ShownError, id: string | number | null = null): object {
  const error = { code: shown.jsonRpcCode, message: shown.message, data: { code: shown.code } };
  return { jsonrpc: '2.0', id, error };
}

/** The text of a tool error: `CODE: what is wrong. What to send instead.` */
export function toToolText(thrown: unknown): string {
  const shown = toShownError(thrown);
  return `${shown.code}: ${shown.message}`;
}

/** True for errors that are nobody's fault but ours; they belong into the log with their stack. */
export function isOurFault(thrown: unknown): boolean {
  return toShownError(thrown).httpStatus === 500;
}

/** Fastify's own refusals have codes of its own; only those that a client can cause are known here. */
function fromFramework(thrown: unknown): AppError | undefined {
  if (isAppError(thrown) || !(thrown instanceof Error) || !('code' in thrown)) return undefined;
  const make = FRAMEWORK_ERRORS.get(String(thrown.code));
  return make?.(thrown);
}

const FRAMEWORK_ERRORS: ReadonlyMap<string, (cause: Error) => AppError> = new Map([
  ['FST_ERR_CTP_BODY_TOO_LARGE', (cause: Error) => createBodyTooLarge(cause)],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', (cause: Error) => createUnsupportedMediaType(cause)],
  [
    'FST_ERR_CTP_INVALID_CONTENT_LENGTH',
    (cause: Error) =>
      new AppError('INVALID_REQUEST', 'The body is not as long as Content-Length says.', { cause }),
  ],
]);

/** Largest request body in bytes, everywhere. A document of that size fits; nothing else comes near. */
export const BODY_LIMIT_BYTES = 1_048_576;

function createBodyTooLarge(cause?: Error): AppError {
  const message = `The request body is larger than ${BODY_LIMIT_BYTES} bytes. Send less at once.`;
  return new AppError('BODY_TOO_LARGE', message, { cause });
}

/** Creates the error for a body that does not call itself JSON. */
export function createUnsupportedMediaType(cause?: Error): AppError {
  const message = 'Only JSON in UTF-8 is understood. Send Content-Type: application/json.';
  return new AppError('UNSUPPORTED_MEDIA_TYPE', message, { cause });
}

const HIDDEN_MESSAGE = 'Something failed inside the server. The log has the details.';

/** For `unavailable` and timeouts without a stated time: long enough not to be a storm. */
const DEFAULT_RETRY_SECONDS = 2;
