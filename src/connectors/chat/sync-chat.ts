/**
 * Keeps the channels of a chat in step. A channel is read backwards, the latest messages first; as soon as a
 * day is complete its conversations are handed out, and the cursor moves back to the start of that day. That needs no
 * token of the service, so a run that was cut off goes on at the day it stood at.
 *
 * In later runs the last days are read again (REREAD_DAYS): what was edited is handed out again, what was deleted is
 * removed, threads that got replies are read again. A channel that cannot be read fails the run at its end, after
 * the others, and stays as it is in the index.
 */
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { ConnectorItem, SyncCursor, SyncPage } from '../connector.ts';
import type { ChatChannel, ChatMessage, ChatSource, ChatThread } from './chat-source.ts';
import {
  closeReading,
  createChannelState,
  endOfDay,
  forgetOld,
  openReading,
  readChatCursor,
  toDay,
  toDayMs,
  writeChatCursor,
  type ChannelState,
  type ChatCursor,
  type Reading,
} from './chat-cursor.ts';
import {
  digestMessages,
  digestText,
  splitDay,
  splitThread,
  toChannelPath,
  toDayPath,
  toDocument,
  toPartPath,
  toThreadPath,
} from './conversations.ts';

/** A page is handed out when it holds this many documents, or as much text. */
const ITEMS_PER_PAGE = 100;
const TEXT_PER_PAGE = 512 * 1024;
/** Edits of replies leave no trace in the channel: threads that were active this recently are read again … */
const LIVELY_MS = 24 * 3_600_000;
/** … but not more often than this. */
const LIVELY_PAUSE_MS = 3_600_000;

export interface ChatSync {
  readonly source: ChatSource;
  readonly cursor: SyncCursor | null;
  readonly nowMs: number;
}

/** Gives the pages of a run. Throws what the source throws, channels that cannot be read last. */
export async function* syncChat(sync: ChatSync): AsyncIterable<SyncPage> {
  const { source, nowMs } = sync;
  const cursor = readChatCursor(sync.cursor);
  const channels = new Map<string, ChatChannel>();
  const errors: AppError[] = [];
  const entries = new Set<string>();
  for (const found of await source.findChannels()) {
    entries.add(found.entry);
    if ('error' in found) {
      errors.push(found.error);
      continue;
    }
    channels.set(found.channel.id, found.channel);
    const known = (cursor.channels[found.channel.id] ??= createChannelState(found.entry));
    known.entry = found.entry;
  }
  const removed = dropOthers(cursor, entries);
  const isNewRun = cursor.todo.length === 0;
  cursor.todo = [...channels.keys()].filter(
    (id) => isNewRun || cursor.todo.includes(id) || cursor.channels[id]?.syncedMs === null,
  );
  yield { items: [], removed, cursor: writeChatCursor(cursor) };
  for (const id of cursor.todo.slice()) {
    const channel = channels.get(id);
    const state = cursor.channels[id];
    if (channel !== undefined && state !== undefined) {
      const reader = new ChannelReader({ source, cursor, channel, state, nowMs });
      yield* reader.read(errors);
    }
    cursor.todo = cursor.todo.filter((other) => other !== id);
  }
  yield { items: [], removed: [], cursor: writeChatCursor(cursor) };
  if (errors.length > 0) throw joinErrors(errors);
}

/** Forgets channels that are no longer configured, and gives their paths. */
function dropOthers(cursor: ChatCursor, entries: ReadonlySet<string>): string[] {
  const gone = Object.keys(cursor.channels).filter(
    (id) => !entries.has(cursor.channels[id]?.entry ?? ''),
  );
  for (const id of gone) delete cursor.channels[id];
  return gone.map(toChannelPath);
}

function joinErrors(errors: readonly AppError[]): AppError {
  const messages = new Set(errors.map(({ message }) => message));
  return new AppError(errors[0]?.code ?? 'CONNECTOR_FORBIDDEN', [...messages].join(' '));
}

interface ChannelRun {
  readonly source: ChatSource;
  readonly cursor: ChatCursor;
  readonly channel: ChatChannel;
  readonly state: ChannelState;
  readonly nowMs: number;
}

/** Reads one channel. What is to be handed out gathers in it until it is worth a page. */
class ChannelReader {
  readonly #run: ChannelRun;
  #items: ConnectorItem[] = [];
  #removed: string[] = [];

  constructor(run: ChannelRun) {
    this.#run = run;
  }

  /** Reads to the floor. A channel that cannot be read adds its error; its state stays for the next run. */
  async *read(errors: AppError[]): AsyncIterable<SyncPage> {
    const { state, nowMs } = this.#run;
    const reading = openReading(state, nowMs);
    try {
      yield* this.#readDays(reading);
      yield* this.#readListedThreads(reading);
    } catch (error) {
      if (!isAppError(error) || !CHANNEL_ERRORS.has(error.code)) throw error;
      errors.push(error);
      // What was read so far is noted in the state: it has to go out with it.
      yield this.#toPage();
      return;
    }
    closeReading(state);
    forgetOld(state, nowMs);
    yield this.#toPage();
  }

  async *#readDays(reading: Reading): AsyncIterable<SyncPage> {
    const { source, channel } = this.#run;
    if (reading.backMs !== null && reading.backMs <= reading.floorMs) return;
    const range = { beforeMs: reading.backMs, sinceMs: reading.floorMs };
    let open: ChatMessage[] = [];
    for await (const page of source.readBack(channel, range)) {
      if (page.length === 0) continue;
      open.push(...page);
      // The day of the oldest message may go on in the next page; the days after it are complete.
      const edgeMs = endOfDay(Math.min(...page.map(({ sentMs }) => sentMs)));
      const complete = open.filter(({ sentMs }) => sentMs >= edgeMs);
      open = open.filter(({ sentMs }) => sentMs < edgeMs);
      if (complete.length > 0) yield* this.#settle(complete, { reading, fromMs: edgeMs });
    }
    yield* this.#settle(open, { reading, fromMs: reading.floorMs });
  }

  /** Hands out what was said from a moment on up to where the reading stood, and moves the reading back to it. */
  async *#settle(
    messages: readonly ChatMessage[],
    to: { readonly reading: Reading; readonly fromMs: number },
  ): AsyncIterable<SyncPage> {
    const { state, nowMs } = this.#run;
    const range = { fromMs: to.fromMs, toMs: to.reading.backMs ?? Number.POSITIVE_INFINITY };
    const sorted = messages.toSorted(byTime);
    await this.#settleDays(
      sorted.filter(({ thread }) => thread === undefined),
      range,
    );
    const threads = new Map<string, ChatThread>();
    for (const { thread } of sorted) {
      if (thread !== undefined) threads.set(thread.id, thread);
    }
    for (const thread of threads.values()) {
      await this.#settleThread(thread);
      if (this.#isFull()) yield this.#toPage();
    }
    if (this.#run.source.listThreads === undefined) this.#removeThreads(threads, range);
    to.reading.backMs = to.fromMs;
    forgetOld(state, nowMs);
    yield this.#toPage();
  }

  async #settleDays(messages: readonly ChatMessage[], range: Span): Promise<void> {
    const { state, channel } = this.#run;
    const days = Map.groupBy(messages, ({ sentMs }) => toDay(sentMs));
    for (const [day, said] of days) {
      const digest = digestMessages(said);
      const known = state.days[day];
      if (known?.digest === digest) continue;
      const groups = splitDay(said);
      for (const [index, group] of groups.entries()) {
        await this.#add({ path: `${toDayPath(channel, day)}/${index + 1}`, messages: group });
      }
      for (let number = groups.length + 1; number <= (known?.count ?? 0); number++) {
        this.#removed.push(`${toDayPath(channel, day)}/${number}`);
      }
      state.days[day] = { count: groups.length, digest };
    }
    for (const day of Object.keys(state.days)) {
      if (days.has(day) || !isInside(toDayMs(day), range)) continue;
      this.#removed.push(toDayPath(channel, day));
      delete state.days[day];
    }
  }

  /** Reads a thread again when its channel says that it changed, or when it may have without a sign. */
  async #settleThread(thread: ChatThread): Promise<void> {
    const { source, channel, state, nowMs } = this.#run;
    const known = state.threads[thread.id];
    const mark = digestText(thread.mark);
    if (known !== undefined && known.mark === mark) {
      const isLively = nowMs - thread.activeMs < LIVELY_MS;
      if (!isLively || nowMs - known.readMs < LIVELY_PAUSE_MS) return;
    }
    const read = await source.readThread(channel, thread);
    const messages = read.toSorted(byTime);
    const digest = digestMessages(messages, thread);
    const parts = splitThread(messages);
    if (known?.digest !== digest) await this.#addParts(thread, parts, known?.parts ?? 0);
    const { startedMs, activeMs } = thread;
    state.threads[thread.id] = {
      mark,
      digest,
      parts: parts.length,
      startedMs,
      activeMs,
      readMs: nowMs,
    };
  }

  async #addParts(
    thread: ChatThread,
    parts: readonly (readonly ChatMessage[])[],
    knownParts: number,
  ): Promise<void> {
    const path = toThreadPath(this.#run.channel, thread.id);
    for (let number = parts.length + 1; number <= knownParts; number++) {
      this.#removed.push(toPartPath(path, number));
    }
    for (const [index, messages] of parts.entries()) {
      const parent = index === 0 ? {} : { parent: path };
      await this.#add({ path: toPartPath(path, index + 1), messages, thread, ...parent });
    }
  }

  async *#readListedThreads(reading: Reading): AsyncIterable<SyncPage> {
    const { source, channel, state, nowMs } = this.#run;
    if (source.listThreads === undefined) return;
    const wasCutOff = reading.threadsBackMs !== null;
    const range = { beforeMs: reading.threadsBackMs, sinceMs: reading.floorMs };
    const seen = new Map<string, ChatThread>();
    for await (const { threads, backMs } of source.listThreads(channel, range)) {
      for (const thread of threads) {
        seen.set(thread.id, thread);
        // Nothing was said in it since; what the cursor has forgotten must not be handed out in every run.
        if (thread.activeMs < reading.floorMs) continue;
        await this.#settleThread(thread);
        if (this.#isFull()) yield this.#toPage();
      }
      reading.threadsBackMs = backMs;
      forgetOld(state, nowMs);
      yield this.#toPage();
    }
    const listed = { fromMs: reading.floorMs, toMs: Number.POSITIVE_INFINITY };
    if (!wasCutOff) this.#removeThreads(seen, listed);
  }

  /** Threads that were handed out, and that a span which was read completely does not have any more. */
  #removeThreads(seen: ReadonlyMap<string, ChatThread>, range: Span): void {
    const { source, state, channel } = this.#run;
    const isListed = source.listThreads !== undefined;
    for (const [id, { startedMs, activeMs }] of Object.entries(state.threads)) {
      if (seen.has(id) || !isInside(isListed ? activeMs : startedMs, range)) continue;
      this.#removed.push(toThreadPath(channel, id));
      delete state.threads[id];
    }
  }

  async #add(conversation: Parameters<typeof toDocument>[2]): Promise<void> {
    const document = await toDocument(this.#run.source, this.#run.channel, conversation);
    if (document === undefined) this.#removed.push(conversation.path);
    else this.#items.push(document);
  }

  #isFull(): boolean {
    return (
      this.#items.length + this.#removed.length >= ITEMS_PER_PAGE ||
      this.#items.reduce((length, { text }) => length + text.length, 0) >= TEXT_PER_PAGE
    );
  }

  #toPage(): SyncPage {
    const page = {
      items: this.#items,
      removed: this.#removed,
      cursor: writeChatCursor(this.#run.cursor),
    };
    this.#items = [];
    this.#removed = [];
    return page;
  }
}

const CHANNEL_ERRORS: ReadonlySet<string> = new Set(['CONNECTOR_FORBIDDEN', 'CONNECTOR_MISSING']);

/** Ids of one moment rise with the order in which they were given out. */
function byTime(left: ChatMessage, right: ChatMessage): number {
  if (left.sentMs !== right.sentMs) return left.sentMs - right.sentMs;
  return left.id.length - right.id.length || (left.id < right.id ? -1 : 1);
}

/** From a moment on, up to another one. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

function isInside(momentMs: number, { fromMs, toMs }: Span): boolean {
  return momentMs >= fromMs && momentMs < toMs;
}
