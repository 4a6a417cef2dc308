/** Durable jobs: order, single flight, cancelling, progress, restart. Rows are kept in a map. */
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import { JobQueue, type Job, type JobContext } from '../../../src/jobs/job-queue.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';

type Work = (context: JobContext) => Promise<void>;

/** A queue whose jobs do what the test hands in, one piece of work for each job in order. */
function createQueue(...works: readonly Work[]) {
  const clock = createFakeClock();
  const rows = new Map<string, Job>();
  const started: string[] = [];
  const problems: unknown[] = [];
  const state = { changes: 0, saveError: undefined as Error | undefined };
  const queue = new JobQueue({
    save: async (job) => {
      await Promise.resolve();
      if (state.saveError !== undefined) throw state.saveError;
      rows.set(job.jobId, job);
    },
    onSaveError: (error) => problems.push(error),
    run: async (context) => {
      const work = works[started.length];
      started.push(context.job.jobId);
      await work?.(context);
    },
    onChange: () => {
      state.changes += 1;
    },
    now: () => clock.now(),
  });
  return { queue, clock, rows, started, problems, state };
}

/** Work that ends when the test says so, or throws once it is cancelled. */
function createGate(): { readonly work: Work; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    work: async ({ signal }) => {
      const cancelled = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => cancelled.resolve(), { once: true });
      await Promise.race([promise, cancelled.promise]);
      if (signal.aborted) throw new AppError('CANCELED', 'cancelled');
    },
    open: resolve,
  };
}

const START = { action: 'start', connectors: ['b', 'a'] } as const;

describe('a job', () => {
  test('is saved, runs, and ends completed with its times', async () => {
    const { queue, clock, rows } = createQueue(async (context) => {
      await Promise.resolve();
      clock.advance(500);
      context.setDetails({ added: 1 });
    });
    const createdMs = clock.now();
    const job = await queue.add(START);
    expect(job).toMatchObject({ state: 'queued', connectors: ['a', 'b'], progress: 0 });
    expect(rows.has(job.jobId)).toBe(true);
    await queue.idle();
    const ended = {
      ...job,
      state: 'completed',
      progress: 100,
      createdMs,
      startedMs: createdMs,
      endedMs: createdMs + 500,
    };
    expect(queue.get(job.jobId).job).toEqual(ended);
    expect(queue.get(job.jobId).details).toEqual({ added: 1 });
    expect(rows.get(job.jobId)).toEqual(ended);
  });

  test('that notes an error ends completed_with_errors', async () => {
    const error = { code: 'FILES_FAILED', message: 'one' };
    const { queue } = createQueue(async (context) => {
      await Promise.resolve();
      context.noteError(error);
    });
    await queue.add(START);
    await queue.idle();
    expect(queue.list()[0]).toMatchObject({ state: 'completed_with_errors', lastError: error });
  });

  test('that throws ends failed with the code, and the next one runs', async () => {
    const { queue } = createQueue(
      async () => Promise.reject(new AppError('ROOT_MISSING', 'gone')),
      async () => Promise.reject(new TypeError('x is undefined')),
      async () => Promise.resolve(),
    );
    await queue.add(START);
    await queue.add({ ...START, action: 'verify' });
    await queue.add({ ...START, action: 'force_reindex' });
    await queue.idle();
    expect(queue.list().map(({ state, lastError }) => [state, lastError?.code])).toEqual([
      ['completed', undefined],
      ['failed', 'INTERNAL'],
      ['failed', 'ROOT_MISSING'],
    ]);
    expect(queue.list()[1]?.lastError?.message).not.toContain('undefined');
  });

  test('shows progress that never falls and stays under 100 until it ends', async () => {
    const seen: number[] = [];
    const { queue } = createQueue(async (context) => {
      for (const percent of [10, 5, 60, 59.9, 100, 120]) {
        context.setProgress(percent);
        seen.push(queue.list()[0]?.progress ?? -1);
        await Promise.resolve();
      }
    });
    await queue.add(START);
    await queue.idle();
    expect(seen).toEqual([10, 10, 60, 60, 99.9, 99.9]);
    expect(queue.list()[0]?.progress).toBe(100);
  });

  test('saves each phase and tells of every change', async () => {
    const { queue, rows, state } = createQueue(async (context) => {
      context.setPhase('listing');
      context.setPhase('listing');
      context.setPhase('text');
      await until(() => [...rows.values()][0]?.phase === 'text');
    });
    await queue.add(START);
    await queue.idle();
    expect(queue.list()[0]?.phase).toBe('idle');
    expect(state.changes).toBe(5);
  });
});

describe('the queue', () => {
  test('runs one job at a time, in order', async () => {
    const first = createGate();
    const { queue, started } = createQueue(first.work);
    const jobs = [
      await queue.add(START),
      await queue.add({ ...START, action: 'verify' }),
      await queue.add({ ...START, connectors: ['c'] }),
    ];
    await until(() => started.length === 1);
    expect(queue.list().map(({ state }) => state)).toEqual(['queued', 'queued', 'running']);
    first.open();
    await queue.idle();
    expect(started).toEqual(jobs.map(({ jobId }) => jobId));
  });

  test('gives the job that covers the same while it is open, and a new one after', async () => {
    const gate = createGate();
    const { queue } = createQueue(gate.work);
    const job = await queue.add(START);
    const twins = [
      await queue.add({ action: 'start', connectors: ['a', 'b'] }),
      await queue.add({ action: 'start', connectors: ['a'] }),
    ];
    expect(twins.map(({ jobId }) => jobId)).toEqual([job.jobId, job.jobId]);
    const others = [
      await queue.add({ action: 'start', connectors: ['a', 'c'] }),
      await queue.add({ action: 'reindex_paths', connectors: ['a'], parameters: { paths: ['x'] } }),
      await queue.add({ action: 'reindex_paths', connectors: ['a'], parameters: { paths: ['y'] } }),
    ];
    expect(new Set([job, ...others].map(({ jobId }) => jobId)).size).toBe(4);
    gate.open();
    await queue.idle();
    expect((await queue.add(START)).jobId).not.toBe(job.jobId);
    await queue.idle();
  });

  test('keeps at most 20 ended jobs in view, but every open one', async () => {
    const { queue } = createQueue();
    for (let number = 0; number < 25; number++) {
      await queue.add(START);
      await queue.idle();
    }
    expect(queue.list()).toHaveLength(20);
  });

  test('does not know a job that never was', () => {
    const { queue } = createQueue();
    expect(() => queue.get('job_x')).toThrowError(
      expect.objectContaining({ code: 'JOB_NOT_FOUND' }),
    );
  });
});

describe('stopping', () => {
  test('cancels the running and the waiting jobs and answers when they have ended', async () => {
    const { queue, rows, started } = createQueue(createGate().work);
    await queue.add(START);
    await queue.add({ ...START, action: 'verify' });
    await until(() => started.length === 1);
    expect(await queue.stop(undefined)).toBe(2);
    expect([...rows.values()].map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect(queue.list().every(({ endedMs, phase }) => endedMs !== null && phase === 'idle')).toBe(
      true,
    );
    await queue.idle();
    expect(started).toHaveLength(1);
    expect(await queue.stop(undefined)).toBe(0);
  });

  test('one job leaves the others', async () => {
    const gate = createGate();
    const { queue } = createQueue(gate.work);
    await queue.add(START);
    const second = await queue.add({ ...START, action: 'verify' });
    await queue.stop(second.jobId);
    gate.open();
    await queue.idle();
    expect(queue.list().map(({ state }) => state)).toEqual(['cancelled', 'completed']);
  });
});

describe('a restart', () => {
  test('queues what was unfinished again, in order, and shows what ended', async () => {
    const before = createQueue(createGate().work);
    await before.queue.add(START);
    await before.queue.add({ ...START, action: 'verify' });
    await until(() => before.started.length === 1);
    await before.queue[Symbol.asyncDispose]();
    const rows = [...before.rows.values()];
    expect(rows.map(({ state }) => state)).toEqual(['running', 'queued']);
    const after = createQueue();
    const done: Job = { ...(rows[0] as Job), jobId: 'job_old', state: 'completed', endedMs: 1 };
    after.queue.restore([...rows, done].toReversed());
    expect((await after.queue.add(START)).jobId).toBe(rows[0]?.jobId);
    await after.queue.idle();
    expect(after.started).toEqual(rows.map(({ jobId }) => jobId));
    expect(after.queue.list().map(({ jobId, state }) => [jobId, state])).toEqual([
      ['job_old', 'completed'],
      ...rows.toReversed().map(({ jobId }) => [jobId, 'completed']),
    ]);
  });

  test('after a shutdown takes no job', async () => {
    const { queue } = createQueue();
    await queue[Symbol.asyncDispose]();
    await expect(queue.add(START)).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
  });
});

describe('a disk that is full', () => {
  test('refuses a new job, and lets a running one end as it would', async () => {
    const gate = createGate();
    const full = new AppError('DISK_FULL', 'full');
    const { queue, state, problems, rows } = createQueue(gate.work);
    const job = await queue.add(START);
    await until(() => rows.get(job.jobId)?.state === 'running');
    state.saveError = full;
    await expect(queue.add({ ...START, action: 'verify' })).rejects.toBe(full);
    gate.open();
    await queue.get(job.jobId).ended;
    expect(queue.list()).toHaveLength(1);
    expect(queue.list()[0]).toMatchObject({ state: 'completed' });
    expect(rows.get(job.jobId)?.state).toBe('running');
    expect(problems).toEqual([full]);
    state.saveError = undefined;
    await queue.add(START);
    await queue.idle();
    expect(queue.list()[0]).toMatchObject({ state: 'completed' });
  });
});
