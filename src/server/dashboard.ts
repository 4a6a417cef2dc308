/**
 * The page for browsers: read once at start, served with a policy that allows exactly its own inline
 * script and style (by hash) and requests to this server. A copy without the page serves JSON alone.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

export interface Dashboard {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Gives the page of `web/index.html`, or undefined when this copy has none. */
export async function loadDashboard(): Promise<Dashboard | undefined> {
  try {
    return createDashboard(await readFile(DASHBOARD_FILE, 'utf8'));
  } catch {
    return undefined;
  }
}

function createDashboard(html: string): Dashboard {
  const policy = [
    "default-src 'none'",
    `script-src ${hashElements(html, 'script')}`,
    `style-src ${hashElements(html, 'style')}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'cache-control': 'no-cache',
    'referrer-policy': 'no-referrer',
  };
  return { html, headers };
}

/** Source expressions for the inline elements of one kind; `'none'` when there are none. */
function hashElements(html: string, tag: string): string {
  const pattern = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g');
  const hashes = Array.from(html.matchAll(pattern), ([, body = '']) => {
    const hash = createHash('sha256').update(body).digest('base64');
    return `'sha256-${hash}'`;
  });
  return hashes.length === 0 ? "'none'" : hashes.join(' ');
}

/** From `src/server/` and from `dist/src/server/` respectively. */
const DASHBOARD_FILE = new URL(
  import.meta.url.includes('/dist/src/') ? '../../../web/index.html' : '../../web/index.html',
  import.meta.url,
);
