/**
 * Finds the channels that the configuration names in a Discord server, by id or by name, and keeps what is known of
 * them. A name needs the list of the server's channels; which server is meant is asked only when it is not given.
 */
import {
  ChannelType,
  type APIChannel,
  type APIGuildForumChannel,
  type RESTAPIPartialCurrentUserGuild,
} from 'discord-api-types/v10';
import { AppError, isAppError } from '../../errors/app-error.ts';
import type { FoundChannel } from '../chat/chat-source.ts';
import type { DiscordClient, DiscordSettings } from './discord-client.ts';
import { isSnowflake } from './snowflake.ts';

/** What is known of a channel. */
export interface DiscordChannel {
  readonly id: string;
  readonly name: string;
  readonly guildId: string;
  /** A forum has no messages of its own, only posts. */
  readonly isForum: boolean;
  readonly hasThreads: boolean;
  /** There was a message in it once. */
  readonly hasMessages: boolean;
  /** Id -> name of the tags that posts of a forum carry. */
  readonly tags: ReadonlyMap<string, string>;
}

/** Others are categories, threads and direct messages. */
const MESSAGE_TYPES: ReadonlySet<ChannelType> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
]);
const FORUM_TYPES: ReadonlySet<ChannelType> = new Set([
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
]);
const THREADED_TYPES: ReadonlySet<ChannelType> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ...FORUM_TYPES,
]);

/** The channels of one run. Errors: those of `DiscordClient`. */
export class DiscordChannels {
  readonly #client: DiscordClient;
  readonly #settings: DiscordSettings;
  readonly #known = new Map<string, DiscordChannel>();
  readonly #names = new Map<string, string>();

  constructor(client: DiscordClient, settings: DiscordSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  async find(): Promise<readonly FoundChannel[]> {
    const { channels } = this.#settings;
    const byName = channels.every(isSnowflake) ? undefined : await this.#listByName();
    const found: FoundChannel[] = [];
    for (const entry of channels) {
      found.push(
        isSnowflake(entry) ? await this.#findById(entry) : this.#pick(entry, byName ?? []),
      );
    }
    return found;
  }

  /** A channel that was found. */
  get(id: string): DiscordChannel {
    const known = this.#known.get(id);
    if (known === undefined) throw new Error(`channel ${id} was never found`);
    return known;
  }

  nameOf(id: string): string | undefined {
    return this.#names.get(id);
  }

  async #findById(entry: string): Promise<FoundChannel> {
    try {
      const channel = await this.#client.get<APIChannel>({
        path: `/channels/${entry}`,
        place: `channel ${entry}`,
      });
      return this.#admit(entry, channel);
    } catch (error) {
      if (!isAppError(error) || !CHANNEL_ERRORS.has(error.code)) throw error;
      return { entry, error };
    }
  }

  #pick(entry: string, channels: readonly APIChannel[]): FoundChannel {
    const fitting = channels.filter(
      ({ name, type }) => isReadable(type) && name?.toLowerCase() === entry.toLowerCase(),
    );
    const [first] = fitting;
    if (first !== undefined && fitting.length === 1) return this.#admit(entry, first);
    const ids = fitting.map(({ id }) => id).join(', ');
    const message =
      first === undefined
        ? `channels names ${entry}, which is no channel that the Discord bot sees: it needs the permission View Channel there.`
        : `channels names ${entry}, and there are several: write the id of one (${ids}).`;
    return { entry, error: new AppError('CONNECTOR_MISSING', message) };
  }

  #admit(entry: string, channel: APIChannel): FoundChannel {
    const guildId = 'guild_id' in channel ? channel.guild_id : this.#settings.guildId;
    if (guildId === undefined || !isReadable(channel.type)) {
      const message = `channels names ${entry}, which is no channel with messages or posts of a Discord server.`;
      return { entry, error: new AppError('CONNECTOR_FORBIDDEN', message) };
    }
    const { id, name, type } = channel;
    const tags = (channel as Partial<APIGuildForumChannel>).available_tags ?? [];
    const known = {
      id,
      name: name ?? id,
      guildId,
      isForum: FORUM_TYPES.has(type),
      hasThreads: THREADED_TYPES.has(type),
      hasMessages: 'last_message_id' in channel && typeof channel.last_message_id === 'string',
      tags: new Map(tags.map((tag) => [tag.id, tag.name])),
    };
    this.#known.set(id, known);
    this.#names.set(id, known.name);
    return { entry, channel: { id, name: known.name } };
  }

  async #listByName(): Promise<readonly APIChannel[]> {
    const guildId = this.#settings.guildId ?? (await this.#findGuild());
    const channels = await this.#client.get<APIChannel[]>({
      path: `/guilds/${guildId}/channels`,
      place: `server ${guildId}, which guild_id names`,
    });
    for (const { id, name } of channels) this.#names.set(id, name ?? id);
    return channels.map((channel) => ({ guild_id: guildId, ...channel }));
  }

  /** The one server that the bot is in. */
  async #findGuild(): Promise<string> {
    const guilds = await this.#client.get<RESTAPIPartialCurrentUserGuild[]>({
      path: '/users/@me/guilds',
      place: 'the servers of the bot',
    });
    const [first] = guilds;
    if (first !== undefined && guilds.length === 1) return first.id;
    const names = guilds.map(({ id, name }) => `${name} (${id})`).join(', ');
    throw new AppError(
      'CONNECTOR_MISSING',
      first === undefined
        ? 'The Discord bot is in no server: invite it.'
        : `The Discord bot is in several servers: name one as guild_id, or write ids of channels. It is in ${names}.`,
    );
  }
}

const CHANNEL_ERRORS: ReadonlySet<string> = new Set(['CONNECTOR_FORBIDDEN', 'CONNECTOR_MISSING']);

function isReadable(type: ChannelType): boolean {
  return MESSAGE_TYPES.has(type) || FORUM_TYPES.has(type);
}
