/**
 * The SDK's transport over standard streams, with one difference: when the client closes its end, the
 * requests that are under way are answered before the connection ends. Scripts write their requests, close
 * the pipe and read on; the stock transport would abort what they asked for. Waiting is bounded.
 *
 * States: open (messages pass) -> ending (input has ended, answers are owed) -> closed.
 */
import { PassThrough, type Readable, type Writable } from 'node:stream';

import type { JSONRPCMessage, MessageExtraInfo, Transport } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';

import { peek } from './peek.ts';

export interface DrainingOptions {
  /** Largest unread input in bytes. */
  readonly maxBufferBytes: number;
  /** Milliseconds that owed answers get after the end of the input. */
  readonly drainLimitMs: number;
}

/** A transport for one connection; the streams stay the caller's. */
export class DrainingStdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];
  /** Resolves when the connection is over, whoever ended it. */
  readonly closed: Promise<void>;
  readonly #input: Readable;
  readonly #feed = new PassThrough();
  readonly #inner: StdioServerTransport;
  readonly #owed = new Set<unknown>();
  readonly #drainLimitMs: number;
  readonly #markClosed: () => void;
  #isEnding = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(input: Readable, output: Writable, options: DrainingOptions) {
    this.#input = input;
    this.#drainLimitMs = options.drainLimitMs;
    this.#inner = new StdioServerTransport(this.#feed, output, {
      maxBufferSize: options.maxBufferBytes,
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#markClosed = resolve;
  }

  async start(): Promise<void> {
    Object.assign(this.#inner, {
      onmessage: (message: JSONRPCMessage) => this.#receive(message),
      onerror: (error: Error) => this.onerror?.(error),
      onclose: () => {
        clearTimeout(this.#timer);
        this.#input.unpipe(this.#feed);
        this.#markClosed();
        this.onclose?.();
      },
    });
    await this.#inner.start();
    this.#input.once('end', () => this.#end());
    // Without an end before it: the client was killed and nobody reads on.
    this.#input.once('close', () => {
      if (!this.#isEnding) this.#feed.end();
    });
    this.#input.pipe(this.#feed, { end: false });
  }

  async send(message: JSONRPCMessage): Promise<void> {
    await this.#inner.send(message);
    if (peek(message, 'method') === undefined) this.#settle(peek(message, 'id'));
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  #receive(message: JSONRPCMessage, extra?: MessageExtraInfo): void {
    const method = peek(message, 'method');
    const id = peek(message, 'id');
    // A subscription has no answer before its end.
    if (method !== undefined && id !== undefined && method !== 'subscriptions/listen') {
      this.#owed.add(id);
    }
    this.onmessage?.(message, extra);
    // A cancelled request gets no answer.
    if (method === 'notifications/cancelled')
      this.#settle(peek(peek(message, 'params'), 'requestId'));
  }

  #settle(id: unknown): void {
    this.#owed.delete(id);
    if (this.#isEnding) this.#endWhenDone();
  }

  #end(): void {
    this.#isEnding = true;
    this.#timer = setTimeout(() => this.#feed.end(), this.#drainLimitMs);
    this.#endWhenDone();
  }

  #endWhenDone(): void {
    // Lines that came just before the end are still on their way.
    if (this.#feed.readableLength + this.#feed.writableLength > 0) {
      setImmediate(() => this.#endWhenDone());
    } else if (this.#owed.size === 0) {
      this.#feed.end();
    }
  }
}
