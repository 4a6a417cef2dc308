/** The git connector through the real system: over git's own HTTP server, and from a folder of this machine. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hasGit, openGitRepo, type GitRepo } from '../../support/git-repo.ts';
import { serveGit } from '../../support/git-http.ts';
import { waitForEnd } from '../../support/start-item-app.ts';
import {
  createWorkplace,
  listPaths,
  startTestApp,
  type EndedJob,
  type TestApp,
  type TestAppOptions,
  type Workplace,
} from '../../support/start-test-app.ts';

const PASSWORD = 'pass phrase $(touch pwned) "x"';

function openOrigin(place: Workplace, name = 'origin'): GitRepo {
  return openGitRepo(join(place.dir.path, 'git', name), { init: [] });
}

async function startApp(place: Workplace, options: TestAppOptions = {}): Promise<TestApp> {
  return startTestApp(place, {
    fetchLimits: { backoffMs: 1, attempts: 2 },
    env: { PATH: process.env['PATH'], CONEXUS_SECRET_GIT: PASSWORD },
    ...options,
  });
}

async function addGit(
  app: TestApp,
  config: Readonly<Record<string, unknown>>,
  id = 'remote',
): Promise<EndedJob> {
  const { job_id: jobId } = await app.engine.connectors({
    action: 'add',
    connector_id: id,
    connector_config: { type: 'git', name: id, ...config },
    confirm: false,
  });
  return waitForEnd(app, jobId ?? '');
}

async function syncGit(app: TestApp): Promise<EndedJob> {
  return app.run('start', { connectors: ['remote'] });
}

const inRemote = { filters: { connectors: ['remote'] } };

describe.runIf(hasGit)('the git connector', () => {
  test('fetches over HTTP with credentials by reference, then only what changed', async () => {
    using place = createWorkplace();
    const origin = openOrigin(place);
    origin.commit('first', {
      'src/walrus.ts': 'export function walrus(): number {\n  return 1;\n}\n',
      'docs/readme.md': '# About the penguin\n',
      'logo.png': '\0\0binary',
      '.env': 'SECRET=abc\n',
    });
    await using http = await serveGit(join(place.dir.path, 'git'), PASSWORD);
    await using app = await startApp(place, { config: { connectorAllowedHosts: [http.host] } });
    const url = `${http.url}/origin/.git`;
    const job = await addGit(app, { url, token_env: 'CONEXUS_SECRET_GIT' });
    expect(job).toMatchObject({ state: 'completed', details: { full: true, stored: 4 } });
    const found = await app.search('walrus', inRemote);
    expect(found.results[0]).toMatchObject({
      source_type: 'git',
      metadata: { file_path: 'src/walrus.ts', language: 'typescript', connector_id: 'remote' },
    });
    const symbol = await app.search('walrus', { ...inRemote, mode: 'symbol' });
    expect(symbol.results[0]?.metadata).toMatchObject({ chunk_type: 'function' });
    const [status] = (await app.status()).connectors;
    expect(status?.coverage).toMatchObject({ indexed: 2, skipped: { binary: 1, secret: 1 } });

    origin.commit('second', { 'src/seal.ts': 'export const seal = 2;\n' });
    origin.git('rm', '-q', 'docs/readme.md');
    origin.git('mv', 'src/walrus.ts', 'src/moved.ts');
    origin.commit('third');
    expect((await syncGit(app)).details).toMatchObject({ full: false, stored: 2, removed: 2 });
    expect(listPaths(await app.search('walrus', inRemote))).toEqual(['src/moved.ts']);
    expect((await app.search('penguin', inRemote)).total_count).toBe(0);
    http.served.length = 0;
    expect((await syncGit(app)).details).toMatchObject({ stored: 0, removed: 0 });
    expect(http.served.some((path) => path.includes('git-upload-pack?'))).toBe(false);
    expect(existsSync(join(place.dir.path, 'pwned'))).toBe(false);
  });

  test('knows the history of the files', async () => {
    using place = createWorkplace();
    const origin = openOrigin(place);
    origin.commit('add the walrus (#12)', { 'a.ts': 'export const a = 1;\n' });
    await using app = await startApp(place);
    await addGit(app, { url: join(place.dir.path, 'git', 'origin') });
    const related = await app.engine.related({
      file_path: 'remote:a.ts',
      relations: ['commit'],
      top_k: 5,
      max_tokens: 4000,
    });
    expect(related.related_items).toMatchObject([{ content: 'add the walrus (#12)' }]);
  });

  test('fetches one repository for several connectors at once', async () => {
    using place = createWorkplace();
    const origin = openOrigin(place);
    origin.commit('first', { 'src/walrus.ts': 'export const walrus = 1;\n' });
    await using http = await serveGit(join(place.dir.path, 'git'), PASSWORD);
    await using app = await startApp(place, { config: { connectorAllowedHosts: [http.host] } });
    const config = { url: `${http.url}/origin/.git`, token_env: 'CONEXUS_SECRET_GIT' };
    const ids = ['one', 'two', 'three'];
    const jobs = await Promise.all(ids.map(async (id) => addGit(app, config, id)));
    expect(jobs.map(({ state }) => state)).toEqual(ids.map(() => 'completed'));
    for (const id of ids) {
      const found = await app.search('walrus', { filters: { connectors: [id] } });
      expect(listPaths(found)).toEqual(['src/walrus.ts']);
    }
  });

  test('says whether the password, the repository or the branch is wrong', async () => {
    using place = createWorkplace();
    openOrigin(place).commit('first', { 'a.txt': 'a\n' });
    await using http = await serveGit(join(place.dir.path, 'git'), 'another one');
    await using open = await serveGit(join(place.dir.path, 'git'), PASSWORD);
    await using app = await startApp(place, {
      config: { connectorAllowedHosts: [http.host, open.host] },
    });
    const token = { token_env: 'CONEXUS_SECRET_GIT' };
    const add = async (config: Readonly<Record<string, unknown>>): Promise<unknown> =>
      addGit(app, config).catch((error: unknown) => error);
    expect(await add({ url: `${http.url}/origin/.git`, ...token })).toMatchObject({
      code: 'CONNECTOR_AUTH',
    });
    expect(await add({ url: `${open.url}/origin/.git` })).toMatchObject({ code: 'CONNECTOR_AUTH' });
    expect(await add({ url: `${open.url}/nothing/.git`, ...token })).toMatchObject({
      code: 'CONNECTOR_MISSING',
    });
    const branches = ['gone'];
    expect(await add({ url: `${open.url}/origin/.git`, branches, ...token })).toMatchObject({
      code: 'CONNECTOR_MISSING',
      message: expect.stringContaining('main') as string,
    });
    expect(await add({ url: 'http://127.0.0.1:9418/x' })).toMatchObject({
      code: 'CONNECTOR_ADDRESS_REFUSED',
    });
    expect(await add({ url: 'ssh://git@169.254.169.254/x' })).toMatchObject({
      code: 'CONNECTOR_ADDRESS_REFUSED',
    });
    for (const url of [
      'ext::sh -c "touch pwned"',
      '--upload-pack=touch pwned',
      '/etc',
      'file:///etc',
    ]) {
      expect(await add({ url })).toMatchObject({
        code: expect.stringMatching(/^(?:INVALID_ARGUMENT|PATH_OUTSIDE_ROOTS)$/) as string,
      });
    }
    expect(await add({ url: 'https://user:hunter2hunter2@example.com/x' })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.not.stringContaining('hunter2') as string,
    });
  });

  test('keeps branches and tags apart, and follows those that come and go', async () => {
    using place = createWorkplace();
    const origin = openOrigin(place);
    origin.commit('first', { 'a.txt': 'the walrus\n' });
    origin.git('tag', '-a', '-m', 'one', 'v1');
    origin.git('checkout', '-q', '-b', 'release/1');
    origin.commit('second', { 'b.txt': 'the walrus again\n' });
    origin.git('branch', 'private');
    await using app = await startApp(place);
    const branches = ['main', 'release/*', 'tags/v*'];
    await addGit(app, { url: origin.path, branches });
    const literal = { ...inRemote, mode: 'literal' } as const;
    expect(listPaths(await app.search('the walrus', literal)).toSorted()).toEqual([
      'main/a.txt',
      'release/1/a.txt',
      'release/1/b.txt',
      'tags/v1/a.txt',
    ]);
    origin.git('checkout', '-q', 'main');
    origin.git('branch', '-m', 'release/1', 'release/2');
    await syncGit(app);
    expect(listPaths(await app.search('the walrus', literal)).toSorted()).toEqual([
      'main/a.txt',
      'release/2/a.txt',
      'release/2/b.txt',
      'tags/v1/a.txt',
    ]);
  });

  test('follows a rewritten branch, a renamed default branch, and a lost folder', async () => {
    using place = createWorkplace();
    const origin = openOrigin(place);
    origin.commit('first', { 'a.txt': 'the walrus\n' });
    origin.commit('second', { 'b.txt': 'the walrus\n' });
    await using app = await startApp(place);
    await addGit(app, { url: origin.path, depth: 1 });
    origin.git('reset', '-q', '--hard', 'HEAD~1');
    origin.commit('other', { 'c.txt': 'the walrus\n' });
    origin.git('branch', '-m', 'trunk');
    expect((await syncGit(app)).details).toMatchObject({ full: false, stored: 1, removed: 1 });
    const literal = { ...inRemote, mode: 'literal' } as const;
    const paths = listPaths(await app.search('the walrus', literal)).toSorted();
    expect(paths).toEqual(['a.txt', 'c.txt']);
    rmSync(join(place.dir.path, 'data', 'repositories'), { recursive: true });
    origin.commit('more', { 'd.txt': 'the walrus\n' });
    expect(await syncGit(app)).toMatchObject({ state: 'completed', details: { stored: 3 } });
  });

  test('runs nothing that the repository brings', async () => {
    using place = createWorkplace();
    const origin = openOrigin(place);
    const mark = join(place.dir.path, 'pwned');
    const hook = join(origin.path, '.git', 'hooks');
    mkdirSync(hook, { recursive: true });
    for (const name of ['post-checkout', 'post-merge', 'pre-receive', 'reference-transaction']) {
      writeFileSync(join(hook, name), `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 });
    }
    for (const key of ['core.fsmonitor', 'core.sshCommand', 'uploadpack.packObjectsHook']) {
      origin.git('config', key, `touch ${mark}`);
    }
    origin.git('config', 'filter.evil.smudge', `touch ${mark}`);
    const attributes = '*.txt filter=evil diff=evil\n';
    origin.git('-c', 'core.fsmonitor=false', 'config', 'core.fsmonitor', 'false');
    origin.git('config', 'core.hooksPath', '/nonexistent');
    origin.commit('first', { '.gitattributes': attributes, 'a.txt': 'the walrus\n' });
    origin.git('config', 'core.hooksPath', hook);
    origin.git('config', 'core.fsmonitor', `touch ${mark}`);
    await using app = await startApp(place);
    expect(await addGit(app, { url: origin.path })).toMatchObject({ state: 'completed' });
    expect((await app.search('walrus', inRemote)).total_count).toBe(1);
    expect(existsSync(mark)).toBe(false);
  });
});
