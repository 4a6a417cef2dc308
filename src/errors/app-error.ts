/**
 * The one error class. What a code means for HTTP, JSON-RPC, retries and what a client may see stands
 * in `codes.ts`; nobody sets a status by hand. Guards compare `code`, never the class, because errors
 * lose their class when they cross a thread.
 */
import { ERROR_CODES, ERROR_KINDS, type ErrorCode, type ErrorKindRow } from './codes.ts';

export interface AppErrorOptions {
  /** Plain data that is safe to show. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** An operation failed. `message` is for the person or model that must act on it. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** Gives the row of the code's kind: HTTP status, JSON-RPC number, retry, audience. */
export function getErrorKind(code: ErrorCode): ErrorKindRow {
  return ERROR_KINDS[ERROR_CODES[code].kind];
}

/** True for an error of ours, also after it was rebuilt from plain data. */
export function isAppError(error: unknown): error is AppError {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(ERROR_CODES, error.code)
  );
}

/** Wraps whatever was thrown; the unknown becomes `INTERNAL` with its cause kept. */
export function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error;
  return new AppError('INTERNAL', 'Something failed inside the server. The log has the details.', {
    cause: error,
  });
}

/** An error as plain data, to cross a thread. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly stack?: string;
}

/** Turns whatever was thrown into plain data. The stack of an unknown error is kept for the log. */
export function toErrorData(error: unknown): ErrorData {
  const appError = toAppError(error);
  const origin = appError.cause instanceof Error ? appError.cause : appError;
  const data = { code: appError.code, message: appError.message, details: appError.details };
  return origin.stack === undefined ? data : { ...data, stack: origin.stack };
}

/** Rebuilds an error from plain data. */
export function fromErrorData(data: ErrorData): AppError {
  const error = new AppError(data.code, data.message, { details: data.details });
  if (data.stack !== undefined) error.stack = data.stack;
  return error;
}
