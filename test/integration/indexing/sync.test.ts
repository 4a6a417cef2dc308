/** Syncs of a remote source, through the real system against a service on a real socket. */
import { expect, describe, test } from 'vitest';
import type { SearchReply } from '../../../src/model/search.ts';
import { startItemService } from '../../support/item-service.ts';
import { addTracker, startItemApp, syncTracker } from '../../support/start-item-app.ts';
import { createWorkplace, listBrokenSums, listPaths } from '../../support/start-test-app.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);

const inTracker = { filters: { connectors: ['tracker'] } };

describe('a sync', () => {
  test('brings everything, then what changed, and takes away what is gone', async () => {
    using place = createWorkplace({ 'main.txt': 'nothing of interest\n' });
    await using service = await startItemService(10);
    for (let id = 1; id <= 25; id++) {
      service.put(id, `the walrus number${id} sings`, START_MS + id * DAY_MS);
    }
    await using app = await startItemApp(place, service);
    const first = await addTracker(app, service);
    expect(first).toMatchObject({ action: 'sync', state: 'completed', progress: 100 });
    expect(first.details).toMatchObject({ full: true, stored: 25, removed: 0 });
    expect((await app.search('walrus', { ...inTracker, top_k: 100 })).total_count).toBe(25);

    service.asked.length = 0;
    service.put(3, 'the penguin came', START_MS + 100 * DAY_MS);
    service.put(26, 'the walrus came late', START_MS + 101 * DAY_MS);
    service.items.delete(7);
    service.removed.add(7);
    const second = await syncTracker(app);
    expect(second.details).toMatchObject({ full: false, stored: 3, removed: 1 });
    expect(service.asked).toHaveLength(1);
    expect(listPaths(await app.search('penguin', inTracker))).toEqual(['issues/3']);
    expect((await app.search('walrus', { ...inTracker, top_k: 100 })).total_count).toBe(24);
    expect((await app.search('number7', { ...inTracker, mode: 'literal' })).results).toEqual([]);
    expect(listBrokenSums(await app.status())).toEqual([]);
  });

  test('is told of in answers while it is the first, and not later', async () => {
    using place = createWorkplace({ 'main.txt': 'nothing of interest\n' });
    await using service = await startItemService(2);
    for (let id = 1; id <= 3; id++) service.put(id, `walrus${id}`, START_MS);
    await using app = await startItemApp(place, service);
    await app.run('start');
    const replies: SearchReply[] = [];
    service.onPage = async () => {
      replies.push(await app.search('walrus3', { mode: 'literal' }));
    };
    await addTracker(app, service);
    // Adding asks the service for a page before there is a connector.
    expect(replies).toHaveLength(3);
    for (const { coverage, zero_reason: reason } of replies.slice(1)) {
      expect(coverage).toMatchObject({ percent: 100, syncing: ['tracker'] });
      expect(reason).toMatchObject({
        code: 'not_indexed',
        message: expect.stringContaining('for the first time: tracker') as string,
      });
    }
    await syncTracker(app);
    expect(replies.length).toBeGreaterThan(3);
    expect(replies[3]).toMatchObject({ total_count: 1 });
    expect(replies[3]?.coverage).toBeUndefined();
  });

  test('leaves an item out that is too large, and says so', async () => {
    using place = createWorkplace();
    await using service = await startItemService(10);
    service.put(1, 'small', START_MS);
    service.put(2, 'x'.repeat(1_100_000), START_MS);
    await using app = await startItemApp(place, service);
    expect(await addTracker(app, service)).toMatchObject({ state: 'completed' });
    const status = await app.status();
    expect(status.connectors).toMatchObject([
      {
        connector_id: 'tracker',
        type: 'jira',
        last_error: null,
        coverage: {
          discovered: 2,
          indexed: 1,
          skipped: { too_large: 1 },
          pending: 0,
          percent: 100,
        },
      },
    ]);
  });

  test('with another configuration lists all again and removes what it no longer brings', async () => {
    using place = createWorkplace();
    await using service = await startItemService(2);
    for (let id = 1; id <= 5; id++) service.put(id, `walrus${id}`, START_MS);
    await using app = await startItemApp(place, service);
    await addTracker(app, service);
    service.items.delete(2);
    service.items.delete(4);
    const { job_id: jobId } = await app.engine.connectors({
      action: 'update',
      connector_id: 'tracker',
      connector_config: { projects: ['OTHER'] },
      confirm: false,
    });
    const job = await app.control('status', { job_id: jobId ?? '', wait_ms: 20_000 });
    expect(job.details).toMatchObject({ full: true, stored: 3, removed: 2 });
    const rows = place.rows("SELECT path FROM document WHERE path LIKE 'issues/%' ORDER BY path");
    expect(rows).toEqual([{ path: 'issues/1' }, { path: 'issues/3' }, { path: 'issues/5' }]);
  });

  test('anew is filled beside the items that answer, and then takes their place', async () => {
    using place = createWorkplace();
    await using service = await startItemService(2);
    for (let id = 1; id <= 5; id++) service.put(id, `walrus${id}`, START_MS);
    await using app = await startItemApp(place, service);
    await addTracker(app, service);
    service.items.delete(2);
    const counts: number[] = [];
    service.onPage = async () => {
      counts.push((await app.search('walrus', { ...inTracker, mode: 'literal' })).total_count);
    };
    const job = await app.run('force_reindex', { connectors: ['tracker'] });
    service.onPage = undefined;
    expect(job).toMatchObject({ state: 'completed', details: { full: true, stored: 4 } });
    expect(counts).toEqual([5, 5]);
    expect((await app.search('walrus', { ...inTracker, mode: 'literal' })).total_count).toBe(4);
    expect((await syncTracker(app)).details).toMatchObject({ full: false });
  });

  test('stops within two seconds, keeps what it has, and goes on from there', async () => {
    using place = createWorkplace();
    await using service = await startItemService(1);
    for (let id = 1; id <= 4; id++) service.put(id, `walrus${id}`, START_MS);
    await using app = await startItemApp(place, service);
    service.faults = { after: 3, kind: 'hang', times: 1 };
    const reached = Promise.withResolvers<void>();
    service.onPage = () => {
      if (service.asked.length === 4) reached.resolve();
    };
    const adding = addTracker(app, service);
    await reached.promise;
    const startedMs = performance.now();
    await app.control('stop');
    expect(performance.now() - startedMs).toBeLessThan(2000);
    expect(await adding).toMatchObject({ state: 'cancelled' });
    expect((await app.search('walrus', { ...inTracker, mode: 'literal' })).total_count).toBe(2);
    service.asked.length = 0;
    expect((await syncTracker(app)).details).toMatchObject({ full: true, stored: 2 });
    expect(service.asked[0]).toContain('after=2');
  });
});

describe('what goes wrong', () => {
  const cases = [
    { kind: 'error', code: 'CONNECTOR_UNREACHABLE' },
    { kind: 'limited', code: 'CONNECTOR_RATE_LIMITED' },
    { kind: 'truncated', code: 'CONNECTOR_BAD_ANSWER' },
    { kind: 'forbidden', code: 'CONNECTOR_FORBIDDEN' },
    { kind: 'unauthorized', code: 'CONNECTOR_AUTH' },
  ] as const;

  test.each(cases)(
    'a page that is $kind ends that sync alone, and the next goes on behind the last page',
    async ({ kind, code }) => {
      using place = createWorkplace({ 'main.txt': 'the elephant\n' });
      await using service = await startItemService(2);
      for (let id = 1; id <= 6; id++) service.put(id, `walrus${id}`, START_MS);
      await using app = await startItemApp(place, service);
      // One request tests the connection, one brings the first page.
      service.faults = { after: 2, kind, times: 100 };
      const failed = await addTracker(app, service);
      expect(failed).toMatchObject({ state: 'completed_with_errors', last_error: { code } });
      const list = { action: 'list', confirm: false } as const;
      const broken = await app.engine.connectors(list);
      expect(broken.connectors.find(({ id }) => id === 'tracker')).toMatchObject({
        status: 'error',
        items: 2,
        last_ok: null,
        last_error: expect.stringContaining(code) as string,
      });
      expect(await app.run('start', { connectors: ['app'] })).toMatchObject({ state: 'completed' });
      expect((await app.search('elephant')).total_count).toBe(1);
      service.faults = undefined;
      service.asked.length = 0;
      expect(await syncTracker(app)).toMatchObject({
        state: 'completed',
        details: { full: true, stored: 4, removed: 0 },
      });
      expect(service.asked.map((query) => new URLSearchParams(query).get('after'))).toEqual([
        '2',
        '4',
      ]);
      const healed = await app.engine.connectors(list);
      expect(healed.connectors.find(({ id }) => id === 'tracker')).toMatchObject({
        status: 'active',
        items: 6,
        last_error: null,
      });
    },
  );
});
