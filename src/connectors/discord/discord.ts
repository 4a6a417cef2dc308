/**
 * The discord kind: conversations, threads and forum posts of chosen channels of a server. How messages become documents
 * stands in ../chat/, what Discord is asked in discord-source.ts.
 *
 * Discord has no webhooks for messages (only a connection that is kept open tells of them), so this kind is polled.
 * Not fetched: private threads, direct messages, reactions, the content of files, nicknames.
 */
import { AppError } from '../../errors/app-error.ts';
import type {
  Connector,
  ConnectorContext,
  ConnectorKind,
  SyncPage,
  SyncRequest,
} from '../connector.ts';
import { readChatFields } from '../chat/chat-fields.ts';
import { syncChat } from '../chat/sync-chat.ts';
import type { DiscordSettings } from './discord-client.ts';
import type { OpenDiscord } from './open-discord.ts';
import { isSnowflake } from './snowflake.ts';

/** The kind `discord`. `create` throws `INVALID_ARGUMENT` naming channels, guild_id or base_url. */
export const DISCORD: ConnectorKind = {
  type: 'discord',
  create: (context) => new DiscordConnector(context, readSettings(context.config)),
};

class DiscordConnector implements Connector {
  readonly #context: ConnectorContext;
  readonly #settings: DiscordSettings;

  constructor(context: ConnectorContext, settings: DiscordSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  /** Reads the latest page of each channel, so that a lacking permission shows at once. */
  async test(signal: AbortSignal): Promise<string> {
    const { source, botName } = await this.#open(signal);
    const names: string[] = [];
    for (const found of await source.findChannels()) {
      if ('error' in found) throw found.error;
      const range = { beforeMs: null, sinceMs: 0 };
      await source.readBack(found.channel, range)[Symbol.asyncIterator]().next();
      names.push(`#${found.channel.name}`);
    }
    return `${botName} reads ${names.join(', ')} on Discord.`;
  }

  async *sync(request: SyncRequest): AsyncIterable<SyncPage> {
    const { source } = await this.#open(request.signal);
    yield* syncChat({ source, cursor: request.cursor, nowMs: this.#context.now() });
  }

  /** The client is 36 MB in memory; a server without this kind goes without it. */
  async #open(signal: AbortSignal): Promise<OpenDiscord> {
    const { openDiscord } = await import('./open-discord.ts');
    return openDiscord(this.#context, this.#settings, signal);
  }
}

const DEFAULT_API = 'https://discord.com/api';

function readSettings(config: ConnectorContext['config']): DiscordSettings {
  const { channels, guildId, baseUrl } = readChatFields(config);
  if (guildId !== undefined && !isSnowflake(guildId)) {
    throw new AppError(
      'INVALID_ARGUMENT',
      'guild_id has to be the id of a Discord server, a number of about 18 digits.',
    );
  }
  return {
    channels,
    apiUrl: baseUrl ?? DEFAULT_API,
    ...(guildId === undefined ? {} : { guildId }),
  };
}
