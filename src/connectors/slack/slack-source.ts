/**
 * A Slack workspace as a chat: public and private channels that the app may read, never direct messages. The root of a
 * thread comes with its channel and tells how many replies there are and when the last one came; the replies
 * themselves are asked for thread by thread.
 */
import { AppError, isAppError } from '../../errors/app-error.ts';
import type {
  BackwardRange,
  ChatChannel,
  ChatMessage,
  ChatSource,
  ChatThread,
  FoundChannel,
} from '../chat/chat-source.ts';
import { readSlackCode, type SlackClient, type SlackSettings } from './slack-client.ts';
import type { SlackPeople } from './slack-people.ts';
import { listMentionedUsers, renderSlackMessage, type SlackMessageText } from './slack-text.ts';

/** What Slack recommends; apps under the tightest limits are given 15 whatever they ask for. */
const MESSAGES_PER_PAGE = 200;
const CHANNELS_PER_PAGE = 200;

/** The fields of a message that are read. */
interface SlackMessage extends SlackMessageText {
  readonly ts?: string;
  readonly subtype?: string;
  readonly user?: string;
  readonly username?: string;
  readonly bot_id?: string;
  readonly bot_profile?: { readonly name?: string };
  readonly edited?: { readonly ts?: string };
  readonly thread_ts?: string;
  readonly reply_count?: number;
  readonly latest_reply?: string;
}

interface SlackChannel {
  readonly id?: string;
  readonly name?: string;
  readonly is_im?: boolean;
  readonly is_mpim?: boolean;
}

/** What a source is made of. */
export interface SlackSourceOptions {
  readonly client: SlackClient;
  readonly people: SlackPeople;
  readonly settings: SlackSettings;
  /** Of the workspace, with a slash at the end. */
  readonly teamUrl: string;
}

/** The source of one run. Errors: those of `SlackClient`. */
export class SlackSource implements ChatSource {
  readonly sourceType = 'slack';
  readonly #options: SlackSourceOptions;
  readonly #channelNames = new Map<string, string>();

  constructor(options: SlackSourceOptions) {
    this.#options = options;
  }

  async findChannels(): Promise<readonly FoundChannel[]> {
    const { channels } = this.#options.settings;
    const names = channels.filter((entry) => !isChannelId(entry));
    const byName =
      names.length === 0 ? new Map<string, ChatChannel>() : await this.#listByName(names);
    const found: FoundChannel[] = [];
    for (const entry of channels) {
      if (isChannelId(entry)) found.push(await this.#findById(entry));
      else found.push(toFound(entry, byName.get(entry.toLowerCase())));
    }
    return found;
  }

  async *readBack(
    channel: ChatChannel,
    range: BackwardRange,
  ): AsyncIterable<readonly ChatMessage[]> {
    const { client } = this.#options;
    const bounds = {
      ...(range.beforeMs === null ? {} : { latest: toTs(range.beforeMs) }),
      // Neither bound itself is given.
      ...(range.sinceMs === 0 ? {} : { oldest: toTs(range.sinceMs - 1) }),
    };
    let cursor: string | undefined;
    do {
      const page = await client.ask(`#${channel.name}`, async (web) =>
        web.conversations.history({
          channel: channel.id,
          limit: MESSAGES_PER_PAGE,
          ...bounds,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      );
      const messages = (page.messages ?? []) as readonly SlackMessage[];
      yield messages
        .filter((message) => isShown(message) && toMs(message.ts ?? '') >= range.sinceMs)
        .flatMap((message) => this.#toChannelMessage(message, range.sinceMs));
      cursor = page.response_metadata?.next_cursor || undefined;
    } while (cursor !== undefined);
  }

  async readThread(channel: ChatChannel, thread: ChatThread): Promise<readonly ChatMessage[]> {
    const messages = new Map<string, ChatMessage>();
    let cursor: string | undefined;
    do {
      const page = await this.#askReplies(channel, thread, cursor);
      if (page === undefined) return [];
      // The root comes with each page.
      for (const message of (page.messages ?? []) as readonly SlackMessage[]) {
        if (isShown(message)) messages.set(message.ts ?? '', this.#toMessage(message));
      }
      cursor = page.response_metadata?.next_cursor || undefined;
    } while (cursor !== undefined);
    return [...messages.values()];
  }

  toUrl(
    channel: ChatChannel,
    message: { readonly id: string; readonly threadId?: string },
  ): string {
    const { id, threadId } = message;
    const url = `${this.#options.teamUrl}archives/${channel.id}/p${id.replace('.', '')}`;
    return threadId === undefined || threadId === id
      ? url
      : `${url}?thread_ts=${threadId}&cid=${channel.id}`;
  }

  async #askReplies(
    channel: ChatChannel,
    thread: ChatThread,
    cursor: string | undefined,
  ): Promise<{ messages?: unknown; response_metadata?: { next_cursor?: string } } | undefined> {
    try {
      return await this.#options.client.ask(`a thread of #${channel.name}`, async (web) =>
        web.conversations.replies({
          channel: channel.id,
          ts: thread.id,
          limit: MESSAGES_PER_PAGE,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      );
    } catch (error) {
      if (readSlackCode(error) === 'thread_not_found') return undefined;
      throw error;
    }
  }

  /** A root stands for its thread. A reply that was also sent to the channel does so when its root is out of reach. */
  #toChannelMessage(message: SlackMessage, sinceMs: number): ChatMessage[] {
    const { ts = '', thread_ts: root = ts } = message;
    if (root !== ts && toMs(root) >= sinceMs) return [];
    const isThread = root !== ts || (message.reply_count ?? 0) > 0;
    const plain = this.#toMessage(message);
    if (!isThread) return [plain];
    const { reply_count: replies = 0, latest_reply: latest = ts } = message;
    const mark = `${replies} ${latest} ${root === ts ? plain.mark : ''}`;
    const thread = { id: root, mark, startedMs: toMs(root), activeMs: toMs(latest) };
    return [{ ...plain, thread }];
  }

  #toMessage(message: SlackMessage): ChatMessage {
    const { ts = '' } = message;
    const { text, edited, subtype, attachments, files } = message;
    return {
      id: ts,
      sentMs: toMs(ts),
      mark: JSON.stringify([
        text,
        edited?.ts,
        subtype,
        attachments,
        files?.map(({ name }) => name),
      ]),
      say: async () => {
        const { people } = this.#options;
        const author = message.user === undefined ? [] : [message.user];
        await people.learn([...author, ...listMentionedUsers(message)]);
        const names = {
          user: (id: string) => people.find(id),
          channel: (id: string) => this.#channelNames.get(id),
        };
        return {
          author: this.#nameAuthor(message),
          text: subtype === 'tombstone' ? '' : renderSlackMessage(message, names),
          ...(edited?.ts === undefined ? {} : { editedMs: toMs(edited.ts) }),
        };
      },
    };
  }

  #nameAuthor({ user, username, bot_profile: bot, bot_id: botId }: SlackMessage): string {
    const person = user === undefined ? undefined : this.#options.people.find(user);
    return username ?? person ?? bot?.name ?? botId ?? 'someone';
  }

  async #findById(entry: string): Promise<FoundChannel> {
    try {
      const { channel } = await this.#options.client.ask(`channel ${entry}`, async (web) =>
        web.conversations.info({ channel: entry }),
      );
      return this.#admit(entry, channel ?? {});
    } catch (error) {
      if (!isAppError(error) || !CHANNEL_ERRORS.has(error.code)) throw error;
      return { entry, error };
    }
  }

  #admit(entry: string, channel: SlackChannel): FoundChannel {
    const { id = entry, name = entry } = channel;
    if (channel.is_im === true || channel.is_mpim === true) {
      const message = `channels names ${entry}, a direct message; those are not read.`;
      return { entry, error: new AppError('CONNECTOR_FORBIDDEN', message) };
    }
    this.#channelNames.set(id, name);
    return { entry, channel: { id, name } };
  }

  /** Goes through the list of channels until all names are found. Without groups:read it holds the public ones only. */
  async #listByName(names: readonly string[]): Promise<Map<string, ChatChannel>> {
    try {
      return await this.#findNames(names, 'public_channel,private_channel');
    } catch (error) {
      const isScope = readSlackCode(error) === 'missing_scope';
      if (!isScope || !isAppError(error) || !error.message.includes('groups:read')) throw error;
      return this.#findNames(names, 'public_channel');
    }
  }

  async #findNames(names: readonly string[], types: string): Promise<Map<string, ChatChannel>> {
    const missing = new Set(names.map((name) => name.toLowerCase()));
    const found = new Map<string, ChatChannel>();
    let cursor: string | undefined;
    do {
      const page = await this.#options.client.ask('the list of channels', async (web) =>
        web.conversations.list({
          types,
          exclude_archived: false,
          limit: CHANNELS_PER_PAGE,
          ...(cursor === undefined ? {} : { cursor }),
        }),
      );
      for (const { id, name } of page.channels ?? []) {
        if (id === undefined || name === undefined) continue;
        this.#channelNames.set(id, name);
        if (missing.delete(name.toLowerCase())) found.set(name.toLowerCase(), { id, name });
      }
      cursor = page.response_metadata?.next_cursor || undefined;
    } while (cursor !== undefined && missing.size > 0);
    return found;
  }
}

const CHANNEL_ERRORS: ReadonlySet<string> = new Set(['CONNECTOR_FORBIDDEN', 'CONNECTOR_MISSING']);

/** Joins, leaves, renames and the like are no conversation. */
const SHOWN_SUBTYPES: ReadonlySet<string> = new Set([
  'bot_message',
  'file_comment',
  'file_share',
  'me_message',
  'reply_broadcast',
  'thread_broadcast',
  'tombstone',
]);

function isShown({ subtype }: SlackMessage): boolean {
  return subtype === undefined || SHOWN_SUBTYPES.has(subtype);
}

function toFound(entry: string, channel: ChatChannel | undefined): FoundChannel {
  if (channel !== undefined) return { entry, channel };
  const message = `channels names ${entry}, which is no channel that this Slack app sees: a private one needs the scope groups:read and the app as a member.`;
  return { entry, error: new AppError('CONNECTOR_MISSING', message) };
}

/** True for `C0123ABCD` (public or private) and `G0123ABCD` (older private ones). */
export function isChannelId(entry: string): boolean {
  return /^[CDG][A-Z0-9]{7,}$/.test(entry);
}

/** Slack's moments are seconds with microseconds, as text; they are the ids of messages too. */
function toMs(ts: string): number {
  return Number(ts) * 1000;
}

function toTs(momentMs: number): string {
  return (momentMs / 1000).toFixed(6);
}
