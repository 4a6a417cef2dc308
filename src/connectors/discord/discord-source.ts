/**
 * A Discord server as a chat: text, announcement and voice channels, their threads, and the posts of forums, which are
 * threads too. A thread is a channel of its own there; the messages of its parent do not tell of it, so threads
 * are listed, those in use and those that were archived. Private threads are not read.
 */
import {
  ChannelType,
  MessageType,
  type APIMessage,
  type APIRole,
  type APIThreadChannel,
} from 'discord-api-types/v10';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type {
  BackwardRange,
  ChatChannel,
  ChatMessage,
  ChatSource,
  ChatThread,
  FoundChannel,
  ThreadPage,
} from '../chat/chat-source.ts';
import type { DiscordClient } from './discord-client.ts';
import type { DiscordChannel, DiscordChannels } from './discord-channels.ts';
import { isHollow, isOrdinary, nameAuthor, renderDiscordMessage } from './discord-text.ts';
import { toSnowflake, toSnowflakeMs } from './snowflake.ts';

/** The most that Discord gives. */
const MESSAGES_PER_PAGE = 100;
const THREADS_PER_PAGE = 100;
/** Ordinary messages, replies, answers to commands and the first line of a thread; the rest are notices. */
const SHOWN_TYPES: ReadonlySet<MessageType> = new Set([
  MessageType.Default,
  MessageType.Reply,
  MessageType.ChatInputCommand,
  MessageType.ThreadStarterMessage,
  MessageType.ContextMenuCommand,
]);

/** The source of one run. Errors: those of `DiscordClient`. */
export class DiscordSource implements ChatSource {
  readonly sourceType = 'discord';
  readonly #client: DiscordClient;
  readonly #channels: DiscordChannels;
  /** Server -> its threads in use; one request for all channels. */
  readonly #activeThreads = new Map<string, Promise<readonly APIThreadChannel[]>>();
  readonly #roles = new Map<string, Promise<ReadonlyMap<string, string>>>();

  constructor(client: DiscordClient, channels: DiscordChannels) {
    this.#client = client;
    this.#channels = channels;
  }

  async findChannels(): Promise<readonly FoundChannel[]> {
    return this.#channels.find();
  }

  async *readBack(
    channel: ChatChannel,
    range: BackwardRange,
  ): AsyncIterable<readonly ChatMessage[]> {
    const known = this.#channels.get(channel.id);
    if (known.isForum) return;
    let isFirst = true;
    for await (const page of this.#readMessages(channel.id, `#${channel.name}`, range.beforeMs)) {
      if (isFirst && range.beforeMs === null) assertReadable(page, known);
      isFirst = false;
      const inside = page.filter(({ id }) => toSnowflakeMs(id) >= range.sinceMs);
      yield inside.filter(isShown).map((message) => this.#toMessage(message, known.guildId));
      if (inside.length < page.length) return;
    }
  }

  async readThread(channel: ChatChannel, thread: ChatThread): Promise<readonly ChatMessage[]> {
    const { guildId } = this.#channels.get(channel.id);
    const messages: ChatMessage[] = [];
    const place = `a thread of #${channel.name}`;
    try {
      for await (const page of this.#readMessages(thread.id, place, null)) {
        messages.push(...page.filter(isShown).map((message) => this.#toMessage(message, guildId)));
      }
    } catch (error) {
      // Deleted between being listed and being read.
      if (isAppError(error) && error.code === 'CONNECTOR_MISSING') return [];
      throw error;
    }
    return messages;
  }

  async *listThreads(channel: ChatChannel, range: BackwardRange): AsyncIterable<ThreadPage> {
    const known = this.#channels.get(channel.id);
    if (!known.hasThreads) return;
    if (range.beforeMs === null) {
      const active = await this.#listActive(known.guildId);
      const own = active.filter((thread) => thread.parent_id === channel.id);
      yield { threads: this.#toThreads(own, known), backMs: null };
    }
    let before = range.beforeMs === null ? undefined : new Date(range.beforeMs + 1).toISOString();
    for (;;) {
      const page = await this.#client.get<{ threads: APIThreadChannel[]; has_more: boolean }>({
        path: `/channels/${channel.id}/threads/archived/public`,
        query: { limit: String(THREADS_PER_PAGE), ...(before === undefined ? {} : { before }) },
        place: `the threads of #${channel.name}`,
      });
      before = page.threads.at(-1)?.thread_metadata?.archive_timestamp;
      if (before === undefined) return;
      const backMs = Date.parse(before);
      yield { threads: this.#toThreads(page.threads, known), backMs };
      if (!page.has_more || backMs < range.sinceMs) return;
    }
  }

  toUrl(
    channel: ChatChannel,
    message: { readonly id: string; readonly threadId?: string },
  ): string {
    const { guildId } = this.#channels.get(channel.id);
    return `https://discord.com/channels/${guildId}/${message.threadId ?? channel.id}/${message.id}`;
  }

  async *#readMessages(
    channelId: string,
    place: string,
    beforeMs: number | null,
  ): AsyncIterable<readonly APIMessage[]> {
    let before = beforeMs === null ? undefined : toSnowflake(beforeMs);
    for (;;) {
      const page = await this.#client.get<APIMessage[]>({
        path: `/channels/${channelId}/messages`,
        query: { limit: String(MESSAGES_PER_PAGE), ...(before === undefined ? {} : { before }) },
        place,
      });
      yield page;
      before = page.at(-1)?.id;
      if (before === undefined || page.length < MESSAGES_PER_PAGE) return;
    }
  }

  #toThreads(threads: readonly APIThreadChannel[], parent: DiscordChannel): ChatThread[] {
    return threads
      .filter(({ type }) => type !== ChannelType.PrivateThread)
      .map((thread) => {
        const { id, name, last_message_id: lastId, message_count: count } = thread;
        const startedMs = toSnowflakeMs(id);
        const tags = thread.applied_tags ?? [];
        return {
          id,
          title: name ?? '',
          labels: tags.map((tag) => parent.tags.get(tag) ?? '').filter(Boolean),
          mark: JSON.stringify([lastId, count, name, tags]),
          startedMs,
          activeMs: typeof lastId === 'string' ? toSnowflakeMs(lastId) : startedMs,
        };
      });
  }

  #toMessage(message: APIMessage, guildId: string): ChatMessage {
    const { id, content, edited_timestamp: edited, embeds, attachments } = message;
    return {
      id,
      sentMs: toSnowflakeMs(id),
      // The addresses of files in it are signed anew each time.
      mark: JSON.stringify([
        content,
        edited,
        embeds.map(({ title, description }) => [title, description]),
        attachments.map(({ filename }) => filename),
      ]),
      say: async () => {
        const roles = content.includes('<@&') ? await this.#listRoles(guildId) : undefined;
        const names = {
          role: (role: string) => roles?.get(role),
          channel: (channel: string) => this.#channels.nameOf(channel),
        };
        return {
          author: nameAuthor(message),
          text: renderDiscordMessage(message, names),
          ...(edited === null ? {} : { editedMs: Date.parse(edited) }),
        };
      },
    };
  }

  async #listActive(guildId: string): Promise<readonly APIThreadChannel[]> {
    let active = this.#activeThreads.get(guildId);
    active ??= this.#client
      .get<{ threads: APIThreadChannel[] }>({
        path: `/guilds/${guildId}/threads/active`,
        place: 'the threads of the server',
      })
      .then(({ threads }) => threads);
    this.#activeThreads.set(guildId, active);
    return active;
  }

  async #listRoles(guildId: string): Promise<ReadonlyMap<string, string>> {
    let roles = this.#roles.get(guildId);
    roles ??= this.#client
      .get<APIRole[]>({ path: `/guilds/${guildId}/roles`, place: 'the roles of the server' })
      .then((list) => new Map(list.map(({ id, name }) => [id, name])));
    this.#roles.set(guildId, roles);
    return roles;
  }
}

function isShown({ type }: APIMessage): boolean {
  return SHOWN_TYPES.has(type);
}

/**
 * Discord does not refuse what it hides: without Read Message History a channel seems empty, without the message
 * content intent its messages do. Both would look like deletions.
 */
function assertReadable(page: readonly APIMessage[], channel: DiscordChannel): void {
  if (page.length === 0 && channel.hasMessages) {
    throw new AppError(
      'CONNECTOR_FORBIDDEN',
      `#${channel.name} shows no messages although it has some: the Discord bot needs the permission Read Message History there, or all of them were deleted.`,
    );
  }
  const byPeople = page.filter((message) => message.author.bot !== true && isOrdinary(message));
  if (byPeople.length > 0 && byPeople.every(isHollow)) throw toIntentError(`#${channel.name}`);
}

/** The error for a bot that is shown messages without their text. */
export function toIntentError(place: string): AppError {
  return new AppError(
    'CONNECTOR_FORBIDDEN',
    `Discord hides the text of ${place} from this bot: turn on the Message Content Intent in the developer portal, under Bot.`,
  );
}
