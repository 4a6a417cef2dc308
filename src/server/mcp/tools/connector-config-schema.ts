/**
 * The input schema of `connector_config`, made from the table of fields that the operator's file is
 * checked against too, so that the two cannot differ. The schema lists the fields of every type in one
 * closed object, because hosts understand no alternatives; which type takes which is checked by the
 * connector itself.
 */
import {
  CONNECTOR_FIELDS,
  type ConnectorField,
  type ConnectorFieldShape,
} from '../../../model/connector-fields.ts';
import { CONNECTOR_TYPES } from '../../../model/control.ts';
import * as schema from '../schemas.ts';
import type { JsonSchema } from '../tool.ts';

/** Gives the properties: `type`, `name`, then each field once with the types that take it. */
export function createConfigProperties(): Readonly<Record<string, JsonSchema>> {
  const properties: Record<string, JsonSchema> = {
    type: schema.choice('What kind of place.', CONNECTOR_TYPES),
    name: schema.text('Name for people; the id is made from it.', 200),
  };
  for (const [name, { field, types }] of listFields()) {
    const isShared = types.length === CONNECTOR_TYPES.length;
    const hint = HINTS[name] ?? 'Value of the field.';
    properties[name] = SHAPES[field.shape](isShared ? hint : `${types.join(', ')}: ${hint}`);
  }
  return properties;
}

function listFields(): ReadonlyMap<string, { field: ConnectorField; types: string[] }> {
  const found = new Map<string, { field: ConnectorField; types: string[] }>();
  for (const type of CONNECTOR_TYPES) {
    for (const [name, field] of Object.entries(CONNECTOR_FIELDS[type])) {
      const entry = found.get(name) ?? { field, types: [] };
      entry.types.push(type);
      found.set(name, entry);
    }
  }
  return found;
}

const SHAPES: Readonly<Record<ConnectorFieldShape, (description: string) => JsonSchema>> = {
  string: (description) => schema.text(description, 1024),
  path: (description) => schema.text(description),
  url: (description) => schema.text(description),
  strings: (description) => schema.texts(description),
  seconds: (description) => schema.integer(description, { minimum: 10, maximum: 31_536_000 }),
  count: (description) => schema.integer(description, { minimum: 1, maximum: 10_000_000 }),
};

/** What a field means, for whoever fills it in. */
export const HINTS: Readonly<Record<string, string>> = {
  path: 'folder below a configured root or allowed path.',
  include: 'globs of what to take.',
  exclude: 'globs of what to leave out.',
  url: 'where to clone from.',
  branches: 'branches to take.',
  depth: 'commits of history; all when left out.',
  repository: 'owner/name.',
  base_url: 'address of the instance.',
  projects: 'project keys.',
  username: 'account that the token belongs to.',
  channels: 'channels to take.',
  guild_id: 'workspace or server.',
  token_env: 'Name of the environment variable that holds the token.',
  token_file: 'File that holds the token.',
  sync_interval_seconds: 'Seconds between syncs.',
  webhook_secret_env: 'Name of the variable that holds the webhook secret.',
};
