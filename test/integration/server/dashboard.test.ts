/** The dashboard in a real browser, against the whole program. Skipped where there is no Chromium. */
import { describe, expect, test } from 'vitest';

import { findBrowser, openPage, type Page } from '../../support/browser.ts';
import { startLiveServer } from '../../support/start-live-server.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const browser = findBrowser();

/** Waits until an expression in the page is true. */
async function untilTrue(page: Page, expression: string): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if ((await page.evaluate(expression)) === true) return;
  }
  throw new Error(`never true in the page: ${expression}`);
}

async function search(page: Page, query: string, mode: string): Promise<void> {
  await page.evaluate(
    `document.getElementById('query').value = ${JSON.stringify(query)};
     document.getElementById('mode').value = ${JSON.stringify(mode)};
     document.getElementById('search').requestSubmit();`,
  );
}

describe.skipIf(browser === undefined)('the dashboard', () => {
  test('shows the status, follows it, searches and explains what went wrong', async () => {
    using profile = createTempDir();
    await using server = await startLiveServer();
    await using page = await openPage(browser ?? '', profile.path);
    await page.goTo(server.url);
    await untilTrue(page, `document.getElementById('state')?.textContent === 'complete'`);
    expect(await page.evaluate(`document.getElementById('roots').innerText`)).toContain('alpha');
    expect(await page.evaluate(`document.getElementById('endpoint').innerText`)).toBe(
      `${server.url}/mcp`,
    );

    await search(page, 'hello', 'literal');
    await untilTrue(page, `document.querySelectorAll('#results pre').length === 3`);
    expect(await page.evaluate(`document.getElementById('results').innerText`)).toContain('puts');
    await search(page, '(', 'regex');
    await untilTrue(page, `document.getElementById('found').innerText.startsWith('INVALID_')`);

    await untilTrue(page, `document.getElementById('connectors').innerText.includes('alpha')`);
    await page.evaluate(
      `document.getElementById('config').value = ${JSON.stringify('{"type": "github", "token": "x"}')};
       document.getElementById('add').requestSubmit();`,
    );
    await untilTrue(page, `document.getElementById('managed').innerText.startsWith('SECRET_')`);
    await page.evaluate(`document.querySelector('#connectors button').click();`);
    await untilTrue(page, `document.getElementById('managed').innerText.startsWith('Syncing ')`);
    await server.app.idle();

    const jobs = `document.querySelectorAll('#jobs tbody tr').length`;
    await untilTrue(page, `${jobs} === 2`);
    await server.app.engine.control({ action: 'verify', connectors: [], wait_ms: 0 });
    await untilTrue(page, `${jobs} === 3`);
    // Nothing that the page's policy forbids, no failed request but the icon that browsers ask for.
    expect(page.complaints.filter((text) => !text.includes('favicon.ico'))).toEqual([]);
  });
});
