/** The real system with an item service behind a connector, for tests of syncs. */
import type { Config } from '../../src/config/config.ts';
import type { EndedJob, TestApp, TestAppOptions, Workplace } from './start-test-app.ts';
import { startTestApp } from './start-test-app.ts';
import { createItemKind, SERVICE_TOKEN, type ItemService } from './item-service.ts';

/** What an `add` of the service sends. */
export function makeItemConfig(service: Pick<ItemService, 'url'>): Record<string, unknown> {
  return {
    type: 'jira',
    name: 'Tracker',
    base_url: service.url,
    projects: ['ITM'],
    token_env: 'CONEXUS_SECRET_TRACKER',
    webhook_secret_env: 'CONEXUS_SECRET_HOOK',
  };
}

/** Starts the system; the service's address is allowed, its token is in the environment. */
export async function startItemApp(
  place: Workplace,
  service: ItemService,
  options: TestAppOptions = {},
): Promise<TestApp> {
  return startTestApp(place, {
    connectorKinds: [createItemKind()],
    env: { CONEXUS_SECRET_TRACKER: SERVICE_TOKEN, CONEXUS_SECRET_HOOK: 'hook-secret' },
    fetchLimits: { backoffMs: 1, attempts: 3 },
    ...options,
    config: { connectorAllowedHosts: [service.host], ...options.config } satisfies Partial<Config>,
  });
}

/** Adds the service as connector `tracker` and waits for its first sync. */
export async function addTracker(app: TestApp, service: ItemService): Promise<EndedJob> {
  const { job_id: jobId } = await app.engine.connectors({
    action: 'add',
    connector_id: 'tracker',
    connector_config: makeItemConfig(service),
    confirm: false,
  });
  return waitForEnd(app, jobId ?? '');
}

/** Syncs `tracker` and waits for the end. */
export async function syncTracker(app: TestApp): Promise<EndedJob> {
  return app.run('start', { connectors: ['tracker'] });
}

/** Waits for the end of a job. */
export async function waitForEnd(app: TestApp, jobId: string): Promise<EndedJob> {
  for (;;) {
    const reply = await app.control('status', { job_id: jobId, wait_ms: 25_000 });
    const job = reply.index_status?.jobs.find((view) => view.job_id === jobId);
    if (job === undefined) throw new Error(`no job ${jobId}`);
    if (job.ended_at !== null) return { ...job, details: reply.details };
  }
}
