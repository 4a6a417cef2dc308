/** One piece of work at a time, in order; who is cancelled leaves the queue at once. */
import { expect, test } from 'vitest';
import { Turns } from '../../../src/indexing/turns.ts';

test('runs one after another, in the order of asking, also after one that failed', async () => {
  const turns = new Turns();
  const { signal } = new AbortController();
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take(signal, async () => {
    seen.push('first begins');
    await gate.promise;
    seen.push('first ends');
    throw new Error('first failed');
  });
  const second = turns.take(signal, async () => {
    seen.push('second');
  });
  gate.resolve();
  await expect(first).rejects.toThrow('first failed');
  await second;
  expect(seen).toEqual(['first begins', 'first ends', 'second']);
});

test('lets one that is cancelled while it waits go, without its work', async () => {
  const turns = new Turns();
  const gate = Promise.withResolvers<void>();
  const first = turns.take(new AbortController().signal, async () => gate.promise);
  const abort = new AbortController();
  let hasRun = false;
  const waiting = turns.take(abort.signal, async () => {
    hasRun = true;
  });
  abort.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'CANCELED' });
  gate.resolve();
  await first;
  await turns.take(new AbortController().signal, async () => undefined);
  expect(hasRun).toBe(false);
});
