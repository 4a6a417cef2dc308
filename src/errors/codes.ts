/**
 * Every error code, once. `docs/errors.md` is tested against this table. Codes are never reused:
 * a retired one moves to `RETIRED_CODES`.
 */

export interface ErrorKindRow {
  readonly httpStatus: number;
  readonly jsonRpcCode: number;
  /** What a caller may do: `no`, after a `backoff`, or `later` when the stated time is over. */
  readonly retry: 'no' | 'backoff' | 'later';
  /** How much of the error a client sees: the whole `message`, the `code` only, or `nothing`. */
  readonly shown: 'message' | 'code' | 'nothing';
}

export const ERROR_KINDS = {
  malformed: { httpStatus: 400, jsonRpcCode: -32700, retry: 'no', shown: 'message' },
  bad_request: { httpStatus: 400, jsonRpcCode: -32600, retry: 'no', shown: 'message' },
  invalid: { httpStatus: 400, jsonRpcCode: -32602, retry: 'no', shown: 'message' },
  unauthorized: { httpStatus: 401, jsonRpcCode: -32602, retry: 'no', shown: 'message' },
  denied: { httpStatus: 403, jsonRpcCode: -32602, retry: 'no', shown: 'message' },
  not_found: { httpStatus: 404, jsonRpcCode: -32602, retry: 'no', shown: 'message' },
  bad_method: { httpStatus: 405, jsonRpcCode: -32600, retry: 'no', shown: 'message' },
  conflict: { httpStatus: 409, jsonRpcCode: -32602, retry: 'no', shown: 'message' },
  too_large: { httpStatus: 413, jsonRpcCode: -32600, retry: 'no', shown: 'message' },
  media_type: { httpStatus: 415, jsonRpcCode: -32600, retry: 'no', shown: 'message' },
  limited: { httpStatus: 429, jsonRpcCode: -32603, retry: 'later', shown: 'message' },
  canceled: { httpStatus: 499, jsonRpcCode: -32603, retry: 'no', shown: 'message' },
  timeout: { httpStatus: 504, jsonRpcCode: -32603, retry: 'backoff', shown: 'message' },
  unavailable: { httpStatus: 503, jsonRpcCode: -32603, retry: 'backoff', shown: 'message' },
  corrupt: { httpStatus: 500, jsonRpcCode: -32603, retry: 'no', shown: 'code' },
  internal: { httpStatus: 500, jsonRpcCode: -32603, retry: 'no', shown: 'nothing' },
} as const satisfies Record<string, ErrorKindRow>;
export type ErrorKind = keyof typeof ERROR_KINDS;

export const ERROR_CODES = {
  MALFORMED_JSON: { kind: 'malformed' },
  INVALID_REQUEST: { kind: 'bad_request' },
  INVALID_ARGUMENT: { kind: 'invalid' },
  INVALID_PATTERN: { kind: 'invalid' },
  CONFIG_INVALID: { kind: 'invalid' },
  SECRET_BY_VALUE: { kind: 'invalid' },
  CONNECTOR_TYPE_UNSUPPORTED: { kind: 'invalid' },
  CONNECTOR_UNREACHABLE: { kind: 'invalid' },
  CONNECTOR_ADDRESS_REFUSED: { kind: 'denied' },
  CONNECTOR_AUTH: { kind: 'invalid' },
  CONNECTOR_FORBIDDEN: { kind: 'denied' },
  CONNECTOR_MISSING: { kind: 'not_found' },
  CONNECTOR_RATE_LIMITED: { kind: 'unavailable' },
  CONNECTOR_BAD_ANSWER: { kind: 'unavailable' },
  WEBHOOK_REJECTED: { kind: 'unauthorized' },
  AMBIGUOUS_PATH: { kind: 'invalid' },
  AUTH_REQUIRED: { kind: 'unauthorized' },
  INSUFFICIENT_SCOPE: { kind: 'denied' },
  ORIGIN_REJECTED: { kind: 'denied' },
  HOST_REJECTED: { kind: 'denied' },
  PATH_OUTSIDE_ROOTS: { kind: 'denied' },
  METHOD_NOT_ALLOWED: { kind: 'bad_method' },
  ROUTE_NOT_FOUND: { kind: 'not_found' },
  TOOL_NOT_FOUND: { kind: 'not_found' },
  PROMPT_NOT_FOUND: { kind: 'not_found' },
  FILE_NOT_FOUND: { kind: 'not_found' },
  SYMBOL_NOT_FOUND: { kind: 'not_found' },
  CONNECTOR_NOT_FOUND: { kind: 'not_found' },
  JOB_NOT_FOUND: { kind: 'not_found' },
  ROOT_MISSING: { kind: 'not_found' },
  NO_FILES: { kind: 'not_found' },
  CONNECTOR_EXISTS: { kind: 'conflict' },
  WRITER_ELSEWHERE: { kind: 'conflict' },
  BODY_TOO_LARGE: { kind: 'too_large' },
  UNSUPPORTED_MEDIA_TYPE: { kind: 'media_type' },
  RATE_LIMITED: { kind: 'limited' },
  CANCELED: { kind: 'canceled' },
  DEADLINE_EXCEEDED: { kind: 'timeout' },
  NOT_READY: { kind: 'unavailable' },
  SHUTTING_DOWN: { kind: 'unavailable' },
  DISK_FULL: { kind: 'unavailable' },
  STORE_UNWRITABLE: { kind: 'unavailable' },
  STORE_SCHEMA_TOO_NEW: { kind: 'corrupt' },
  STORE_CORRUPT: { kind: 'corrupt' },
  FILES_FAILED: { kind: 'unavailable' },
  THREAD_LOST: { kind: 'internal' },
  INTERNAL: { kind: 'internal' },
} as const satisfies Record<string, { readonly kind: ErrorKind }>;
export type ErrorCode = keyof typeof ERROR_CODES;

/** Codes that once had a meaning and must not get another one. */
export const RETIRED_CODES: readonly string[] = [];
