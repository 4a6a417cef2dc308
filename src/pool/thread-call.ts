/** The message contract between a pool and its threads, and the thread's side of it. */
import { toErrorData, type ErrorData } from '../errors/app-error.ts';

export interface ThreadCall {
  readonly method: string;
  readonly args: readonly unknown[];
}

export type ThreadReply =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: ErrorData };

/** What a thread can do: methods over plain data. */
export type ThreadHandlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Answers one call. Never throws. */
export async function answerCall(handlers: ThreadHandlers, call: ThreadCall): Promise<ThreadReply> {
  try {
    const handler = handlers[call.method];
    if (handler === undefined) throw new Error(`no handler for ${call.method}`);
    return { kind: 'value', value: await handler(...(call.args as never[])) };
  } catch (error) {
    return { kind: 'error', error: toErrorData(error) };
  }
}

/** Lists the distinct buffers of a value of plain objects, arrays and typed arrays. */
export function listBuffers(value: unknown, found: Set<ArrayBuffer> = new Set()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (Array.isArray(value)) {
    if (typeof value[0] === 'object') for (const element of value) listBuffers(element, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const element of Object.values(value)) listBuffers(element, found);
  }
  return [...found];
}
