/** Reads the page for browsers once at start. A copy without the page serves JSON alone. */
import { readFile } from 'node:fs/promises';

/** Gives the text of `web/index.html`, or undefined when this copy has none. */
export async function loadDashboard(file: URL = DASHBOARD_FILE): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** From `src/server/` and from `dist/src/server/` respectively. */
const DASHBOARD_FILE = new URL(
  import.meta.url.includes('/dist/src/') ? '../../../web/index.html' : '../../web/index.html',
  import.meta.url,
);
