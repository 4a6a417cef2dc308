/**
 * A headless Chromium spoken to over its debugging pipe: one page, navigation, evaluation, and what it
 * complained about. No package stands between, because three commands of the protocol are all it takes.
 */
import { spawn, spawnSync } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface Page extends AsyncDisposable {
  /** Messages of the browser's log and console, and uncaught exceptions, so far. */
  readonly complaints: readonly string[];
  goTo(url: string): Promise<void>;
  /** Evaluates an expression in the page and gives its value. */
  evaluate(expression: string): Promise<unknown>;
}

/** The browser's name on this machine, or undefined. */
export function findBrowser(): string | undefined {
  return ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  );
}

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: Readonly<Record<string, unknown>>;
}

/** Opens a page. `profile` is a folder that the browser may fill. */
export async function openPage(browser: string, profile: string): Promise<Page> {
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe'];
  const child = spawn(browser, [...args, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  const complaints: string[] = [];
  const waiting = new Map<number, (reply: Reply) => void>();
  readMessages(child.stdio[4] as Readable, (reply) => {
    if (reply.id !== undefined) waiting.get(reply.id)?.(reply);
    else if (COMPLAINTS.has(reply.method ?? '')) complaints.push(JSON.stringify(reply.params));
  });
  const send = async (method: string, params: object, sessionId?: string) => {
    const id = waiting.size + 1;
    const { promise, resolve } = Promise.withResolvers<Reply>();
    waiting.set(id, resolve);
    const message = { id, method, params, ...(sessionId === undefined ? {} : { sessionId }) };
    (child.stdio[3] as Writable).write(`${JSON.stringify(message)}\0`);
    return (await promise).result ?? {};
  };
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const attached = await send('Target.attachToTarget', { targetId, flatten: true });
  const sessionId = String(attached['sessionId']);
  for (const domain of ['Runtime', 'Log', 'Page']) await send(`${domain}.enable`, {}, sessionId);
  return {
    complaints,
    goTo: async (url) => {
      await send('Page.navigate', { url }, sessionId);
    },
    evaluate: async (expression) => {
      const options = { expression, returnByValue: true, awaitPromise: true };
      const { result } = await send('Runtime.evaluate', options, sessionId);
      return (result as { readonly value?: unknown }).value;
    },
    [Symbol.asyncDispose]: async () => {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      child.once('exit', resolve);
      child.kill();
      await promise;
    },
  };
}

/** Messages are JSON, each ended by a NUL. */
function readMessages(pipe: Readable, onMessage: (reply: Reply) => void): void {
  let buffered = '';
  pipe.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (buffered + chunk).split('\0');
    buffered = parts.pop() ?? '';
    for (const part of parts) onMessage(JSON.parse(part) as Reply);
  });
}

const COMPLAINTS: ReadonlySet<string> = new Set([
  'Log.entryAdded',
  'Runtime.exceptionThrown',
  'Runtime.consoleAPICalled',
]);
