/**
 * From configured folders to roots with ids. Two rules are decided here: the same folder named twice
 * is one root (a warning says so, and a connector's entry wins over a plain path because it says more),
 * and a root inside another is allowed with a warning, because its files then answer under both.
 * A missing folder is no fault: the server waits for it. A file in place of a folder is one.
 */
import { realpathSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { PUSHED_CONNECTOR_ID, toConnectorId } from '../model/connector-fields.ts';
import type { ConnectorEntry, RootConfig } from './config.ts';
import { toAbsolutePath, type Place } from './check-value.ts';
import type { ConfigProblem } from './raw-values.ts';

export interface RootsReply {
  readonly roots: readonly RootConfig[];
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
}

/** Makes the roots. `paths` are absolute; `entries` are the connectors of type filesystem. Stats each folder once. */
export function toRoots(
  paths: readonly string[],
  entries: readonly ConnectorEntry[],
  place: Place,
): RootsReply {
  const wanted: readonly Wanted[] = [
    ...paths.map((path) => ({ path, key: 'indexer.root_path', include: [], exclude: [] })),
    ...entries.map((entry) => toWanted(entry, place)),
  ];
  const byPath = new Map<string, Wanted>();
  const warnings: string[] = [];
  const problems: ConfigProblem[] = [];
  for (const root of wanted) {
    if (statSync(root.path, { throwIfNoEntry: false })?.isFile() === true) {
      const message = `${root.path} is a file. Name the folder that holds it.`;
      problems.push({ key: root.key, place: '', message });
    }
    const realPath = toRealPath(root.path);
    if (byPath.has(realPath))
      warnings.push(`The root ${root.path} is named twice; it counts once.`);
    byPath.set(realPath, root);
  }
  const named = toNamedRoots(byPath);
  return { roots: named, problems, warnings: [...warnings, ...listNested(named)] };
}

interface Wanted {
  readonly id?: string;
  readonly path: string;
  readonly key: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

function toWanted(entry: ConnectorEntry, place: Place): Wanted {
  return {
    ...(entry.id === undefined ? {} : { id: entry.id }),
    path: toAbsolutePath(String(entry['path']), place),
    key: 'connectors.list',
    include: toTexts(entry['include']),
    exclude: toTexts(entry['exclude']),
  };
}

function toTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** Ids that were given are taken first, so that a derived one never pushes them aside. */
function toNamedRoots(byPath: ReadonlyMap<string, Wanted>): RootConfig[] {
  const taken = new Set([PUSHED_CONNECTOR_ID]);
  for (const { id } of byPath.values()) if (id !== undefined) taken.add(id);
  return Array.from(byPath, ([path, root]) => {
    const id = root.id ?? toUniqueId(toConnectorId(basename(root.path)), taken);
    taken.add(id);
    return { id, path, include: root.include, exclude: root.exclude };
  });
}

/** The id, with `-2`, `-3` … behind it while it is taken. */
export function toUniqueId(id: string, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id;
  let count = 2;
  while (taken.has(`${id}-${count}`)) count++;
  return `${id}-${count}`;
}

function listNested(roots: readonly RootConfig[]): string[] {
  return roots.flatMap((inner) =>
    roots
      .filter(
        (outer) => outer !== inner && inner.path.startsWith(`${outer.path.replace(/\/$/, '')}/`),
      )
      .map(
        (outer) =>
          `The root ${inner.path} lies inside the root ${outer.path}; its files answer under both.`,
      ),
  );
}

function toRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // Missing or not readable: the path as written stands for it until it appears.
  }
}
