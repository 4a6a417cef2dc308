/** When sources are synced: the interval, the waits after errors, announcements. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AppError } from '../../../src/errors/app-error.ts';
import { SyncSchedule } from '../../../src/indexing/sync-schedule.ts';
import type { SourceRow } from '../../../src/store/sources.ts';

const SECOND_MS = 1000;

function makeSource(id: string, seconds: number, changes: Partial<SourceRow> = {}): SourceRow {
  return {
    id: 1,
    connectorId: id,
    type: 'jira',
    name: id,
    path: null,
    config: JSON.stringify({ sync_interval_seconds: seconds }),
    isDeclared: 0,
    isEnabled: 1,
    activeTree: 1,
    buildingTree: null,
    headCommit: null,
    verifiedMs: null,
    lastOkMs: null,
    lastError: null,
    cursor: null,
    ...changes,
  };
}

const started: string[] = [];
let schedule: SyncSchedule;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  started.length = 0;
  schedule = new SyncSchedule({
    start: async (id, isAnnounced) => {
      started.push(isAnnounced ? `${id}!` : id);
    },
    now: Date.now,
    random: () => 0.5,
    onError: (error) => {
      throw error;
    },
  });
});

afterEach(() => {
  schedule[Symbol.dispose]();
  vi.useRealTimers();
});

test('what was never synced begins soon, then comes back at its interval', () => {
  schedule.follow([makeSource('a', 100)]);
  vi.advanceTimersByTime(2_500);
  expect(started).toEqual(['a']);
  schedule.note({ connectorId: 'a', error: null });
  expect(schedule.nextRunMs('a')).toBe(Date.now() + 100 * SECOND_MS);
  vi.advanceTimersByTime(99 * SECOND_MS);
  expect(started).toEqual(['a']);
  vi.advanceTimersByTime(SECOND_MS);
  expect(started).toEqual(['a', 'a']);
});

test('what was synced lately waits for the rest of its interval, also over a restart', () => {
  schedule.follow([makeSource('a', 100, { lastOkMs: Date.now() - 40 * SECOND_MS })]);
  vi.advanceTimersByTime(59 * SECOND_MS);
  expect(started).toEqual([]);
  vi.advanceTimersByTime(SECOND_MS);
  expect(started).toEqual(['a']);
});

test('after errors the waits grow up to six hours, and one success ends that', () => {
  schedule.follow([makeSource('a', 60)]);
  const error = new AppError('CONNECTOR_UNREACHABLE', 'no answer');
  const waits: number[] = [];
  for (let round = 0; round < 12; round++) {
    schedule.note({ connectorId: 'a', error });
    waits.push(((schedule.nextRunMs('a') ?? 0) - Date.now()) / SECOND_MS);
  }
  expect(waits.slice(0, 4)).toEqual([30, 60, 120, 240]);
  expect(waits.at(-1)).toBe(6 * 3600);
  schedule.note({ connectorId: 'a', error: null });
  expect(schedule.nextRunMs('a')).toBe(Date.now() + 60 * SECOND_MS);
});

test('an announcement starts a sync at once, and nothing is started for what is gone', () => {
  schedule.follow([makeSource('a', 100, { lastOkMs: Date.now() }), makeSource('b', 100)]);
  schedule.announce('a');
  expect(started).toEqual(['a!']);
  schedule.follow([]);
  vi.advanceTimersByTime(1_000_000);
  expect(started).toEqual(['a!']);
  expect(schedule.nextRunMs('a')).toBeNull();
});
