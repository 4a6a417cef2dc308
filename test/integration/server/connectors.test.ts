/** Managing connectors over MCP and announcing changes by webhook, through the real server over HTTP. */
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectorReply, ConnectorRequest } from '../../../src/model/control.ts';
import { SERVICE_TOKEN, startItemService, type ItemService } from '../../support/item-service.ts';
import { addTracker, makeItemConfig, startItemApp } from '../../support/start-item-app.ts';
import { createWorkplace, type TestApp, type Workplace } from '../../support/start-test-app.ts';
import { untilElsewhere } from '../../support/until.ts';

const START_MS = Date.UTC(2026, 0, 1);

let place: Workplace;
let service: ItemService;
let app: TestApp;

beforeAll(async () => {
  place = createWorkplace({ 'main.txt': 'root\n' });
  service = await startItemService(10);
  service.put(1, 'the walrus', START_MS);
  app = await startItemApp(place, service, {
    mode: 'serve',
    config: {
      secrets: { dir: join(place.dir.path, 'secrets') },
      connectors: [{ id: 'declared', ...makeItemConfig(service), type: 'jira', name: 'Declared' }],
    },
  });
  await addTracker(app, service);
  await app.app.idle();
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
  place[Symbol.dispose]();
});

async function manage(
  action: ConnectorRequest['action'],
  extra: Partial<ConnectorRequest> = {},
): Promise<ConnectorReply> {
  return app.engine.connectors({ action, confirm: false, ...extra });
}

async function refuse(config: Readonly<Record<string, unknown>>): Promise<unknown> {
  const connector_config = { ...makeItemConfig(service), ...config };
  return manage('add', { connector_id: 'other', connector_config }).catch(
    (error: unknown) => error,
  );
}

describe('managing', () => {
  test('lists what is there without any secret', async () => {
    const { connectors } = await manage('list');
    expect(connectors.map(({ id, type, status }) => [id, type, status])).toEqual([
      ['app', 'filesystem', 'active'],
      ['declared', 'jira', 'active'],
      ['tracker', 'jira', 'active'],
    ]);
    const tracker = connectors.find(({ id }) => id === 'tracker');
    expect(tracker).toMatchObject({ items: 1, last_error: null });
    expect(Date.parse(tracker?.next_run ?? '')).toBeGreaterThan(Date.now());
    expect(JSON.stringify(connectors)).not.toContain(SERVICE_TOKEN);
  });

  test('tries the connection before it adds, and says what is wrong', async () => {
    service.faults = { after: 0, kind: 'unauthorized', times: Infinity };
    expect(await refuse({})).toMatchObject({ code: 'CONNECTOR_AUTH' });
    service.faults = { after: 0, kind: 'forbidden', times: Infinity };
    expect(await refuse({})).toMatchObject({ code: 'CONNECTOR_FORBIDDEN' });
    service.faults = undefined;
    expect(await refuse({ base_url: 'http://10.1.2.3/' })).toMatchObject({
      code: 'CONNECTOR_ADDRESS_REFUSED',
      message: expect.stringContaining('10.1.2.3') as string,
    });
    expect(await refuse({ token_env: 'CONEXUS_SECRET_NOT_SET' })).toMatchObject({
      code: 'CONNECTOR_AUTH',
      message: expect.stringContaining('CONEXUS_SECRET_NOT_SET') as string,
    });
    expect((await manage('list')).connectors.map(({ id }) => id)).not.toContain('other');
  });

  test('takes only secrets that are kept for it', async () => {
    const outside = place.dir.write('outside.txt', SERVICE_TOKEN);
    const inside = place.dir.write(join('secrets', 'token'), `${SERVICE_TOKEN}\n`);
    for (const config of [
      { token_env: 'PATH' },
      { token_env: 'HOME' },
      { token_env: undefined, token_file: outside },
      { token_env: undefined, token_file: join(place.dir.path, 'secrets', '..', 'outside.txt') },
      { token_env: undefined, token_file: '/etc/passwd' },
      { webhook_secret_env: 'AWS_SECRET_ACCESS_KEY' },
      { token: SERVICE_TOKEN },
    ]) {
      const error = await refuse(config);
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(String(error)).not.toContain(SERVICE_TOKEN);
    }
    const { token_env: _unused, ...config } = makeItemConfig(service);
    const found = await manage('test', { connector_config: { ...config, token_file: inside } });
    expect(found.message).toBe('The service has 1 items.');
    writeFileSync(inside, '');
    await expect(
      manage('test', { connector_config: { ...config, token_file: inside } }),
    ).rejects.toMatchObject({ code: 'CONNECTOR_AUTH' });
  });

  test('leaves what the operator declares to the operator', async () => {
    for (const action of ['update', 'remove'] as const) {
      const request = { connector_id: 'declared', confirm: true, connector_config: { name: 'x' } };
      await expect(manage(action, request)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });

  test('removes a connector with all that it brought', async () => {
    const add = await manage('add', {
      connector_id: 'short',
      connector_config: makeItemConfig(service),
    });
    await app.control('status', { job_id: add.job_id ?? '', wait_ms: 20_000 });
    const filters = { connectors: ['short'] };
    expect((await app.search('walrus', { filters })).total_count).toBe(1);
    await manage('remove', { connector_id: 'short', confirm: true });
    expect((await app.search('walrus', { filters })).total_count).toBe(0);
    expect(place.rows("SELECT * FROM source WHERE connector_id = 'short'")).toEqual([]);
    expect(
      place.rows('SELECT * FROM item_link WHERE document_id NOT IN (SELECT id FROM document)'),
    ).toEqual([]);
  });
});

async function post(
  id: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${app.app.address}/webhooks/${id}`, { method: 'POST', body, headers });
}

function sign(body: string, secret = 'hook-secret'): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

async function countSyncs(): Promise<number> {
  const { jobs } = await app.status();
  return jobs.filter(({ action, connectors }) => action === 'sync' && connectors[0] === 'tracker')
    .length;
}

describe('a webhook', () => {
  test('that is signed starts a sync, once', async () => {
    service.put(2, 'the announced penguin', START_MS + 1);
    const before = await countSyncs();
    const body = '{"action": "opened",  "number": 2}';
    const headers = { 'x-signature': sign(body), 'content-type': 'application/json' };
    const answer = await post('tracker', body, headers);
    expect([answer.status, await answer.text()]).toEqual([202, '']);
    const filters = { connectors: ['tracker'] };
    let found = 0;
    void (async () => {
      while (found === 0) found = (await app.search('announced penguin', { filters })).total_count;
    })();
    await untilElsewhere(() => found > 0, 20_000);
    expect((await post('tracker', body, headers)).status).toBe(202);
    await app.app.idle();
    expect(await countSyncs()).toBe(before + 1);
  });

  test('that is forged, unsigned, or for nobody is refused', async () => {
    const body = '{"action":"opened"}';
    const before = await countSyncs();
    const forged = await post('tracker', body, { 'x-signature': sign(body, 'guess') });
    expect([forged.status, await forged.json()]).toMatchObject([
      401,
      { error: { code: 'WEBHOOK_REJECTED' } },
    ]);
    expect((await post('tracker', body)).status).toBe(401);
    for (const id of ['nobody', 'app', '..%2f']) {
      expect((await post(id, body, { 'x-signature': sign(body) })).status).toBe(404);
    }
    expect((await post('tracker', 'x'.repeat(6_000_000))).status).toBe(413);
    expect(await countSyncs()).toBe(before);
  });

  test('that says nothing of interest starts nothing', async () => {
    const body = 'ping';
    const before = await countSyncs();
    const answer = await post('tracker', body, { 'x-signature': sign(body), 'x-event': 'ping' });
    expect(answer.status).toBe(202);
    expect(await countSyncs()).toBe(before);
  });
});
