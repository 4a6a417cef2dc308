/** Where a sync begins: anew, or behind the last stored page. */
import { expect, test } from 'vitest';
import { beginTreeSync, writeTreeSync } from '../../../src/indexing/sync-state.ts';

const config = JSON.stringify({ base_url: 'https://a.example', projects: ['A'], token_env: 'T' });
const place = { config, treeId: 7 };
const NOW_MS = Date.UTC(2026, 0, 1);
const WEEK_MS = 7 * 86_400_000;

test('without anything stored lists all, with a number that grows', () => {
  const first = beginTreeSync(null, place, NOW_MS);
  expect(first).toMatchObject({ cursor: null, isFull: true, storedItems: 0 });
  const stored = writeTreeSync(null, { treeId: 7, sync: { ...first, isFull: false } }, [7]);
  expect(beginTreeSync(stored, place, NOW_MS).listing).toBeGreaterThan(first.listing);
  expect(beginTreeSync('{"broken', place, NOW_MS)).toMatchObject({ cursor: null, isFull: true });
});

test('goes on with a full sync that was cut off, under its number', () => {
  const open = { ...beginTreeSync(null, place, NOW_MS), cursor: { page: 3 }, storedItems: 30 };
  const stored = writeTreeSync(null, { treeId: 7, sync: open }, [7]);
  expect(beginTreeSync(stored, place, NOW_MS + WEEK_MS * 5)).toEqual(open);
});

test('brings what changed after one that ended, and all again after a week', () => {
  const ended = {
    ...beginTreeSync(null, place, NOW_MS),
    cursor: { since: 1 },
    isFull: false,
    fullMs: NOW_MS,
  };
  const stored = writeTreeSync(null, { treeId: 7, sync: ended }, [7]);
  expect(beginTreeSync(stored, place, NOW_MS + 1000)).toMatchObject({
    cursor: { since: 1 },
    isFull: false,
  });
  expect(beginTreeSync(stored, place, NOW_MS + WEEK_MS + 1)).toMatchObject({
    cursor: null,
    isFull: true,
  });
});

test('heeds what decides which items there are, and nothing else of the configuration', () => {
  const ended = { ...beginTreeSync(null, place, NOW_MS), cursor: { since: 1 }, isFull: false };
  const stored = writeTreeSync(null, { treeId: 7, sync: ended }, [7]);
  const changed = (fields: Readonly<Record<string, unknown>>): unknown =>
    beginTreeSync(
      stored,
      { treeId: 7, config: JSON.stringify({ ...(JSON.parse(config) as object), ...fields }) },
      NOW_MS,
    ).cursor;
  expect(changed({ token_env: 'U', sync_interval_seconds: 60, name: 'x' })).toEqual({ since: 1 });
  expect(changed({ projects: ['A', 'B'] })).toBeNull();
});

test('keeps the entries of trees that are there, and no others', () => {
  const sync = beginTreeSync(null, place, NOW_MS);
  const one = writeTreeSync(null, { treeId: 7, sync }, [7]);
  const two = writeTreeSync(one, { treeId: 8, sync }, [7, 8]);
  expect(Object.keys(JSON.parse(two) as object)).toEqual(['7', '8']);
  expect(
    Object.keys(JSON.parse(writeTreeSync(two, { treeId: 8, sync }, [8, null])) as object),
  ).toEqual(['8']);
});
