/**
 * The official conformance suite, both revisions: once against the plumbing with the suite's own tools,
 * where all of it must pass but what statelessness rules out, once against the whole program. The files
 * beside the fixture list what fails by design, each with its reason; an entry that passes fails the run.
 * The counts are printed, and docs/conformance.md must say the same.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterAll, describe, expect, test } from 'vitest';

import { createFixtureServer } from '../../conformance/fixture-server.ts';
import { startLiveServer } from '../../support/start-live-server.ts';
import { startTestServer } from '../../support/start-test-server.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const top = join(import.meta.dirname, '../../..');

interface Subject extends AsyncDisposable {
  readonly url: string;
}

const SUBJECTS: Readonly<Record<string, () => Promise<Subject>>> = {
  fixture: async () => startTestServer({ server: { createProtocolServer: createFixtureServer } }),
  product: async () => startLiveServer(),
};

const rows: string[] = [];
afterAll(() => {
  process.stdout.write(`\n${rows.join('\n')}\n`);
});

describe.each(['2026-07-28', '2025-11-25'])('requirements of %s', (revision) => {
  test.each(Object.keys(SUBJECTS))('%s fails only where it should', async (subject) => {
    await using server = await SUBJECTS[subject]?.();
    const baseline = join(top, `test/conformance/${subject}-${revision}.yaml`);
    const { code, output } = await runSuite(server?.url ?? '', revision, baseline);
    expect(output).toContain('SUMMARY');
    // The sections that the suite prints only when something is not as the file says.
    expect(output.match(/^.*(?:Unexpected failures|Stale).*\n(?: .*\n)*/gm) ?? []).toEqual([]);
    expect(code).toBe(0);
    rows.push(formatRow({ revision, subject, output, baseline }));
  });
});

test('docs/conformance.md says what was found', () => {
  const documented = readFileSync(join(top, 'docs/conformance.md'), 'utf8').split('\n');
  for (const row of rows) expect(documented).toContain(row);
});

interface Outcome {
  readonly revision: string;
  readonly subject: string;
  readonly output: string;
  readonly baseline: string;
}

/** The line of the table: how many checks passed, and how many entries are expected to fail. */
function formatRow({ revision, subject, output, baseline }: Outcome): string {
  const [, passed = '?'] = /^Total: (\d+) passed, \d+ failed$/m.exec(output) ?? [];
  const entries = readFileSync(baseline, 'utf8').match(/^ {2}- /gm) ?? [];
  return `| ${revision} | ${subject} | ${passed} | ${entries.length} |`;
}

async function runSuite(url: string, revision: string, baseline: string) {
  using folder = createTempDir();
  const suite = join(top, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
  const child = spawn(process.execPath, [
    suite,
    'server',
    `--url=${url}/mcp`,
    `--requirements=${revision}`,
    `--expected-failures=${baseline}`,
    `--output-dir=${folder.path}`,
  ]);
  const ended = Promise.withResolvers<number | null>();
  child.once('error', ended.reject);
  child.once('exit', ended.resolve);
  const [output, errors, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    ended.promise,
  ]);
  return { code, output: output + errors };
}
