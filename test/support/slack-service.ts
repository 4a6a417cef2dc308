/**
 * A Slack on loopback: the methods of the Web API that the connector calls, with answers of the published shapes (the
 * types of Slack's own client check them), over messages that a test writes, edits and deletes.
 */
import type {
  AuthTestResponse,
  ConversationsHistoryResponse,
  ConversationsInfoResponse,
  ConversationsListResponse,
  ConversationsRepliesResponse,
  UsersInfoResponse,
  UsersListResponse,
} from '@slack/web-api';
import { SLACK } from '../../src/connectors/slack/slack.ts';
import {
  startFixtureService,
  type FixtureService,
  type ServiceAnswer,
  type ServiceRequest,
} from './fixture-service.ts';
import { createRunner, type ConnectorRunner } from './run-connector.ts';

type Message = NonNullable<ConversationsHistoryResponse['messages']>[number];
type Channel = NonNullable<ConversationsListResponse['channels']>[number];

/** A message as a test writes it; replies carry `thread_ts`. */
export type SlackTestMessage = Message & { ts: string };

export interface SlackService extends FixtureService {
  readonly channels: Channel[];
  /** Channel id -> its messages and replies, in any order. */
  readonly messages: Map<string, SlackTestMessage[]>;
  /** Channels that the app is no member of. */
  readonly closed: Set<string>;
  readonly scopes: Set<string>;
  pageLength: number;
  /** Writes a message at a time of day (`2026-05-20T10:00:00Z`) and gives it. */
  say(channel: string, at: string, text: string, more?: Partial<Message>): SlackTestMessage;
  /** Answers a message. */
  reply(channel: string, root: SlackTestMessage, at: string, text: string): SlackTestMessage;
  /** Deletes a message or reply. */
  remove(channel: string, message: SlackTestMessage): void;
}

export const SLACK_SCOPES = [
  'channels:history',
  'channels:read',
  'groups:history',
  'groups:read',
  'users:read',
];

/** Starts it with the channels #general (C0000GENERAL) and #deploys (C0000DEPLOYS), and three people. */
export async function startSlackService(): Promise<SlackService> {
  const slack = new FakeSlack();
  const service = await startFixtureService((request) => slack.answer(request));
  return Object.assign(slack, service);
}

/** A connector for #general of that service. */
export function createSlackRunner(
  slack: SlackService,
  config: Readonly<Record<string, unknown>> = {},
): ConnectorRunner {
  return createRunner({
    kind: SLACK,
    config: { base_url: `${slack.url}/api/`, channels: ['#general'], ...config },
    token: 'xoxb-secret-token',
    timeoutMs: 1000,
  });
}

class FakeSlack {
  readonly channels: Channel[] = [
    { id: 'C0000GENERAL', name: 'general', is_channel: true, is_member: true, is_private: false },
    { id: 'C0000DEPLOYS', name: 'deploys', is_channel: true, is_member: true, is_archived: true },
  ];
  readonly messages = new Map<string, SlackTestMessage[]>();
  readonly closed = new Set<string>();
  readonly scopes = new Set(SLACK_SCOPES);
  pageLength = 200;
  #count = 0;

  say(channel: string, at: string, text: string, more: Partial<Message> = {}): SlackTestMessage {
    const fraction = String(this.#count++).padStart(6, '0');
    const ts = `${Date.parse(at) / 1000}.${fraction}`;
    const message: SlackTestMessage = { type: 'message', user: 'U0000000ANN', text, ...more, ts };
    const all = this.messages.get(channel) ?? [];
    all.push(message);
    this.messages.set(channel, all);
    return message;
  }

  reply(channel: string, root: SlackTestMessage, at: string, text: string): SlackTestMessage {
    const reply = this.say(channel, at, text, { user: 'U0000000BOB', thread_ts: root.ts });
    this.#countReplies(channel, root);
    return reply;
  }

  remove(channel: string, message: SlackTestMessage): void {
    const all = this.messages.get(channel) ?? [];
    all.splice(all.indexOf(message), 1);
    const root = all.find(({ ts }) => ts === message.thread_ts);
    if (root !== undefined) this.#countReplies(channel, root);
  }

  answer(request: ServiceRequest): ServiceAnswer {
    const method = request.path.replace('/api/', '');
    if (request.headers['authorization'] !== 'Bearer xoxb-secret-token') {
      return { json: { ok: false, error: 'invalid_auth' } };
    }
    const missing = this.#listMissingScopes(method, request.query);
    if (missing.length > 0) {
      const provided = [...this.scopes].join(',');
      return { json: { ok: false, error: 'missing_scope', needed: missing.join(','), provided } };
    }
    const channel = request.query.get('channel') ?? '';
    if (method.startsWith('conversations.') && this.closed.has(channel)) {
      return { json: { ok: false, error: 'not_in_channel' } };
    }
    const methods: Record<string, () => object> = {
      'auth.test': () => this.#authTest(),
      'users.list': () => this.#usersList(),
      'users.info': () => this.#usersInfo(request.query),
      'conversations.list': () => this.#list(request.query),
      'conversations.info': () => this.#info(channel),
      'conversations.history': () => this.#history(channel, request.query),
      'conversations.replies': () => this.#replies(channel, request.query),
    };
    return { json: methods[method]?.() ?? { ok: false, error: 'unknown_method' } };
  }

  #countReplies(channel: string, root: SlackTestMessage): void {
    const replies = (this.messages.get(channel) ?? []).filter(
      ({ ts, thread_ts: thread }) => thread === root.ts && ts !== root.ts,
    );
    Object.assign(root, {
      thread_ts: root.ts,
      reply_count: replies.length,
      latest_reply:
        replies
          .map(({ ts }) => ts)
          .sort()
          .at(-1) ?? root.ts,
    });
  }

  #listMissingScopes(method: string, query: URLSearchParams): string[] {
    const kinds = (query.get('types') ?? 'public_channel').split(',');
    const needed: Record<string, readonly string[]> = {
      'users.list': ['users:read'],
      'users.info': ['users:read'],
      'conversations.list': kinds.map((kind) =>
        kind === 'private_channel' ? 'groups:read' : 'channels:read',
      ),
      'conversations.history': ['channels:history'],
      'conversations.replies': ['channels:history'],
    };
    return (needed[method] ?? []).filter((scope) => !this.scopes.has(scope));
  }

  #authTest(): AuthTestResponse {
    return {
      ok: true,
      url: 'https://team.slack.com/',
      team: 'Team',
      user: 'conexus',
      team_id: 'T0000001',
    };
  }

  #usersList(): UsersListResponse {
    return {
      ok: true,
      members: [
        { id: 'U0000000ANN', name: 'ann', profile: { display_name: 'Ann', real_name: 'Ann A.' } },
        { id: 'U0000000BOB', name: 'bob', profile: { display_name: '', real_name: 'Bob B.' } },
      ],
      response_metadata: { next_cursor: '' },
    };
  }

  #usersInfo(query: URLSearchParams): UsersInfoResponse {
    const id = query.get('user') ?? '';
    if (id !== 'U00000GUEST') return { ok: false, error: 'user_not_found' };
    return { ok: true, user: { id, name: 'guest', profile: { display_name: 'Guest' } } };
  }

  #list(query: URLSearchParams): ConversationsListResponse {
    const kinds = query.get('types') ?? '';
    const channels = this.channels.filter(
      ({ is_private: isPrivate }) => isPrivate !== true || kinds.includes('private_channel'),
    );
    const start = Number(query.get('cursor') ?? 0);
    const end = start + this.pageLength;
    const cursor = end < channels.length ? String(end) : '';
    return {
      ok: true,
      channels: channels.slice(start, end),
      response_metadata: { next_cursor: cursor },
    };
  }

  #info(id: string): ConversationsInfoResponse {
    const channel = this.channels.find((one) => one.id === id);
    if (channel === undefined) return { ok: false, error: 'channel_not_found' };
    return { ok: true, channel };
  }

  #history(id: string, query: URLSearchParams): ConversationsHistoryResponse {
    if (!this.channels.some((one) => one.id === id))
      return { ok: false, error: 'channel_not_found' };
    const latest = query.get('latest') ?? '99999999999.0';
    const oldest = query.get('oldest') ?? '0';
    const all = (this.messages.get(id) ?? [])
      .filter(
        ({ ts, thread_ts: root, subtype }) =>
          root === undefined || root === ts || subtype === 'thread_broadcast',
      )
      .filter(({ ts }) => Number(ts) < Number(latest) && Number(ts) > Number(oldest))
      .sort((left, right) => Number(right.ts) - Number(left.ts));
    return { ok: true, ...this.#cut(all, query) };
  }

  #replies(id: string, query: URLSearchParams): ConversationsRepliesResponse {
    const root = query.get('ts') ?? '';
    const all = (this.messages.get(id) ?? []).filter(
      ({ ts, thread_ts: thread }) => ts === root || thread === root,
    );
    if (all.length === 0) return { ok: false, error: 'thread_not_found' };
    all.sort((left, right) => Number(left.ts) - Number(right.ts));
    return { ok: true, ...this.#cut(all, query) };
  }

  #cut(
    all: readonly Message[],
    query: URLSearchParams,
  ): Pick<ConversationsHistoryResponse, 'has_more' | 'messages' | 'response_metadata'> {
    const start = Number(query.get('cursor') ?? 0);
    const end = start + Math.min(this.pageLength, Number(query.get('limit')));
    const hasMore = end < all.length;
    return {
      messages: all.slice(start, end),
      has_more: hasMore,
      response_metadata: { next_cursor: hasMore ? String(end) : '' },
    };
  }
}
