/**
 * The kinds of remote sources, and how a stored source becomes a connector: its configuration, the secret that
 * it names, and the guarded fetch. A new kind is one folder beside this file and one line in the list below.
 */
import { AppError } from '../errors/app-error.ts';
import type { ConnectorType } from '../model/control.ts';
import type { Connector, ConnectorKind, WebhookCall, WebhookVerdict } from './connector.ts';
import { readToken, readWebhookSecret, type SecretPlaces } from './secret-reference.ts';

/** Kinds that are the same in every process; `git` needs a folder and is made by the system. */
export const CONNECTOR_KINDS: readonly ConnectorKind[] = [];

export interface RegistryOptions {
  readonly kinds: readonly ConnectorKind[];
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
  readonly #kinds: ReadonlyMap<string, ConnectorKind>;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#kinds = new Map(options.kinds.map((kind) => [kind.type, kind]));
  }

  get types(): readonly ConnectorType[] {
    return Array.from(this.#kinds.values(), ({ type }) => type);
  }

  /** Makes the connector; asks nobody. Errors: `CONNECTOR_TYPE_UNSUPPORTED`, `INVALID_ARGUMENT`. */
  connect(source: ConnectorSource): Connector {
    const { places, fetch } = this.#options;
    const { config, isTrusted } = source;
    return this.#get(source.type).create({
      config,
      readSecret: () => readToken(config, places, isTrusted),
      fetch,
      now: () => this.#options.now(),
    });
  }

  /** True when webhooks of the source can be checked: its kind has them and a secret is named. */
  takesWebhooks({ type, config }: ConnectorSource): boolean {
    const isSecretNamed = typeof config['webhook_secret_env'] === 'string';
    return this.#kinds.get(type)?.readWebhook !== undefined && isSecretNamed;
  }

  /** Judges a webhook call and gives what is to be answered to it. Errors: `CONNECTOR_AUTH`. */
  readWebhook(
    source: ConnectorSource,
    incoming: IncomingCall,
  ): { readonly verdict: WebhookVerdict; readonly answer?: Readonly<Record<string, unknown>> } {
    const kind = this.#get(source.type);
    const { places } = this.#options;
    const secret = readWebhookSecret(source.config, places, source.isTrusted);
    if (kind.readWebhook === undefined || secret === undefined) return { verdict: 'forged' };
    const call = { ...incoming, secret, nowMs: this.#options.now() };
    const verdict = kind.readWebhook(call);
    if (verdict === 'forged' || verdict === 'stale') return { verdict };
    const answer = kind.answerWebhook?.(call);
    return answer === undefined ? { verdict } : { verdict, answer };
  }

  /** Deletes what is kept of a source outside of the database; nothing for an unknown kind. */
  async forget({ type, config }: Pick<ConnectorSource, 'type' | 'config'>): Promise<void> {
    await this.#kinds.get(type)?.forget?.(config);
  }

  #get(type: string): ConnectorKind {
    const kind = this.#kinds.get(type);
    if (kind !== undefined) return kind;
    const known = ['filesystem', ...this.types].join(', ');
    throw new AppError(
      'CONNECTOR_TYPE_UNSUPPORTED',
      `This server has no connector of type ${type}. It has ${known}; documents from elsewhere can be handed in with context.index_control action "index".`,
    );
  }
}
