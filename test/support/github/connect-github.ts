/** A GitHub connector on the service of a test, through the guarded fetch. What is opened ends with the test. */
import { onTestFinished } from 'vitest';
import type { Connector } from '../../../src/connectors/connector.ts';
import { GITHUB } from '../../../src/connectors/github/github.ts';
import { createGuardedFetch } from '../../../src/connectors/guarded-fetch.ts';
import { GITHUB_TOKEN, startGithub, type GithubService } from './github-service.ts';

/** Starts the service with an empty repository. */
export async function openGithub(): Promise<GithubService> {
  const service = await startGithub();
  onTestFinished(async () => service[Symbol.asyncDispose]());
  return service;
}

export interface ConnectOptions {
  readonly token?: string | undefined;
  readonly repository?: string;
  readonly timeoutMs?: number;
}

export function connectGithub(
  service: { readonly url: string },
  options: ConnectOptions = {},
): Connector {
  const { repository = 'octo/engine', timeoutMs = 20_000 } = options;
  const token = 'token' in options ? options.token : GITHUB_TOKEN;
  const guarded = createGuardedFetch({
    allowedHosts: ['127.0.0.0/8'],
    backoffMs: 1,
    attempts: 3,
    timeoutMs,
  });
  onTestFinished(async () => guarded[Symbol.asyncDispose]());
  return GITHUB.create({
    config: { type: 'github', repository, base_url: service.url, token_env: 'GITHUB_TOKEN' },
    readSecret: () => token,
    fetch: guarded.fetch,
    now: () => 0,
  });
}

/** One of everything. */
export function fillGithub({ model }: GithubService): void {
  model.addIssue(
    'The parser loses the last line',
    'Seen in `src/parse.ts`.\r\n<!-- bot -->\r\nAgain.',
  );
  model.get(1).labels = ['bug', 'parser'];
  model.addPull('Keep the last line', {
    headRefName: 'fix/last-line',
    mergeCommit: 'a'.repeat(40),
    commits: ['b'.repeat(40)],
    files: ['src/parse.ts', 'test/parse.test.ts'],
    closes: [1],
  });
  model.comment(1, 'I can see it too.');
  model.comment(2, 'Thank you.');
  model.review(2, 'APPROVED', '');
  model.review(2, 'CHANGES_REQUESTED', 'Please add a test.');
  model.reviewLine(2, 'src/parse.ts', 'Why minus one?');
  model.edit(2, { state: 'closed' });
  const discussion = model.discuss('A faster parser', 'Ideas');
  const comment = model.answer(discussion, 'Use a table.');
  model.reply(discussion, comment, 'Which one?');
  model.release('v1.0.0', 'The last line is kept (#1).');
}
