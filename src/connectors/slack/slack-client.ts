/**
 * Speaks with Slack through its own client, which is given our guarded `fetch` and told to leave retries and waiting to
 * that one. What comes out are the client's answers or our errors; Slack says most of what is wrong in a word of
 * its own, inside of an answer with status 200.
 */
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type Logger,
  type WebAPICallResult,
} from '@slack/web-api';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { ConnectorContext } from '../connector.ts';

/** The fields of a connector's configuration that matter here, checked. */
export interface SlackSettings {
  /** Ids or names without `#`. */
  readonly channels: readonly string[];
  /** Workspace, for tokens of a whole organisation. */
  readonly teamId?: string;
  /** With a slash at the end. */
  readonly apiUrl: string;
}

/** An answer that broke off is asked for this many times in all. */
const MAX_READS = 2;

/** One token's view of Slack during one run. */
export class SlackClient {
  readonly #web: WebClient;
  readonly #signal: AbortSignal;

  /** Throws `CONNECTOR_AUTH` when there is no token. */
  constructor(context: ConnectorContext, settings: SlackSettings, signal: AbortSignal) {
    const token = context.readSecret();
    if (token === undefined || token === '') {
      throw new AppError(
        'CONNECTOR_AUTH',
        'Slack needs a token: name it with token_env or token_file.',
      );
    }
    this.#signal = signal;
    this.#web = new WebClient(token, {
      slackApiUrl: settings.apiUrl,
      fetch: async (url, init) => context.fetch(url, { ...(init as RequestInit), signal }),
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
      logger: SILENT,
      ...(settings.teamId === undefined ? {} : { teamId: settings.teamId }),
    });
  }

  /**
   * Makes a call of the client. `place` names what it is about, for messages. Throws `CONNECTOR_AUTH`,
   * `CONNECTOR_FORBIDDEN`, `CONNECTOR_MISSING`, `CONNECTOR_RATE_LIMITED`, `CONNECTOR_BAD_ANSWER` and
   * `CONNECTOR_UNREACHABLE`.
   */
  async ask<T extends WebAPICallResult>(
    place: string,
    call: (web: WebClient) => Promise<T>,
  ): Promise<T> {
    for (let read = 1; ; read++) {
      try {
        return await call(this.#web);
      } catch (error) {
        this.#signal.throwIfAborted();
        const known = toKnownError(error, place);
        if (known.code !== 'CONNECTOR_BAD_ANSWER' || read === MAX_READS) throw known;
      }
    }
  }
}

/** Says nothing: at its lower levels the client logs what people wrote. */
const SILENT: Logger = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => 'error' as ReturnType<Logger['getLevel']>,
};

/** The error of Slack's own word for it; undefined for other errors. */
export function readSlackCode(error: unknown): string | undefined {
  const code = isAppError(error) ? error.details['slack'] : undefined;
  return typeof code === 'string' ? code : undefined;
}

function toKnownError(error: unknown, place: string): AppError {
  if (isAppError(error)) return error;
  if (error instanceof WebAPIRequestError && isAppError(error.original)) return error.original;
  if (error instanceof WebAPIPlatformError) return toPlatformError(error, place);
  if (error instanceof WebAPIRateLimitedError) {
    return new AppError(
      'CONNECTOR_RATE_LIMITED',
      `Slack wants ${error.retryAfter} s of rest before ${place} is read on; the sync goes on later.`,
    );
  }
  if (error instanceof WebAPIHTTPError) {
    return new AppError(
      'CONNECTOR_UNREACHABLE',
      `Slack answered ${error.statusCode} for ${place}.`,
    );
  }
  return new AppError('CONNECTOR_BAD_ANSWER', `Slack broke off its answer for ${place}.`, {
    cause: error,
  });
}

/** Slack's words for a token that is no good (any more). */
const AUTH_CODES: ReadonlySet<string> = new Set([
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'token_expired',
  'token_revoked',
  'two_factor_setup_required',
]);

const MISSING_CODES: ReadonlySet<string> = new Set(['channel_not_found', 'thread_not_found']);
const BROKEN_CODES: ReadonlySet<string> = new Set([
  'fatal_error',
  'internal_error',
  'service_unavailable',
]);

function toPlatformError({ data }: WebAPIPlatformError, place: string): AppError {
  const slack = data.error;
  // The client puts a body that is no JSON where the word should be; it may hold what people wrote.
  if (!/^[a-z_]{1,60}$/.test(slack)) {
    return new AppError('CONNECTOR_BAD_ANSWER', `Slack's answer for ${place} is no JSON.`);
  }
  const details = { details: { slack } };
  if (AUTH_CODES.has(slack)) {
    return new AppError('CONNECTOR_AUTH', `Slack refuses the token: ${slack}.`, details);
  }
  if (slack === 'ratelimited') {
    return new AppError(
      'CONNECTOR_RATE_LIMITED',
      `Slack is busy with ${place}; the sync goes on later.`,
      details,
    );
  }
  if (BROKEN_CODES.has(slack)) {
    return new AppError('CONNECTOR_UNREACHABLE', `Slack answered ${slack} for ${place}.`, details);
  }
  if (MISSING_CODES.has(slack)) {
    const message = `Slack knows no ${place}, or this app may not see it: a private channel needs the app as a member.`;
    return new AppError('CONNECTOR_MISSING', message, details);
  }
  return new AppError('CONNECTOR_FORBIDDEN', describeRefusal(data, place), details);
}

function describeRefusal(data: WebAPIPlatformError['data'], place: string): string {
  const { error, needed, provided } = data as { error: string; needed?: string; provided?: string };
  if (error === 'missing_scope') {
    return `The Slack token lacks the scope ${needed ?? '(not named)'} for ${place}; it has ${provided ?? 'others'}. Add the scope and install the app again.`;
  }
  if (error === 'not_in_channel') {
    return `The Slack app is no member of ${place}: invite it there (/invite @app).`;
  }
  return `Slack does not let this app read ${place}: ${error}.`;
}
