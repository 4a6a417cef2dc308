/** A process that is killed in the middle of a sync: the next one goes on behind the last stored page. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { startItemService } from '../../support/item-service.ts';
import { createWorkplace, type Workplace } from '../../support/start-test-app.ts';

const PROGRAM = join(import.meta.dirname, '../../fixtures/connectors/sync-process.ts');
const START_MS = Date.UTC(2026, 0, 1);
const ITEMS = 120;
const PAGE = 10;

function start(place: Workplace, url: string): ChildProcess {
  return spawn(process.execPath, [PROGRAM, place.databasePath, place.root, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function readLine({ stdout }: ChildProcess, prefix: string): Promise<string> {
  if (stdout === null) throw new Error('the output of the process is not read');
  for await (const line of createInterface({ input: stdout })) {
    if (line.startsWith(prefix)) return line.slice(prefix.length);
  }
  throw new Error(`the process ended before it said "${prefix}"`);
}

test('nothing is doubled, nothing is lost, and at most a page is fetched again', async () => {
  using place = createWorkplace({ 'main.txt': 'root\n' });
  await using service = await startItemService(PAGE);
  for (let id = 1; id <= ITEMS; id++) service.put(id, `walrus${id}`, START_MS + id);
  const offsets: number[][] = [];
  for (const killAt of [3, 6, 9]) {
    service.asked.length = 0;
    const reached = Promise.withResolvers<void>();
    service.onPage = () => {
      if (new URLSearchParams(service.asked.at(-1)).get('after') === String(killAt * PAGE)) {
        reached.resolve();
      }
    };
    const child = start(place, service.url);
    await reached.promise;
    child.kill('SIGKILL');
    await once(child, 'close');
    offsets.push(service.asked.map((query) => Number(new URLSearchParams(query).get('after'))));
  }
  service.onPage = undefined;
  service.asked.length = 0;
  const last = start(place, service.url);
  expect(await readLine(last, 'synced ')).toBe(String(ITEMS));
  last.kill('SIGTERM');
  await once(last, 'close');
  offsets.push(service.asked.map((query) => Number(new URLSearchParams(query).get('after'))));
  for (const [index, asked] of offsets.entries()) {
    const before = offsets[index - 1]?.at(-1) ?? 0;
    // The page that was asked for last may have been stored without its cursor, not more.
    expect(asked[0]).toBeGreaterThanOrEqual(Math.max(0, before - PAGE));
  }
  const rows = place.rows(
    "SELECT count(*) AS count, count(DISTINCT path) AS paths, sum(is_pending) AS pending FROM document WHERE path LIKE 'issues/%'",
  );
  expect(rows).toEqual([{ count: ITEMS, paths: ITEMS, pending: 0 }]);
});
