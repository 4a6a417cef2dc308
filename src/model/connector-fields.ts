/**
 * The fields of a connector's configuration by type, as data: which exist, their shape, which are
 * required. The operator's file and `context.connector_management` are checked against this one
 * table. It holds names and shapes only; whether a place can be reached is for the connector itself.
 * No field holds a secret: tokens are named by `token_env` or `token_file`.
 */
import type { ConnectorType } from './control.ts';

/** Shape of a field's value. `seconds` is a whole number of at least 10; `strings` a list of texts. */
export type ConnectorFieldShape = 'string' | 'strings' | 'path' | 'url' | 'seconds' | 'count';

export interface ConnectorField {
  readonly shape: ConnectorFieldShape;
  readonly required: boolean;
}

const optional = (shape: ConnectorFieldShape): ConnectorField => ({ shape, required: false });
const required = (shape: ConnectorFieldShape): ConnectorField => ({ shape, required: true });

/** Fields that every type has, besides `id`, `type` and `name`. */
const SHARED_FIELDS = {
  token_env: optional('string'),
  token_file: optional('path'),
  sync_interval_seconds: optional('seconds'),
  webhook_secret_env: optional('string'),
} as const;

/** The fields of each type. */
export const CONNECTOR_FIELDS: Readonly<
  Record<ConnectorType, Readonly<Record<string, ConnectorField>>>
> = {
  filesystem: {
    ...SHARED_FIELDS,
    path: required('path'),
    include: optional('strings'),
    exclude: optional('strings'),
  },
  git: {
    ...SHARED_FIELDS,
    url: required('string'),
    branches: optional('strings'),
    depth: optional('count'),
  },
  github: { ...SHARED_FIELDS, repository: required('string'), base_url: optional('url') },
  gitlab: { ...SHARED_FIELDS, repository: required('string'), base_url: optional('url') },
  jira: {
    ...SHARED_FIELDS,
    base_url: required('url'),
    projects: required('strings'),
    username: optional('string'),
  },
  slack: {
    ...SHARED_FIELDS,
    channels: required('strings'),
    guild_id: optional('string'),
    base_url: optional('url'),
  },
  discord: {
    ...SHARED_FIELDS,
    channels: required('strings'),
    guild_id: optional('string'),
    base_url: optional('url'),
  },
};

/** Field names that people use for a secret given by value; they are refused with the advice to name it instead. */
export const SECRET_FIELD_NAMES: readonly string[] = [
  'token',
  'password',
  'secret',
  'api_key',
  'api_token',
  'access_token',
  'webhook_secret',
];

/** What a connector id looks like: at most 63 of `[a-z0-9-]`, no dash at either end. */
export const CONNECTOR_ID_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Id of the connector that holds documents handed in by clients; no root or connector may take it. */
export const PUSHED_CONNECTOR_ID = 'pushed';

/**
 * Makes a connector id from a folder's or a connector's name: accents fall away, everything else that
 * an id may not hold becomes a dash. A name with nothing left gives `root`. Making it unique is the
 * caller's part.
 */
export function toConnectorId(name: string): string {
  const id = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '');
  return id === '' ? 'root' : id;
}
