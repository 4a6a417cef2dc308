/**
 * The names behind user ids. The list of a workspace is read when the first name is needed, so that a run in which
 * nothing changed does not pay for it; people of other workspaces (shared channels) are asked for one by one. It
 * lives as long as one run.
 */
import { isAppError } from '../../errors/app-error.ts';
import { readSlackCode, type SlackClient } from './slack-client.ts';

const USERS_PER_PAGE = 200;

interface SlackUser {
  readonly id?: string;
  readonly name?: string;
  readonly real_name?: string;
  readonly profile?: { readonly display_name?: string; readonly real_name?: string };
}

/** Names of one workspace. */
export class SlackPeople {
  readonly #client: SlackClient;
  readonly #names = new Map<string, string>();
  #isLoaded = false;

  constructor(client: SlackClient) {
    this.#client = client;
  }

  /** Learns the names of these ids. Throws `CONNECTOR_FORBIDDEN` when the scope users:read is lacking. */
  async learn(ids: readonly string[]): Promise<void> {
    if (ids.length > 0 && !this.#isLoaded) await this.#load();
    for (const id of ids) {
      if (!this.#names.has(id)) this.#names.set(id, await this.#findName(id));
    }
  }

  /** A name that was learned. */
  find(id: string): string | undefined {
    return this.#names.get(id);
  }

  async #load(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.#client.ask('the list of people', async (web) =>
        web.users.list({ limit: USERS_PER_PAGE, ...(cursor === undefined ? {} : { cursor }) }),
      );
      for (const user of page.members ?? []) this.#note(user);
      cursor = page.response_metadata?.next_cursor || undefined;
    } while (cursor !== undefined);
    this.#isLoaded = true;
  }

  #note(user: SlackUser): void {
    const { profile } = user;
    const name = profile?.display_name || profile?.real_name || user.real_name || user.name;
    if (user.id !== undefined && name !== undefined) this.#names.set(user.id, name);
  }

  /** Someone who is not in the list; an id that nobody knows stays an id. */
  async #findName(id: string): Promise<string> {
    try {
      const { user } = await this.#client.ask('a person', async (web) =>
        web.users.info({ user: id }),
      );
      if (user !== undefined) this.#note(user);
      return this.#names.get(id) ?? id;
    } catch (error) {
      if (isAppError(error) && UNKNOWN.has(readSlackCode(error) ?? '')) return id;
      throw error;
    }
  }
}

const UNKNOWN: ReadonlySet<string> = new Set(['user_not_found', 'user_not_visible']);
