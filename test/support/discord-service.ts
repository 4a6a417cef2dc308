/**
 * A Discord on loopback: the routes of the REST interface that the connector asks, with answers of the published shapes
 * (discord-api-types checks them), over channels, threads and messages that a test writes.
 */
import {
  ApplicationFlags,
  ChannelType,
  MessageType,
  ThreadAutoArchiveDuration,
  type APIChannel,
  type APIMessage,
  type APIThreadChannel,
  type APIUser,
} from 'discord-api-types/v10';
import { DISCORD } from '../../src/connectors/discord/discord.ts';
import { toSnowflake, toSnowflakeMs } from '../../src/connectors/discord/snowflake.ts';
import {
  startFixtureService,
  type FixtureService,
  type ServiceAnswer,
  type ServiceRequest,
} from './fixture-service.ts';
import { createRunner, type ConnectorRunner } from './run-connector.ts';

export const GUILD = '1000000000000000001';
export const GENERAL = '1000000000000000010';
export const HELP = '1000000000000000020';

const ANN: APIUser = toUser('1000000000000000091', 'ann', 'Ann');
const BOB: APIUser = toUser('1000000000000000092', 'bob', null);

export interface DiscordService extends FixtureService {
  readonly channels: APIChannel[];
  readonly threads: APIThreadChannel[];
  readonly guilds: { id: string; name: string }[];
  /** Channel or thread -> its messages, in any order. */
  readonly messages: Map<string, APIMessage[]>;
  /** Channels that the bot may not view. */
  readonly closed: Set<string>;
  flags: number;
  /** False: Discord hides what people write. */
  showsContent: boolean;
  /** Headers of every answer. */
  headers: Record<string, string>;
  say(channel: string, at: string, content: string, more?: Partial<APIMessage>): APIMessage;
  /** Begins a thread (or a post of a forum) with one message. */
  begin(parent: string, at: string, name: string, content: string): APIThreadChannel;
  /** Puts a thread away at a time of day. */
  archive(thread: APIThreadChannel, at: string): void;
  remove(channel: string, message: APIMessage): void;
}

/** Starts it with one server, the text channel #general and the forum #help. */
export async function startDiscordService(): Promise<DiscordService> {
  const discord = new FakeDiscord();
  const service = await startFixtureService((request) => discord.answer(request));
  return Object.assign(discord, service);
}

/** A connector for #general of that service. */
export function createDiscordRunner(
  discord: DiscordService,
  config: Readonly<Record<string, unknown>> = {},
): ConnectorRunner {
  return createRunner({
    kind: DISCORD,
    config: { base_url: `${discord.url}/api`, channels: ['#general'], guild_id: GUILD, ...config },
    token: 'secret-token',
    timeoutMs: 1000,
  });
}

class FakeDiscord {
  readonly channels: APIChannel[] = [
    toChannel(GENERAL, 'general', ChannelType.GuildText),
    toChannel(HELP, 'help', ChannelType.GuildForum),
    toChannel('1000000000000000030', 'Talks', ChannelType.GuildCategory),
  ];
  readonly threads: APIThreadChannel[] = [];
  readonly guilds = [{ id: GUILD, name: 'Team' }];
  readonly messages = new Map<string, APIMessage[]>();
  readonly closed = new Set<string>();
  flags: number = ApplicationFlags.GatewayMessageContentLimited;
  showsContent = true;
  headers: Record<string, string> = {};
  #count = 0n;

  say(channel: string, at: string, content: string, more: Partial<APIMessage> = {}): APIMessage {
    const id = String(BigInt(toSnowflake(Date.parse(at))) + this.#count++);
    const message = { ...toMessage(id, channel, content), ...more };
    const all = this.messages.get(channel) ?? [];
    all.push(message);
    this.messages.set(channel, all);
    const place = [...this.channels, ...this.threads].find((one) => one.id === channel);
    if (place !== undefined) Object.assign(place, { last_message_id: id });
    const thread = this.threads.find((one) => one.id === channel);
    if (thread !== undefined) thread.message_count = (thread.message_count ?? 0) + 1;
    return message;
  }

  begin(parent: string, at: string, name: string, content: string): APIThreadChannel {
    const id = String(BigInt(toSnowflake(Date.parse(at))) + this.#count++);
    const thread: APIThreadChannel = {
      id,
      type: ChannelType.PublicThread,
      guild_id: GUILD,
      parent_id: parent,
      name,
      owner_id: ANN.id,
      message_count: 0,
      member_count: 1,
      rate_limit_per_user: 0,
      flags: 0 as never,
      last_message_id: null,
      applied_tags: [],
      thread_metadata: {
        archived: false,
        locked: false,
        archive_timestamp: new Date(Date.parse(at)).toISOString(),
        auto_archive_duration: ThreadAutoArchiveDuration.OneWeek,
      },
    };
    this.threads.push(thread);
    this.say(id, at, content);
    return thread;
  }

  archive(thread: APIThreadChannel, at: string): void {
    Object.assign(thread.thread_metadata ?? {}, { archived: true, archive_timestamp: at });
  }

  remove(channel: string, message: APIMessage): void {
    const all = this.messages.get(channel) ?? [];
    all.splice(all.indexOf(message), 1);
    const thread = this.threads.find((one) => one.id === channel);
    if (thread !== undefined) thread.message_count = (thread.message_count ?? 1) - 1;
  }

  answer(request: ServiceRequest): ServiceAnswer {
    return { headers: this.headers, ...this.#route(request) };
  }

  #route(request: ServiceRequest): ServiceAnswer {
    if (request.headers['authorization'] !== 'Bot secret-token') {
      return { status: 401, json: { message: '401: Unauthorized', code: 0 } };
    }
    const [, , version, room = '', id = '', part = '', detail = ''] = request.path.split('/');
    if (version !== 'v10')
      return { status: 400, json: { message: 'Invalid API version', code: 50_041 } };
    if (room === 'applications') return { json: { id: '1', name: 'conexus', flags: this.flags } };
    if (room === 'users') return { json: this.guilds };
    if (room === 'guilds') return this.#guild(id, part);
    return this.#channel(id, { part, detail, query: request.query });
  }

  #channel(
    id: string,
    ask: { readonly part: string; readonly detail: string; readonly query: URLSearchParams },
  ): ServiceAnswer {
    const known = [...this.channels, ...this.threads].find((channel) => channel.id === id);
    if (known === undefined) {
      return { status: 404, json: { message: 'Unknown Channel', code: 10_003 } };
    }
    if (this.closed.has(id)) {
      return { status: 403, json: { message: 'Missing Access', code: 50_001 } };
    }
    if (ask.part === '') return { json: known };
    return ask.part === 'threads'
      ? this.#archived(id, ask.query, ask.detail)
      : this.#messages(id, ask.query);
  }

  #guild(id: string, part: string): ServiceAnswer {
    if (id !== GUILD) return { status: 404, json: { message: 'Unknown Guild', code: 10_004 } };
    if (part === 'channels')
      return { json: this.channels.filter((channel) => !this.closed.has(channel.id)) };
    if (part === 'roles') return { json: [{ id: '1000000000000000071', name: 'oncall' }] };
    const threads = this.threads.filter((thread) => thread.thread_metadata?.archived !== true);
    return { json: { threads, members: [] } };
  }

  #archived(parent: string, query: URLSearchParams, detail: string): ServiceAnswer {
    const before = Date.parse(query.get('before') ?? '2100-01-01T00:00:00Z');
    const all = this.threads
      .filter((thread) => thread.parent_id === parent && thread.thread_metadata?.archived === true)
      .filter((thread) => detail === 'archived' && toArchivedMs(thread) < before)
      .sort((left, right) => toArchivedMs(right) - toArchivedMs(left));
    const limit = Number(query.get('limit'));
    return { json: { threads: all.slice(0, limit), members: [], has_more: all.length > limit } };
  }

  #messages(channel: string, query: URLSearchParams): ServiceAnswer {
    const before = BigInt(query.get('before') ?? '9999999999999999999');
    const all = (this.messages.get(channel) ?? [])
      .filter(({ id }) => BigInt(id) < before)
      .sort((left, right) => (BigInt(left.id) < BigInt(right.id) ? 1 : -1))
      .slice(0, Number(query.get('limit')));
    if (this.showsContent) return { json: all };
    return {
      json: all.map((message) => ({ ...message, content: '', embeds: [], attachments: [] })),
    };
  }
}

function toArchivedMs(thread: APIThreadChannel): number {
  return Date.parse(thread.thread_metadata?.archive_timestamp ?? '');
}

function toMessage(id: string, channel: string, content: string): APIMessage {
  return {
    id,
    channel_id: channel,
    author: ANN,
    content,
    timestamp: new Date(toSnowflakeMs(id)).toISOString(),
    edited_timestamp: null,
    tts: false,
    mention_everyone: false,
    mentions: content.includes(BOB.id) ? [BOB] : [],
    mention_roles: [],
    attachments: [],
    embeds: [],
    pinned: false,
    type: MessageType.Default,
  };
}

function toUser(id: string, username: string, name: string | null): APIUser {
  return { id, username, discriminator: '0', global_name: name, avatar: null };
}

function toChannel(id: string, name: string, type: ChannelType): APIChannel {
  const tags =
    type === ChannelType.GuildForum ? { available_tags: [{ id: '71', name: 'solved' }] } : {};
  return {
    id,
    name,
    type,
    guild_id: GUILD,
    last_message_id: null,
    ...tags,
  } as unknown as APIChannel;
}
