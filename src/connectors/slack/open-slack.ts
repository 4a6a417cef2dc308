/**
 * Opens a Slack workspace for one run: the client and who we are. Loaded only when it is needed, since it brings the
 * client with it.
 */
import type { ConnectorContext } from '../connector.ts';
import { SlackClient, type SlackSettings } from './slack-client.ts';
import { SlackPeople } from './slack-people.ts';
import { SlackSource } from './slack-source.ts';

export interface OpenSlack {
  readonly source: SlackSource;
  readonly client: SlackClient;
  readonly userName: string;
  readonly teamName: string;
}

/** One request. Throws as `SlackClient`. */
export async function openSlack(
  context: ConnectorContext,
  settings: SlackSettings,
  signal: AbortSignal,
): Promise<OpenSlack> {
  const client = new SlackClient(context, settings, signal);
  const me = await client.ask('the token', async (web) => web.auth.test());
  const teamUrl = me.url ?? 'https://app.slack.com/';
  const people = new SlackPeople(client);
  return {
    source: new SlackSource({ client, people, settings, teamUrl }),
    client,
    userName: me.user ?? 'The app',
    teamName: me.team ?? teamUrl,
  };
}
