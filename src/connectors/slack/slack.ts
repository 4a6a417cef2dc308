/**
 * The slack kind: conversations of chosen channels of a workspace, in threads and days. How messages become documents
 * stands in ../chat/, what Slack is asked in slack-source.ts.
 *
 * Not fetched: direct messages, reactions, the content of files, what the workspace's plan hides. Replies and edits
 * in threads that began more than a week ago are found by the next full sync, since Slack does not list them.
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
import type { OpenSlack } from './open-slack.ts';
import type { SlackSettings } from './slack-client.ts';
import { answerSlackWebhook, readSlackWebhook } from './slack-webhook.ts';

/** The kind `slack`. `create` throws `INVALID_ARGUMENT` naming channels, guild_id or base_url. */
export const SLACK: ConnectorKind = {
  type: 'slack',
  create: (context) => new SlackConnector(context, readSettings(context.config)),
  readWebhook: readSlackWebhook,
  answerWebhook: answerSlackWebhook,
};

class SlackConnector implements Connector {
  readonly #context: ConnectorContext;
  readonly #settings: SlackSettings;

  constructor(context: ConnectorContext, settings: SlackSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  /** Reads one message of each channel and one page of people, so that a lacking scope shows at once. */
  async test(signal: AbortSignal): Promise<string> {
    const { source, client, userName, teamName } = await this.#open(signal);
    const names: string[] = [];
    for (const found of await source.findChannels()) {
      if ('error' in found) throw found.error;
      const { id, name } = found.channel;
      await client.ask(`#${name}`, async (web) =>
        web.conversations.history({ channel: id, limit: 1 }),
      );
      names.push(`#${name}`);
    }
    await client.ask('the list of people', async (web) => web.users.list({ limit: 1 }));
    return `${userName} reads ${names.join(', ')} of the Slack workspace ${teamName}.`;
  }

  async *sync(request: SyncRequest): AsyncIterable<SyncPage> {
    const { source } = await this.#open(request.signal);
    yield* syncChat({ source, cursor: request.cursor, nowMs: this.#context.now() });
  }

  /** The client is 10 MB in memory; a server without this kind goes without it. */
  async #open(signal: AbortSignal): Promise<OpenSlack> {
    const { openSlack } = await import('./open-slack.ts');
    return openSlack(this.#context, this.#settings, signal);
  }
}

/** GovSlack has another one: https://slack-gov.com/api */
const DEFAULT_API = 'https://slack.com/api';

function readSettings(config: ConnectorContext['config']): SlackSettings {
  const { channels, guildId, baseUrl } = readChatFields(config);
  if (guildId !== undefined && !/^[TE][A-Z0-9]{7,}$/.test(guildId)) {
    throw new AppError(
      'INVALID_ARGUMENT',
      'guild_id has to be the id of a Slack workspace, such as T0123ABCD.',
    );
  }
  return {
    channels,
    apiUrl: `${baseUrl ?? DEFAULT_API}/`,
    ...(guildId === undefined ? {} : { teamId: guildId }),
  };
}
