/**
 * `context.connector_management`: list, add, update, remove, test and sync the places that the index
 * draws from. Secrets come by reference only: a field that would hold one is refused before anything
 * else, and its value is neither repeated nor logged.
 */
import {
  CONNECTOR_ACTIONS,
  type ConnectorAction,
  type ConnectorRequest,
} from '../../../model/control.ts';
import { AppError } from '../../../errors/app-error.ts';
import { peek } from '../../peek.ts';
import { createCheck, createInvalidArgument } from '../check-arguments.ts';
import * as schema from '../schemas.ts';
import { toAllowed, type Tool, type ToolCall } from '../tool.ts';
import { createConfigProperties } from './connector-config-schema.ts';

/** Arguments after the check, defaults filled in. */
interface ConnectorArguments extends Omit<ConnectorRequest, 'allowed_connectors'> {}

interface ActionRow {
  readonly uses: readonly string[];
  readonly needs: readonly string[];
}

const ACTIONS: Readonly<Record<ConnectorAction, ActionRow>> = {
  list: { uses: [], needs: [] },
  add: { uses: ['connector_id', 'connector_config'], needs: ['connector_config'] },
  update: {
    uses: ['connector_id', 'connector_config'],
    needs: ['connector_id', 'connector_config'],
  },
  remove: { uses: ['connector_id', 'confirm'], needs: ['connector_id', 'confirm'] },
  test: { uses: ['connector_id', 'connector_config'], needs: [] },
  sync: { uses: ['connector_id'], needs: ['connector_id'] },
};

const CONFIG_PROPERTIES = createConfigProperties();

const INPUT = schema.closed(
  'One action and the keys that it uses.',
  {
    action: schema.choice('What to do.', CONNECTOR_ACTIONS),
    connector_id: schema.text('The connector that is meant.', 63),
    connector_config: schema.closed('Type, name and the fields of the type.', CONFIG_PROPERTIES),
    confirm: schema.flag('remove: must be true, because what it indexed is deleted.'),
  },
  ['action'],
);

const OUTPUT = schema.open(
  {
    connectors: schema.listOf(
      schema.open(
        {
          id: schema.STRING,
          type: schema.STRING,
          name: schema.STRING,
          status: schema.STRING,
          config: schema.ANY_OBJECT,
          last_ok: schema.STRING_OR_NULL,
          last_error: schema.STRING_OR_NULL,
          next_run: schema.STRING_OR_NULL,
          items: schema.INTEGER,
        },
        ['id', 'type', 'name', 'status', 'config', 'items'],
      ),
    ),
    status: schema.STRING,
    message: schema.STRING,
    job_id: schema.STRING,
  },
  ['connectors', 'status', 'message'],
);

const DESCRIPTION = `Manages the places that the index draws from: folders, git repositories, GitHub, GitLab, Jira, Slack, Discord.

Actions and the keys they use:
- list: all connectors with status, last success, last error, next run and number of items.
- add (connector_config with type and name, connector_id): tests the connection first, then adds.
- update (connector_id, connector_config): changes the named fields.
- test (connector_id or connector_config): tries the connection without changing anything.
- sync (connector_id): fetches now; answers with job_id for context.index_control status.
- remove (connector_id, confirm: true): deletes the connector and everything it indexed. Ask the user first.

Fields by type: filesystem path, include, exclude; git url, branches, depth; github and gitlab repository, base_url; jira base_url, projects, username; slack and discord channels, guild_id; all of them token_env or token_file, sync_interval_seconds, webhook_secret_env.
Never send a secret: put it into an environment variable whose name starts with CONEXUS_SECRET_ and send that name as token_env, or into a file and send its path as token_file. Folders must lie below a configured root or an allowed path.`;

const checkArguments = createCheck<ConnectorArguments>(INPUT);

/** The tool; it keeps no state. */
export const CONNECTOR_TOOL: Tool = {
  card: {
    name: 'context.connector_management',
    title: 'Manage connectors',
    description: DESCRIPTION,
    inputSchema: INPUT,
    outputSchema: OUTPUT,
    annotations: {
      readOnlyHint: false,
      destructiveHint: true,
      idempotentHint: false,
      openWorldHint: true,
    },
  },
  requiredScope: (given) => (peek(given, 'action') === 'list' ? 'read' : 'connectors'),
  extraWaitMs: () => 0,
  run: async (given, call) => call.engine.connectors(toConnectorRequest(given, call), call.signal),
};

function toConnectorRequest(given: unknown, call: ToolCall): ConnectorRequest {
  refuseSecrets(peek(given, 'connector_config'));
  const checked = checkArguments(given);
  assertKeys(checked, given);
  return { ...checked, ...toAllowed(call.principal) };
}

/** Before the schema speaks, because its message would call the field unknown and repeat nothing useful. */
function refuseSecrets(config: unknown): void {
  const keys = typeof config === 'object' && config !== null ? Object.keys(config) : [];
  const secret = keys.find((key) => SECRET_KEY.test(key) && !Object.hasOwn(CONFIG_PROPERTIES, key));
  if (secret === undefined) return;
  throw new AppError(
    'SECRET_BY_VALUE',
    `connector_config.${secret.slice(0, 64)} would hold a secret, and secrets are never sent. Put it into an environment variable named CONEXUS_SECRET_… and send that name as token_env, or send a file as token_file.`,
  );
}

function assertKeys(checked: ConnectorArguments, given: unknown): void {
  const { action } = checked;
  const row = ACTIONS[action];
  const keys = Object.keys(typeof given === 'object' && given !== null ? given : {});
  const uses = row.uses.length === 0 ? 'no other key' : row.uses.join(', ');
  const problems = [
    ...row.needs
      .filter((key) => !keys.includes(key))
      .map((key) => `Action ${action} needs ${key}. Send it.`),
    ...keys
      .filter((key) => key !== 'action' && !row.uses.includes(key))
      .map((key) => `Action ${action} does not use ${key}. It uses ${uses}.`),
    ...listActionProblems(checked),
  ];
  if (problems.length > 0) throw createInvalidArgument(problems);
}

function listActionProblems({ action, ...given }: ConnectorArguments): readonly string[] {
  if (action === 'remove' && !given.confirm) {
    return ['Action remove deletes what the connector indexed. Send confirm: true to go on.'];
  }
  if (
    action === 'test' &&
    (given.connector_id === undefined) === (given.connector_config === undefined)
  ) {
    return ['Action test needs either connector_id or connector_config.'];
  }
  const isWhole = action === 'add' || action === 'test';
  if (!isWhole || given.connector_config === undefined) return [];
  return ['type', 'name']
    .filter((key) => peek(given.connector_config, key) === undefined)
    .map((key) => `connector_config.${key} is missing. Send it.`);
}

/** Names under which people send secrets. */
const SECRET_KEY = /token|password|passwd|secret|api_?key|credential|private_?key/i;
