/**
 * The kinds of remote sources, and how a stored source becomes a connector: its configuration, the secret that
 * it names, and the guarded fetch. A new kind is one folder beside this file and one line in the list below.
 *
 * A kind is loaded when a source of it is first used: its client library takes tens of megabytes, which a server
 * without such a source does not pay.
 */
import { AppError } from '../errors/app-error.ts';
import type { ConnectorType } from '../model/control.ts';
import type { Connector, ConnectorKind, WebhookCall, WebhookVerdict } from './connector.ts';
import { readToken, readWebhookSecret, type SecretPlaces } from './secret-reference.ts';

/** A kind that is not loaded yet. */
export interface KindEntry {
  readonly type: ConnectorType;
  load(): Promise<ConnectorKind>;
}

/** Kinds that are the same in every process; `git` needs a folder and is made by the system. */
export const CONNECTOR_KINDS: readonly KindEntry[] = [
  { type: 'github', load: async () => (await import('./github/github.ts')).GITHUB },
  { type: 'gitlab', load: async () => (await import('./gitlab/gitlab.ts')).GITLAB },
  { type: 'jira', load: async () => (await import('./jira/jira.ts')).JIRA },
  { type: 'slack', load: async () => (await import('./slack/slack.ts')).SLACK },
  { type: 'discord', load: async () => (await import('./discord/discord.ts')).DISCORD },
];

/** An entry for a kind that is there. */
export function toKindEntry(kind: ConnectorKind): KindEntry {
  return { type: kind.type, load: async () => kind };
}

export interface RegistryOptions {
  readonly kinds: readonly KindEntry[];
  readonly places: SecretPlaces;
  readonly fetch: typeof fetch;
  now(): number;
}

/** A source as far as a connector is made from it. */
export interface ConnectorSource {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** True when the operator's file declares it: it may then name any secret. */
  readonly isTrusted: boolean;
}

/** A webhook call as it came in. */
export type IncomingCall = Pick<WebhookCall, 'headers' | 'body'>;

export class ConnectorRegistry {
  readonly #options: RegistryOptions;
  readonly #kinds: ReadonlyMap<string, KindEntry>;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.type, kind]));
  }

  /** Makes the connector; asks nobody. Errors: `CONNECTOR_TYPE_UNSUPPORTED`, `INVALID_ARGUMENT`. */
  async connect(source: ConnectorSource): Promise<Connector> {
    const { places, fetch } = this.#options;
    const { config, isTrusted } = source;
    const kind = await this.#load(source.type);
    return kind.create({
      config,
      readSecret: () => readToken(config, places, isTrusted),
      fetch,
      now: () => this.#options.now(),
    });
  }

  /**
   * Judges a webhook call and gives what is to be answered to it; undefined when calls of the source cannot be
   * checked: its kind has no webhooks, or no secret is named. Errors: `CONNECTOR_AUTH`.
   */
  async readWebhook(
    source: ConnectorSource,
    incoming: IncomingCall,
  ): Promise<
    | { readonly verdict: WebhookVerdict; readonly answer?: Readonly<Record<string, unknown>> }
    | undefined
  > {
    if (typeof source.config['webhook_secret_env'] !== 'string') return undefined;
    const kind = await this.#load(source.type);
    if (kind.readWebhook === undefined) return undefined;
    const secret = readWebhookSecret(source.config, this.#options.places, source.isTrusted);
    if (secret === undefined) return undefined;
    const call = { ...incoming, secret, nowMs: this.#options.now() };
    const verdict = kind.readWebhook(call);
    if (verdict === 'forged' || verdict === 'stale') return { verdict };
    const answer = kind.answerWebhook?.(call);
    return answer === undefined ? { verdict } : { verdict, answer };
  }

  /** Deletes what is kept of a source outside of the database; nothing for an unknown kind. */
  async forget({ type, config }: Pick<ConnectorSource, 'type' | 'config'>): Promise<void> {
    const kind = await this.#kinds.get(type)?.load();
    await kind?.forget?.(config);
  }

  async #load(type: string): Promise<ConnectorKind> {
    const entry = this.#kinds.get(type);
    if (entry !== undefined) return entry.load();
    const known = ['filesystem', ...this.#kinds.keys()].join(', ');
    throw new AppError(
      'CONNECTOR_TYPE_UNSUPPORTED',
      `This server has no connector of type ${type}. It has ${known}; documents from elsewhere can be handed in with context.index_control action "index".`,
    );
  }
}
