/**
 * What a chat service has to be able to do so that its channels can be kept in step by sync-chat.ts: name its channels,
 * read one backwards in time, and read a thread. How documents are made of messages is the same for all of them.
 */
import type { AppError } from '../../errors/app-error.ts';

/** A message as it will be shown. */
export interface SaidMessage {
  readonly author: string;
  /** Markdown; '' when there is nothing to show. */
  readonly text: string;
  readonly editedMs?: number;
}

/** A thread as its channel tells of it. */
export interface ChatThread {
  readonly id: string;
  /** Where the service has one. */
  readonly title?: string;
  readonly labels?: readonly string[];
  /** Differs as soon as something in the thread is known to differ: number of replies, last of them. */
  readonly mark: string;
  readonly startedMs: number;
  /** Last message, or what the service takes for activity. */
  readonly activeMs: number;
}

export interface ChatMessage {
  readonly id: string;
  readonly sentMs: number;
  /** Everything that a change of the message would change. */
  readonly mark: string;
  /** Set on a message that is the root of a thread, or stands for one: it is shown there and not by itself. */
  readonly thread?: ChatThread;
  /** Asked only when the message goes into a document: names may cost a request. */
  say(): Promise<SaidMessage>;
}

export interface ChatChannel {
  /** Safe in a path. */
  readonly id: string;
  /** Without `#`. */
  readonly name: string;
}

/** What an entry of the configuration turned out to be. */
export type FoundChannel =
  | { readonly entry: string; readonly channel: ChatChannel }
  | { readonly entry: string; readonly error: AppError };

/** Some threads of a list, and where a run that is cut off behind them goes on. */
export interface ThreadPage {
  readonly threads: readonly ChatThread[];
  /** Null: this page has no place of its own in time; it is read again. */
  readonly backMs: number | null;
}

/** A span of time to be read backwards. */
export interface BackwardRange {
  /** Not this moment itself. Null: from now. */
  readonly beforeMs: number | null;
  /** This moment too. */
  readonly sinceMs: number;
}

/**
 * One workspace or guild. A channel that may not be read throws `CONNECTOR_FORBIDDEN` or `CONNECTOR_MISSING`, which leaves
 * the other channels alone; every other error ends the run.
 */
export interface ChatSource {
  readonly sourceType: 'discord' | 'slack';
  findChannels(): Promise<readonly FoundChannel[]>;
  /** Messages of the channel itself, the latest page first. Within a page in any order. */
  readBack(channel: ChatChannel, range: BackwardRange): AsyncIterable<readonly ChatMessage[]>;
  /** All messages of a thread, in any order; none when it is gone. */
  readThread(channel: ChatChannel, thread: ChatThread): Promise<readonly ChatMessage[]>;
  /** Threads that the messages of the channel do not tell of: all that were active in the range, maybe more. */
  listThreads?(channel: ChatChannel, range: BackwardRange): AsyncIterable<ThreadPage>;
  /** Where people read a message. */
  toUrl(channel: ChatChannel, message: { readonly id: string; readonly threadId?: string }): string;
}
