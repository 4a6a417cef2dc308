/**
 * `context.index_control`: one action per call. Each action has a row that says which keys it uses and
 * needs; any other key is an error, so that nobody believes a key had an effect when it had none.
 */
import { CONTROL_ACTIONS, type ControlAction } from '../../../model/control.ts';
import type { ControlReply, ControlRequest, PushedDocument } from '../../../model/control.ts';
import { SOURCE_TYPES } from '../../../model/document.ts';
import type { IndexStatus, JobView } from '../../../model/status.ts';
import { peek } from '../../peek.ts';
import { createCheck, createInvalidArgument } from '../check-arguments.ts';
import { toServerPath, toServerPaths } from '../client-paths.ts';
import * as schema from '../schemas.ts';
import { countTokens, toAllowed, type Tool, type ToolCall } from '../tool.ts';

/** Arguments after the check, defaults filled in. */
interface IndexArguments extends Omit<ControlRequest, 'connectors' | 'allowed_connectors'> {
  readonly connectors?: readonly string[];
}

interface ActionRow {
  readonly uses: readonly string[];
  readonly needs: readonly string[];
  /** True when the action changes nothing. */
  readonly isReading: boolean;
}

/** Which keys each action uses besides `action`. */
const ACTIONS: Readonly<Record<ControlAction, ActionRow>> = {
  start: { uses: ['connectors'], needs: [], isReading: false },
  stop: { uses: ['job_id'], needs: [], isReading: false },
  status: { uses: ['job_id', 'wait_ms', 'since'], needs: [], isReading: true },
  force_reindex: { uses: ['connectors'], needs: [], isReading: false },
  reindex_paths: { uses: ['paths'], needs: ['paths'], isReading: false },
  plan: { uses: ['connectors'], needs: [], isReading: true },
  explain_path: { uses: ['path'], needs: ['path'], isReading: true },
  verify: { uses: ['connectors'], needs: [], isReading: false },
  index: { uses: ['content'], needs: ['content'], isReading: false },
};

/** Longest bounded wait in milliseconds, by contract. */
export const MAX_WAIT_MS = 25_000;

const INPUT = schema.closed(
  'One action and the keys that it uses.',
  {
    action: schema.choice('What to do.', CONTROL_ACTIONS),
    connectors: schema.texts(
      'start, force_reindex, plan, verify: ids of roots or connectors; all by default.',
    ),
    job_id: schema.text('stop, status: the job that is meant.', 200),
    wait_ms: schema.integer(
      'status: answer when the revision differs from since or the job has ended, at the latest after this many milliseconds.',
      { minimum: 0, maximum: MAX_WAIT_MS, default: 0 },
    ),
    since: schema.integer('status: the revision that is known already.', {
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
    }),
    paths: schema.texts('reindex_paths: files or folders inside the roots.'),
    path: schema.text('explain_path: the file or folder.'),
    content: schema.closed(
      'index: one document to store; the same path overwrites.',
      {
        path: schema.text('Name of the document.', 1024),
        content: { type: 'string', maxLength: 1_000_000, description: 'Its text.' },
        source_type: schema.choice('Where it comes from.', SOURCE_TYPES),
        updated_at: schema.text('RFC 3339 time of its last change.', 40),
      },
      ['path', 'content', 'source_type'],
    ),
  },
  ['action'],
);

const OUTPUT = schema.open(
  {
    status: schema.STRING,
    message: schema.STRING,
    job_id: schema.STRING,
    details: {},
    index_status: schema.open(
      {
        revision: schema.INTEGER,
        is_indexing: schema.BOOLEAN,
        phase: schema.STRING,
        progress: schema.NUMBER,
        searchable: schema.BOOLEAN,
        coverage: schema.ANY_OBJECT,
        passes: schema.ANY_OBJECT,
        roots: schema.listOf(schema.ANY_OBJECT),
        jobs: schema.listOf(schema.ANY_OBJECT),
      },
      ['revision', 'is_indexing', 'phase', 'progress', 'searchable', 'coverage', 'jobs'],
    ),
  },
  ['status', 'message'],
);

const DESCRIPTION = `Steers and explains the index. The index keeps itself fresh; call this when you need to know what is indexed, or to change it.

Actions and the keys they use:
- status: what is indexed, what is not and why, running jobs. With wait_ms (up to 25000) it answers at the next change after revision since, or when job_id has ended: use that instead of polling.
- start (connectors): index or refresh; answers at once with job_id.
- stop (job_id): cancel; what was indexed stays searchable.
- force_reindex (connectors): rebuild from nothing while the old index goes on answering. Slow; only when verify finds damage.
- reindex_paths (paths): read these files or folders again.
- plan (connectors): what a start would add, change, remove and skip, without doing it.
- explain_path (path): why a file is or is not in the index, with the ignore rule that decided. Use it when a search misses a file that you know.
- verify (connectors): check the index against disk and repair; answers with job_id.
- index (content): store one document that is not in any root.
A key that an action does not use is an error. Searching works while jobs run.`;

const checkArguments = createCheck<IndexArguments>(INPUT);

/** The tool; it keeps no state. */
export const INDEX_TOOL: Tool = {
  card: {
    name: 'context.index_control',
    title: 'Control and explain the index',
    description: DESCRIPTION,
    inputSchema: INPUT,
    outputSchema: OUTPUT,
    annotations: {
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: false,
      openWorldHint: false,
    },
  },
  requiredScope: (given) => (findRow(given)?.isReading === false ? 'index' : 'read'),
  extraWaitMs: (given) => {
    const waitMs = peek(given, 'wait_ms');
    return typeof waitMs === 'number' ? Math.min(Math.max(waitMs, 0), MAX_WAIT_MS) : 0;
  },
  run: async (given, call) => {
    const request = toControlRequest(given, call);
    const reply = await runWithProgress(request, call);
    return fitReply(reply);
  },
};

function findRow(given: unknown): ActionRow | undefined {
  const action = CONTROL_ACTIONS.find((name) => name === peek(given, 'action'));
  return action === undefined ? undefined : ACTIONS[action];
}

function toControlRequest(given: unknown, call: ToolCall): ControlRequest {
  const checked = checkArguments(given);
  assertKeys(checked.action, given);
  const { paths, path, content, connectors = [], ...rest } = checked;
  return {
    ...rest,
    connectors,
    ...(paths === undefined ? {} : { paths: toServerPaths(call.aliases, paths, 'paths') }),
    ...(path === undefined ? {} : { path: toServerPath(call.aliases, path, 'path') }),
    ...(content === undefined ? {} : { content: checkDocument(content) }),
    ...toAllowed(call.principal),
  };
}

/** Looks at the keys as sent, because defaults are filled in for every action. */
function assertKeys(action: ControlAction, given: unknown): void {
  const row = ACTIONS[action];
  const keys = Object.keys(typeof given === 'object' && given !== null ? given : {});
  const unused = keys.filter((key) => key !== 'action' && !row.uses.includes(key));
  const missing = row.needs.filter((key) => !keys.includes(key));
  const uses = row.uses.length === 0 ? 'no other key' : row.uses.join(', ');
  const problems = [
    ...missing.map((key) => `Action ${action} needs ${key}. Send it.`),
    ...unused.map((key) => `Action ${action} does not use ${key}. It uses ${uses}.`),
  ];
  if (problems.length > 0) throw createInvalidArgument(problems);
}

function checkDocument(content: PushedDocument): PushedDocument {
  if (content.path.includes('\0') || !content.path.isWellFormed()) {
    throw createInvalidArgument(['content.path holds a NUL or half a character.']);
  }
  const { updated_at: updatedAt } = content;
  if (updatedAt !== undefined && Number.isNaN(Date.parse(updatedAt))) {
    throw createInvalidArgument([
      'content.updated_at is not a time. Send it as 2026-01-31T12:00:00Z.',
    ]);
  }
  return { ...content, content: content.content.toWellFormed() };
}

/** While a wait lasts, each new whole percent goes to a client that asked for progress. */
async function runWithProgress(request: ControlRequest, call: ToolCall): Promise<ControlReply> {
  const { reportProgress } = call;
  if (reportProgress === undefined || request.wait_ms === 0) {
    return call.engine.control(request, call.signal);
  }
  let reported = -1;
  const forget = call.engine.onStatus((status) => {
    const { progress, phase } = findProgress(status, request);
    if (progress <= reported) return;
    reported = progress;
    reportProgress(progress, phase);
  });
  try {
    return await call.engine.control(request, call.signal);
  } finally {
    forget();
  }
}

/** Progress of the job that is waited for, else of the newest one that the caller sees. */
function findProgress(
  status: IndexStatus,
  { job_id: jobId, allowed_connectors: allowed }: ControlRequest,
): { readonly progress: number; readonly phase: string } {
  if (jobId === undefined && allowed === undefined) return status;
  const isMeant = (job: JobView): boolean =>
    (jobId === undefined || job.job_id === jobId) &&
    (allowed === undefined || job.connectors.some((id) => allowed.includes(id)));
  return status.jobs.find(isMeant) ?? { progress: 0, phase: 'idle' };
}

/** A status with many jobs and roots is cut to what a default answer may cost; /status has all of it. */
function fitReply(reply: ControlReply): ControlReply {
  const { index_status: status } = reply;
  if (status === undefined || countTokens(JSON.stringify(reply)) <= STATUS_TOKENS) return reply;
  return { ...reply, index_status: shortenStatus(status) };
}

function shortenStatus(status: IndexStatus): IndexStatus {
  const running = status.jobs.filter((job) => job.ended_at === null);
  const ended = status.jobs.filter((job) => job.ended_at !== null);
  const roots = status.roots.slice(0, SHORT_ROOTS).map((root) => ({
    ...root,
    coverage: { ...root.coverage, examples: {} },
  }));
  return { ...status, jobs: [...running, ...ended].slice(0, SHORT_JOBS), roots };
}

/** Default answers stay under 4,000 tokens, by contract. */
const STATUS_TOKENS = 3999;
const SHORT_JOBS = 5;
const SHORT_ROOTS = 8;
