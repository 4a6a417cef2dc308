/** Calls on one folder come one after the other; those on others do not wait for them. */
import { expect, test } from 'vitest';
import { inFolderLane } from '../../../../src/connectors/git-remote/folder-lane.ts';

const never = new AbortController().signal;

/** A call that begins when it is let in and ends when it is told to. */
function openCall(
  folder: string,
  signal = never,
): {
  readonly begun: Promise<void>;
  readonly ended: Promise<void>;
  hasBegun: boolean;
  end(): void;
} {
  const begin = Promise.withResolvers<void>();
  const finish = Promise.withResolvers<void>();
  const call = {
    hasBegun: false,
    begun: begin.promise,
    end: finish.resolve,
    ended: inFolderLane(folder, signal, async () => {
      call.hasBegun = true;
      begin.resolve();
      await finish.promise;
    }),
  };
  return call;
}

test('the second call on a folder begins when the first has ended, also when that failed', async () => {
  const failing = inFolderLane('a', never, () => Promise.reject(new Error('no')));
  const first = openCall('a');
  const second = openCall('a');
  const elsewhere = openCall('b');
  await expect(failing).rejects.toThrow('no');
  await Promise.all([first.begun, elsewhere.begun]);
  expect(second.hasBegun).toBe(false);
  first.end();
  await second.begun;
  second.end();
  elsewhere.end();
  await Promise.all([first.ended, second.ended, elsewhere.ended]);
});

test('who is cancelled while it waits leaves at once, and does not let others pass', async () => {
  const cancel = new AbortController();
  const first = openCall('c');
  const second = openCall('c', cancel.signal);
  const third = openCall('c');
  await first.begun;
  cancel.abort(new Error('not wanted any more'));
  await expect(second.ended).rejects.toThrow('not wanted any more');
  expect([second.hasBegun, third.hasBegun]).toEqual([false, false]);
  first.end();
  await third.begun;
  third.end();
  await third.ended;
  expect(second.hasBegun).toBe(false);
});
