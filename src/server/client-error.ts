/**
 * Answers to bytes that are no HTTP: no request was made of them, so no route, hook or log line knows of
 * them. The answer has the shape of every other error and ends the connection, because nobody can tell
 * where the next request would begin.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

import { AppError } from '../errors/app-error.ts';
import { toHttpBody, toShownError } from './wire-errors.ts';

/** Writes the answer when the connection can still carry one, and ends it. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const status = STATUSES.get(error.code ?? '') ?? 400;
  const shown = new AppError('INVALID_REQUEST', `This is no HTTP request: ${WORDS.get(status)}.`);
  const body = JSON.stringify(toHttpBody(toShownError(shown)));
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'x-content-type-options: nosniff',
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

const STATUSES: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
]);

const WORDS: ReadonlyMap<number, string> = new Map([
  [400, 'its form is broken'],
  [408, 'it did not arrive in time'],
  [431, 'its headers are too long'],
]);
