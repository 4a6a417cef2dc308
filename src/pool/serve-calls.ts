/** Makes a worker entry of handlers: replies hand over their buffers instead of copying them. */
import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import {
  answerCall,
  listBuffers,
  type ThreadCall,
  type ThreadHandlers,
  type ThreadReply,
} from './thread-call.ts';

/**
 * Gives the function that a worker entry exports by default. `createHandlers` gets the pool's `workerData`.
 */
export function serveCalls(
  createHandlers: (data: never) => ThreadHandlers,
): (call: ThreadCall) => Promise<ThreadReply> {
  const handlers = createHandlers(workerData as never);
  return async (call) => {
    const reply = await answerCall(handlers, call);
    const buffers = listBuffers(reply);
    if (buffers.length === 0) return reply;
    const movable = { [transferableSymbol]: buffers, [valueSymbol]: reply };
    return move(movable) as unknown as ThreadReply;
  };
}

/**
 * Lowers the priority of the calling thread, so that threads that answer people go first. Linux only
 * (there a thread has a number of its own that the call takes); elsewhere it does nothing.
 */
export function lowerThreadPriority(niceness: number): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    if (Number.isInteger(thread)) setPriority(thread, niceness);
  } catch {
    return;
  }
}
