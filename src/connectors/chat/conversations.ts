/**
 * Makes documents of messages. A single message says little, so that what was said together stands together: a thread,
 * or the messages of a day of a channel up to a pause. A long conversation is cut by number of messages, never
 * inside of one.
 *
 * Paths: `channels/<channel>/2026-05-01/1` and on for the conversations of a day, `channels/<channel>/threads/<thread>` for a
 * thread, with `/2` and on behind it for its later parts.
 */
import { createHash } from 'node:crypto';
import type { DocumentItem } from '../../model/document.ts';
import type { ConnectorItem } from '../connector.ts';
import type {
  ChatChannel,
  ChatMessage,
  ChatSource,
  ChatThread,
  SaidMessage,
} from './chat-source.ts';
import { toDay } from './chat-cursor.ts';

/** After such a pause the next message begins another conversation. */
const PAUSE_MS = 45 * 60_000;
/** A document holds at most this many messages. */
const MAX_MESSAGES = 60;
const MAX_TITLE_LENGTH = 90;

/** Where the conversations of a channel lie. */
export function toChannelPath(channelId: string): string {
  return `channels/${channelId}`;
}

export function toDayPath(channel: ChatChannel, day: string): string {
  return `${toChannelPath(channel.id)}/${day}`;
}

export function toThreadPath(channel: ChatChannel, threadId: string): string {
  return `${toChannelPath(channel.id)}/threads/${threadId}`;
}

/** Where part `number` (from 1) of a thread lies. */
export function toPartPath(threadPath: string, number: number): string {
  return number === 1 ? threadPath : `${threadPath}/${number}`;
}

/** Differs when one of the messages does. */
export function digestMessages(messages: readonly ChatMessage[], thread?: ChatThread): string {
  const marks = messages.map(({ id, mark }) => [id, mark]);
  return digestText(JSON.stringify([thread?.title, thread?.labels, marks]));
}

/** A short stand-in for a text that is only compared. */
export function digestText(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

/** Cuts the messages of a day, the oldest first, into conversations. */
export function splitDay(messages: readonly ChatMessage[]): ChatMessage[][] {
  const groups: ChatMessage[][] = [];
  let previousMs = Number.NEGATIVE_INFINITY;
  for (const message of messages) {
    const group = groups.at(-1);
    const isNew = message.sentMs - previousMs > PAUSE_MS || (group?.length ?? 0) >= MAX_MESSAGES;
    if (group === undefined || isNew) groups.push([message]);
    else group.push(message);
    previousMs = message.sentMs;
  }
  return groups;
}

/** Cuts the messages of a thread, the oldest first, into parts. */
export function splitThread(messages: readonly ChatMessage[]): ChatMessage[][] {
  return Array.from({ length: Math.ceil(messages.length / MAX_MESSAGES) }, (_, part) =>
    messages.slice(part * MAX_MESSAGES, (part + 1) * MAX_MESSAGES),
  );
}

/** What goes into one document. */
export interface Conversation {
  readonly path: string;
  /** The oldest first; not empty. */
  readonly messages: readonly ChatMessage[];
  readonly thread?: ChatThread;
  /** Path of the first part. */
  readonly parent?: string;
}

/** Makes the document; undefined when none of the messages has anything to show. */
export async function toDocument(
  source: ChatSource,
  channel: ChatChannel,
  conversation: Conversation,
): Promise<ConnectorItem | undefined> {
  const lines: Line[] = [];
  for (const message of conversation.messages) {
    const said = await message.say();
    if (said.text !== '') lines.push({ message, said });
  }
  const [first] = lines;
  if (first === undefined) return undefined;
  const { thread, parent } = conversation;
  const title = toTitle(channel, thread, first);
  const threadId = thread === undefined ? {} : { threadId: thread.id };
  const item: DocumentItem = {
    source_type: source.sourceType,
    kind: 'discussion',
    title,
    url: source.toUrl(channel, { id: first.message.id, ...threadId }),
    channel: channel.name,
    author: first.said.author,
    created_at: new Date(first.message.sentMs).toISOString(),
    ...(parent === undefined ? {} : { parent }),
    ...(thread?.labels === undefined || thread.labels.length === 0
      ? {}
      : { labels: thread.labels }),
  };
  return {
    path: conversation.path,
    text: [`# ${title}`, ...toBlocks(lines)].join('\n\n'),
    updatedMs: Math.trunc(
      Math.max(...lines.map(({ message, said }) => said.editedMs ?? message.sentMs)),
    ),
    item,
  };
}

interface Line {
  readonly message: ChatMessage;
  readonly said: SaidMessage;
}

function toTitle(channel: ChatChannel, thread: ChatThread | undefined, first: Line): string {
  const topic = thread?.title ?? first.said.text.replace(/^[#>\s*-]+/, '').split('\n', 1)[0] ?? '';
  const line = topic.replace(/\s+/g, ' ').trim();
  const short = line.length > MAX_TITLE_LENGTH ? `${cut(line)}…` : line;
  return `#${channel.name}, ${toDay(first.message.sentMs)}: ${short}`;
}

/** Never between the halves of a surrogate pair. */
function cut(line: string): string {
  return line
    .slice(0, MAX_TITLE_LENGTH)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd();
}

/** `**Ann**, 14:05` and what she said; the day stands there whenever it is another one. */
function toBlocks(lines: readonly Line[]): string[] {
  let day = '';
  return lines.map(({ message, said }) => {
    const time = new Date(message.sentMs).toISOString().slice(11, 16);
    const today = toDay(message.sentMs);
    const when = today === day ? time : `${today} ${time} UTC`;
    day = today;
    return `**${said.author}**, ${when}\n${said.text}`;
  });
}
