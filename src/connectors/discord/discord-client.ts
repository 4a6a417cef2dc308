/**
 * Speaks with Discord through discord.js's client for its REST interface, which keeps to the limits of each route before
 * it is refused. It is given our guarded `fetch`, which does the retries; a refusal (429) that this one
 * does not wait out ends the run.
 */
import { DiscordAPIError, HTTPError, REST } from '@discordjs/rest';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { ConnectorContext } from '../connector.ts';

/** The fields of a connector's configuration that matter here, checked. */
export interface DiscordSettings {
  /** Ids or names without `#`. */
  readonly channels: readonly string[];
  readonly guildId?: string;
  /** Without version and without slash at the end. */
  readonly apiUrl: string;
}

/** One question. */
export interface DiscordQuestion {
  /** Below the version: `/channels/1/messages`. */
  readonly path: `/${string}`;
  readonly query?: Readonly<Record<string, string>>;
  /** What it is about, for messages. */
  readonly place: string;
}

const VERSION = '10';
/** The guarded fetch has limits of its own; the client's must not cut its waiting short. */
const REQUEST_LIMIT_MS = 3_600_000;
/** An answer that broke off is asked for this many times in all. */
const MAX_READS = 2;

/** One bot's view of Discord during one run. */
export class DiscordClient {
  readonly #rest: REST;
  readonly #signal: AbortSignal;
  /** Never resolves; rejects when the run is stopped, also while the client waits for a limit. */
  readonly #stopped: Promise<never>;

  /** Throws `CONNECTOR_AUTH` when there is no token. */
  constructor(context: ConnectorContext, settings: DiscordSettings, signal: AbortSignal) {
    const token = context.readSecret()?.replace(/^Bot\s+/i, '') ?? '';
    if (token === '') {
      throw new AppError(
        'CONNECTOR_AUTH',
        'Discord needs the token of a bot: name it with token_env or token_file.',
      );
    }
    this.#signal = signal;
    this.#stopped = new Promise<never>((_resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
    this.#stopped.catch(() => {});
    this.#rest = new REST({
      api: settings.apiUrl,
      version: VERSION,
      retries: 0,
      timeout: REQUEST_LIMIT_MS,
      handlerSweepInterval: 0,
      hashSweepInterval: 0,
      makeRequest: async (url, init) => this.#request(context, url, init as unknown as RequestInit),
    }).setToken(token);
  }

  /**
   * Gives the JSON of an answer. Throws `CONNECTOR_AUTH`, `CONNECTOR_FORBIDDEN`, `CONNECTOR_MISSING`,
   * `CONNECTOR_RATE_LIMITED`, `CONNECTOR_BAD_ANSWER` and `CONNECTOR_UNREACHABLE`.
   */
  async get<T>(question: DiscordQuestion): Promise<T> {
    for (let read = 1; ; read++) {
      try {
        const signal = this.#signal;
        const query = new URLSearchParams(question.query);
        const answer = this.#rest.get(question.path, { query, signal });
        const value = await Promise.race([answer, this.#stopped]);
        return assertJson(value, question.place) as T;
      } catch (error) {
        this.#signal.throwIfAborted();
        const known = toKnownError(error, question.place);
        if (known.code !== 'CONNECTOR_BAD_ANSWER' || read === MAX_READS) throw known;
      }
    }
  }

  async #request(context: ConnectorContext, url: string, init: RequestInit): Promise<Response> {
    const response = await context.fetch(url, init);
    if (response.status !== 429) return response;
    await response.body?.cancel();
    const wait = response.headers.get('retry-after') ?? 'some';
    throw new AppError(
      'CONNECTOR_RATE_LIMITED',
      `Discord wants ${wait} s of rest; the sync goes on later.`,
    );
  }
}

/** The client gives bytes for anything that is not declared as JSON. */
function assertJson(value: unknown, place: string): object {
  if (typeof value === 'object' && value !== null && !(value instanceof ArrayBuffer)) {
    return value;
  }
  throw new AppError('CONNECTOR_BAD_ANSWER', `Discord's answer for ${place} is no JSON.`);
}

function toKnownError(error: unknown, place: string): AppError {
  if (isAppError(error)) return error;
  if (error instanceof DiscordAPIError) return toApiError(error, place);
  if (error instanceof HTTPError) {
    return new AppError('CONNECTOR_UNREACHABLE', `Discord answered ${error.status} for ${place}.`);
  }
  return new AppError('CONNECTOR_BAD_ANSWER', `Discord broke off its answer for ${place}.`, {
    cause: error,
  });
}

function toApiError({ status, code }: DiscordAPIError, place: string): AppError {
  if (status === 401) {
    return new AppError('CONNECTOR_AUTH', 'Discord refuses the token: it is wrong, or was reset.');
  }
  if (status === 403) {
    const message = `The Discord bot may not read ${place} (${code}): it needs the permissions View Channel and Read Message History there.`;
    return new AppError('CONNECTOR_FORBIDDEN', message);
  }
  if (status === 404) {
    return new AppError('CONNECTOR_MISSING', `Discord knows no ${place} (${code}).`);
  }
  return new AppError('CONNECTOR_BAD_ANSWER', `Discord answered ${status} (${code}) for ${place}.`);
}
