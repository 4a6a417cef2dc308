/**
 * The official conformance suite, both revisions: once against the plumbing with the suite's own tools,
 * where all of it must pass but what statelessness rules out, once against the product's tools. The files
 * beside the fixture list what fails by design, each with its reason.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

import { createFixtureServer } from '../../conformance/fixture-server.ts';
import { startTestServer, type TestServerOptions } from '../../support/start-test-server.ts';

const top = join(import.meta.dirname, '../../..');

const SUBJECTS: Readonly<Record<string, TestServerOptions>> = {
  fixture: { server: { createProtocolServer: createFixtureServer } },
  product: {},
};

describe.each(['2026-07-28', '2025-11-25'])('requirements of %s', (revision) => {
  test.each(Object.keys(SUBJECTS))('%s fails only where it should', async (subject) => {
    await using server = await startTestServer(SUBJECTS[subject]);
    const baseline = join(top, `test/conformance/${subject}-${revision}.yaml`);
    const { code, output } = await runSuite(server.url, revision, baseline);
    expect(output).toContain('SUMMARY');
    // The sections that the suite prints only when something is not as the file says.
    expect(output.match(/^.*(?:Unexpected failures|Stale).*\n(?: .*\n)*/gm) ?? []).toEqual([]);
    expect(code).toBe(0);
  });
});

async function runSuite(url: string, revision: string, baseline: string) {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  const suite = join(top, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
  const child = spawn(process.execPath, [
    suite,
    'server',
    `--url=${url}/mcp`,
    `--requirements=${revision}`,
    `--expected-failures=${baseline}`,
    `--output-dir=${folder}`,
  ]);
  const ended = Promise.withResolvers<number | null>();
  child.once('error', ended.reject);
  child.once('exit', ended.resolve);
  const [output, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended.promise,
  ]);
  await rm(folder, { recursive: true });
  return { code, output: output + errors };
}
