/** Keeps what a connector hands out, the way the index does: gone paths first, then the page's documents. */
import type {
  Connector,
  ConnectorItem,
  SyncCursor,
  SyncPage,
} from '../../src/connectors/connector.ts';

export interface SyncedFolder {
  /** By path. */
  readonly items: Map<string, ConnectorItem>;
  cursor: SyncCursor | null;
  /** Pages of all syncs so far. */
  readonly pages: SyncPage[];
}

/** Nothing synced yet. */
export function emptyFolder(): SyncedFolder {
  return { items: new Map(), cursor: null, pages: [] };
}

/**
 * Syncs into the folder until the source is in step, or until `maxPages` pages were stored, as if the process had ended
 * there. The cursor goes through JSON, as it does in the database. Gives the paths that were handed out.
 */
export async function collectSync(
  connector: Connector,
  folder: SyncedFolder,
  options: { readonly maxPages?: number; readonly signal?: AbortSignal } = {},
): Promise<string[]> {
  const { maxPages = Infinity, signal = AbortSignal.timeout(50_000) } = options;
  const paths: string[] = [];
  let count = 0;
  for await (const page of connector.sync({ cursor: folder.cursor, signal })) {
    for (const gone of page.removed) {
      for (const path of folder.items.keys()) {
        if (path === gone || path.startsWith(`${gone}/`)) folder.items.delete(path);
      }
    }
    for (const item of page.items) {
      folder.items.set(item.path, item);
      paths.push(item.path);
    }
    folder.cursor = JSON.parse(JSON.stringify(page.cursor)) as SyncCursor;
    folder.pages.push(page);
    count += 1;
    if (count >= maxPages) break;
  }
  return paths;
}
