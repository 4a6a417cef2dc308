/** The fields of the configuration that all chats share, read in one way. What an id looks like is each service's own. */
import { AppError } from '../../errors/app-error.ts';
import type { ConnectorContext } from '../connector.ts';

export interface ChatFields {
  /** Names without `#`, or ids; each once, not empty. */
  readonly channels: readonly string[];
  readonly guildId?: string;
  /** Without slash at the end. */
  readonly baseUrl?: string;
}

/** Reads channels, guild_id and base_url. Throws `INVALID_ARGUMENT` naming the field that cannot be right. */
export function readChatFields(config: ConnectorContext['config']): ChatFields {
  const { channels, guild_id: guildId, base_url: baseUrl } = config;
  const entries = Array.isArray(channels)
    ? channels.map((entry) => String(entry).trim().replace(/^#/, ''))
    : [];
  if (entries.length === 0 || entries.includes('')) {
    throw new AppError(
      'INVALID_ARGUMENT',
      'channels has to list names or ids of channels, such as general.',
    );
  }
  if (baseUrl !== undefined && (typeof baseUrl !== 'string' || !URL.canParse(baseUrl))) {
    throw new AppError('INVALID_ARGUMENT', 'base_url has to be the address of an API.');
  }
  return {
    channels: [...new Set(entries)],
    ...(typeof guildId === 'string' && guildId !== '' ? { guildId } : {}),
    ...(baseUrl === undefined ? {} : { baseUrl: baseUrl.replace(/\/+$/, '') }),
  };
}
