/**
 * Gives each declared connector that is no folder its id: the one that is written, or one made from its name.
 * Ids are unique over roots and connectors; a written one that is taken is a fault, a derived one gets a number.
 * Paths of secrets are made absolute.
 */
import { PUSHED_CONNECTOR_ID, toConnectorId } from '../model/connector-fields.ts';
import { toAbsolutePath, type Place } from './check-value.ts';
import type { ConnectorEntry, NamedConnector, RootConfig } from './config.ts';
import type { ConfigProblem } from './raw-values.ts';
import { toUniqueId } from './roots.ts';

export interface NamedReply {
  readonly connectors: readonly NamedConnector[];
  readonly problems: readonly ConfigProblem[];
}

/** Names the entries, in their order. */
export function nameConnectors(
  entries: readonly ConnectorEntry[],
  roots: readonly RootConfig[],
  place: Place,
): NamedReply {
  const rootIds = new Set(roots.map(({ id }) => id));
  const taken = new Set([PUSHED_CONNECTOR_ID, ...rootIds]);
  for (const { id } of entries) if (id !== undefined) taken.add(id);
  const problems: ConfigProblem[] = [];
  const connectors = entries.map((entry) => {
    if (entry.id !== undefined && rootIds.has(entry.id)) {
      const message = `The id ${entry.id} is that of a root. Give the connector another one.`;
      problems.push({ key: 'connectors.list', place: '', message });
    }
    const id = entry.id ?? toUniqueId(toConnectorId(entry.name), taken);
    taken.add(id);
    const { token_file: file } = entry;
    const absolute = typeof file === 'string' ? { token_file: toAbsolutePath(file, place) } : {};
    return { ...entry, ...absolute, id };
  });
  return { connectors, problems };
}
