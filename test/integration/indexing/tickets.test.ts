/**
 * Tickets end to end: a code host, a tracker and a chat behind connectors, a repository as a root, and one question
 * that brings all of them together. Also what searches show of items.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RelatedItem, RelatedReply, RelatedRequest } from '../../../src/model/related.ts';
import { hasGit, openGitRepo } from '../../support/git-repo.ts';
import {
  createItemKind,
  SERVICE_TOKEN,
  startItemService,
  type ItemService,
} from '../../support/item-service.ts';
import { waitForEnd } from '../../support/start-item-app.ts';
import {
  createWorkplace,
  listPaths,
  startTestApp,
  type TestApp,
  type Workplace,
} from '../../support/start-test-app.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);

let place: Workplace;
let app: TestApp;
let hub: ItemService;
let tracker: ItemService;
let chat: ItemService;
let commit: string;

async function add(
  id: string,
  service: ItemService,
  config: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { job_id: jobId } = await app.engine.connectors({
    action: 'add',
    connector_id: id,
    connector_config: { name: id, token_env: 'CONEXUS_SECRET_T', ...config },
    confirm: false,
  });
  expect(await waitForEnd(app, jobId ?? '')).toMatchObject({ state: 'completed' });
  expect(service.asked.length).toBeGreaterThan(0);
}

async function ask(request: Partial<RelatedRequest>): Promise<RelatedReply> {
  return app.engine.related({ relations: [], top_k: 50, max_tokens: 20_000, ...request });
}

function listOf(reply: RelatedReply, relation: RelatedItem['relation_type']): string[] {
  return reply.related_items
    .filter((item) => item.relation_type === relation)
    .map(({ file_path: path, content }) => path ?? content)
    .toSorted();
}

describe.runIf(hasGit)('a ticket', () => {
  beforeAll(async () => {
    place = createWorkplace();
    const repo = openGitRepo(place.root, { init: [] });
    repo.commit('start', { 'src/login.ts': 'export const login = 1;\n', 'src/other.ts': 'x\n' });
    repo.git('checkout', '-q', '-b', 'feature/SHOP-7-login');
    commit = repo.commit('SHOP-7: let people in again', {
      'src/login.ts': 'export const login = 2;\n',
    });
    hub = await startItemService(10);
    tracker = await startItemService(10);
    chat = await startItemService(10);
    hub.put(12, 'Fixes SHOP-7.\n\nSee `src/login.ts`.', START_MS, {
      kind: 'pull_request',
      ticket: 'acme/shop#12',
      title: 'Let people in',
      links: { commits: [commit], branches: ['feature/SHOP-7-login'], files: ['src/login.ts'] },
    });
    hub.put(13, 'This also broke #12, I think.', START_MS + DAY_MS, {
      kind: 'issue',
      ticket: 'acme/shop#13',
      title: 'Broken again',
      labels: ['bug'],
    });
    hub.put(14, 'Looks good to me', START_MS, { kind: 'comment', parent: 'issues/12' });
    tracker.put(7, 'People cannot log in any more.', START_MS + 2 * DAY_MS, {
      kind: 'issue',
      ticket: 'SHOP-7',
      title: 'Login is broken',
      state: 'In Progress',
    });
    tracker.put(8, 'I can reproduce it.', START_MS, { kind: 'comment', parent: 'issues/7' });
    chat.put(1, 'who looks at SHOP-7? it is urgent', START_MS + 3 * DAY_MS, {
      kind: 'discussion',
      channel: '#support',
      title: 'login trouble',
    });
    app = await startTestApp(place, {
      connectorKinds: ['github', 'jira', 'slack'].map((type) =>
        createItemKind(type as 'github' | 'jira' | 'slack'),
      ),
      env: { CONEXUS_SECRET_T: SERVICE_TOKEN },
      config: { connectorAllowedHosts: ['127.0.0.1'] },
    });
    await app.run('start');
    await add('hub', hub, { type: 'github', repository: 'acme/shop', base_url: hub.url });
    await add('tracker', tracker, { type: 'jira', projects: ['SHOP'], base_url: tracker.url });
    await add('chat', chat, { type: 'jira', projects: ['CHAT'], base_url: chat.url });
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    for (const service of [hub, tracker, chat]) await service[Symbol.asyncDispose]();
    place[Symbol.dispose]();
  });

  test('brings its pull request, commits, branch, files, comments and discussions together', async () => {
    const reply = await ask({ ticket_id: 'SHOP-7' });
    expect(reply.related_items[0]).toMatchObject({
      relation_type: 'issue',
      score: 1,
      source_type: 'jira',
      metadata: { title: 'Login is broken', state: 'In Progress', connector_id: 'tracker' },
    });
    expect(listOf(reply, 'comment')).toEqual(['issues/8']);
    expect(reply.related_prs).toEqual(['acme/shop#12']);
    expect(reply.related_issues).toEqual(['SHOP-7']);
    expect(listOf(reply, 'commit')).toEqual(['SHOP-7: let people in again']);
    expect(listOf(reply, 'branch')).toEqual(['feature/SHOP-7-login']);
    expect(listOf(reply, 'file')).toEqual(['src/login.ts']);
    expect(reply.discussions).toEqual([
      {
        channel: '#support',
        timestamp: new Date(START_MS + 3 * DAY_MS).toISOString(),
        summary: 'login trouble',
        url: 'https://tracker.example/issues/1',
      },
    ]);
    expect(reply.summary).toContain('"Login is broken" (In Progress)');
  });

  test.each(['shop-7', 'https://tracker.example/browse/SHOP-7', ' SHOP-7. '])(
    'is the same as %s',
    async (spelling) => {
      const reply = await ask({ ticket_id: spelling });
      expect(reply.related_prs).toEqual(['acme/shop#12']);
      expect(listOf(reply, 'commit')).toEqual(['SHOP-7: let people in again']);
    },
  );

  test.each(['acme/shop#12', '#12', 'ACME/shop#12', 'https://github.com/acme/shop/pull/12'])(
    'pull request %s gives its commits, files, comments and issues',
    async (spelling) => {
      const reply = await ask({ ticket_id: spelling });
      expect(reply.related_items[0]).toMatchObject({ relation_type: 'pull_request', score: 1 });
      expect(listOf(reply, 'comment')).toEqual(['issues/14']);
      expect(reply.related_issues.toSorted()).toEqual(['SHOP-7', 'acme/shop#13']);
      expect(listOf(reply, 'commit')).toEqual(['SHOP-7: let people in again']);
      expect(listOf(reply, 'file')).toEqual(['src/login.ts']);
    },
  );

  test('that nobody knows gives empty lists and says where was asked', async () => {
    const reply = await ask({ ticket_id: 'NONE-1' });
    expect(reply).toMatchObject({ related_items: [], related_prs: [], discussions: [] });
    expect(reply.summary).toMatch(/Nothing names NONE-1\. Asked: app, hub, tracker, chat/);
  });

  test('shows nothing of connectors that the caller must not see', async () => {
    const reply = await ask({ ticket_id: 'SHOP-7', allowed_connectors: ['app', 'tracker'] });
    expect(reply.related_prs).toEqual([]);
    expect(reply.discussions).toEqual([]);
    expect(JSON.stringify(reply)).not.toContain('acme/shop');
    const file = await ask({ file_path: 'app:src/login.ts', allowed_connectors: ['app'] });
    expect(JSON.stringify(file)).not.toContain('acme/shop');
  });

  test('is found from the file that it changes', async () => {
    const reply = await ask({ file_path: 'app:src/login.ts' });
    expect(reply.related_prs).toEqual(['acme/shop#12']);
    expect(reply.related_issues).toContain('SHOP-7');
  });

  test('and everything else is filtered in searches by type, kind and their own time', async () => {
    const byType = await app.search('fixes', { filters: { source_types: ['github'] } });
    expect(byType.results.every((result) => result.source_type === 'github')).toBe(true);
    expect(byType.total_count).toBeGreaterThan(0);
    expect(listPaths(await app.search('source:github broke'))).toEqual(['issues/13']);
    const pulls = await app.search('SHOP', { filters: { kinds: ['pull_request'] } });
    expect(listPaths(pulls)).toEqual(['issues/12']);
    expect(pulls.results[0]?.metadata).toMatchObject({
      chunk_type: 'pull_request',
      language: 'markdown',
      title: 'Let people in',
      ticket: 'acme/shop#12',
      author: 'ada',
      state: 'open',
      url: 'https://tracker.example/issues/12',
      updated_at: new Date(START_MS).toISOString(),
    });
    expect(listPaths(await app.search('kind:discussion urgent'))).toEqual(['issues/1']);
    const late = await app.search('item', {
      mode: 'literal',
      case: 'insensitive',
      filters: { connectors: ['tracker', 'chat'], date_range: { from: '2026-01-04T00:00:00Z' } },
    });
    expect(listPaths(late)).toEqual(['issues/1']);
  });
});
