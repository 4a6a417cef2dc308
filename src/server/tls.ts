/**
 * Certificate and key from files, read again when they change. Certificates are renewed by other programs
 * while this one runs, in place or by a swapped link, so the files' times are looked at when somebody
 * connects, at most once a second; no timer runs and a server that nobody calls does nothing. A changed
 * pair counts from the next connection on. A broken one is logged once and the old one stays.
 */
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type Server as TlsServer } from 'node:tls';

import { AppError } from '../errors/app-error.ts';
import type { ServerLog } from './server-log.ts';

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Both texts, as `node:https` takes them. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** Reads and checks the pair. Throws CONFIG_INVALID with what is wrong; never a word of the key. */
export async function loadTlsPair(files: TlsFiles): Promise<TlsPair> {
  const [cert, key] = await Promise.all([
    readPem(files.certFile, 'server.tls.cert_file'),
    readPem(files.keyFile, 'server.tls.key_file'),
  ]);
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const message = 'server.tls: the certificate and the key are not a usable pair in PEM.';
    throw new AppError('CONFIG_INVALID', message, { cause: error });
  }
  return { cert, key };
}

async function readPem(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const message = `${option} cannot be read. Check the path and who may read it.`;
    throw new AppError('CONFIG_INVALID', message, { cause: error });
  }
}

/** Renews the pair of a listening server for as long as it accepts connections. */
export function renewTls(server: TlsServer, files: TlsFiles, log: ServerLog): void {
  let known: string | undefined;
  let lookedMs = Number.NEGATIVE_INFINITY;
  const renew = async (): Promise<void> => {
    const seen = await findTimes(files);
    const isFirst = known === undefined;
    if (seen === known) return;
    known = seen;
    if (isFirst) return;
    server.setSecureContext(await loadTlsPair(files));
    log.info({}, 'certificate read again');
  };
  renew().catch(() => undefined);
  server.on('connection', () => {
    const nowMs = performance.now();
    if (nowMs - lookedMs < LOOK_INTERVAL_MS) return;
    lookedMs = nowMs;
    renew().catch((error: unknown) => {
      log.warn({ err: error }, 'certificate or key is broken, the old ones stay');
    });
  });
}

async function findTimes({ certFile, keyFile }: TlsFiles): Promise<string> {
  const times = [certFile, keyFile].map(async (file) => {
    const found = await stat(file).catch(() => undefined);
    return `${found?.mtimeMs ?? 0}:${found?.ino ?? 0}`;
  });
  return (await Promise.all(times)).join(' ');
}

const LOOK_INTERVAL_MS = 1000;
