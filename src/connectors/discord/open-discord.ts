/**
 * Opens a Discord for one run: the client, who we are, and whether the bot is shown what people write. Loaded only
 * when it is needed, since it brings the client with it.
 */
import { ApplicationFlags, type APIApplication } from 'discord-api-types/v10';
import type { ConnectorContext } from '../connector.ts';
import { DiscordChannels } from './discord-channels.ts';
import { DiscordClient, type DiscordSettings } from './discord-client.ts';
import { DiscordSource, toIntentError } from './discord-source.ts';

export interface OpenDiscord {
  readonly source: DiscordSource;
  readonly botName: string;
}

/** The message content intent, granted without limit or for up to 100 servers. */
const MESSAGE_CONTENT: number =
  ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

/** One request. Throws as `DiscordClient`, and `CONNECTOR_FORBIDDEN` when the message content intent is off. */
export async function openDiscord(
  context: ConnectorContext,
  settings: DiscordSettings,
  signal: AbortSignal,
): Promise<OpenDiscord> {
  const client = new DiscordClient(context, settings, signal);
  const application = await client.get<Partial<APIApplication>>({
    path: '/applications/@me',
    place: 'the application',
  });
  if (((application.flags ?? 0) & MESSAGE_CONTENT) === 0) throw toIntentError('messages');
  const channels = new DiscordChannels(client, settings);
  return { source: new DiscordSource(client, channels), botName: application.name ?? 'The bot' };
}
