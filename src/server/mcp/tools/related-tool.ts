/**
 * `context.get_related_info`: what surrounds a file, a symbol or a ticket. Checks that exactly one of
 * them is named; what is related to what is the engine's.
 */
import type { RelatedReply, RelatedRequest } from '../../../model/related.ts';
import { RELATION_TYPES } from '../../../model/related.ts';
import { createCheck, createInvalidArgument } from '../check-arguments.ts';
import { placeForClient, toServerPath } from '../client-paths.ts';
import { dropUntilFits } from '../fit-tokens.ts';
import * as schema from '../schemas.ts';
import { toAllowed, type Tool, type ToolCall } from '../tool.ts';

/** Arguments after the check, defaults filled in. */
interface RelatedArguments extends Omit<RelatedRequest, 'relations' | 'allowed_connectors'> {
  readonly relations?: RelatedRequest['relations'];
}

const INPUT = schema.closed('Exactly one of file_path, symbol and ticket_id.', {
  file_path: schema.text('File or folder: relative to its root, id:relative, or absolute.'),
  line: schema.integer('With file_path: the first item is then the definition around this line.', {
    minimum: 1,
    maximum: 100_000_000,
  }),
  ticket_id: schema.text('Ticket, issue or pull request: ABC-123, owner/repo#12.', 200),
  symbol: schema.text('Name of a function, class, type or constant.', 1000),
  relations: schema.choices('Only these relations; all of them by default.', RELATION_TYPES),
  top_k: schema.integer('Items in all.', { minimum: 1, maximum: 100, default: 20 }),
  max_tokens: schema.MAX_TOKENS,
});

const OUTPUT = schema.open(
  {
    summary: schema.STRING,
    related_items: schema.listOf(
      schema.open(
        {
          id: schema.STRING,
          content: schema.STRING,
          score: schema.NUMBER,
          source_type: schema.STRING,
          file_path: schema.STRING_OR_NULL,
          relation_type: schema.STRING,
          reason: schema.STRING,
          start_line: schema.INTEGER_OR_NULL,
          end_line: schema.INTEGER_OR_NULL,
          metadata: schema.ANY_OBJECT,
        },
        ['id', 'content', 'score', 'source_type', 'relation_type', 'reason', 'metadata'],
      ),
    ),
    related_prs: schema.listOf(schema.STRING),
    related_issues: schema.listOf(schema.STRING),
    discussions: schema.listOf(
      schema.open(
        {
          channel: schema.STRING,
          timestamp: schema.STRING,
          summary: schema.STRING,
          url: schema.STRING,
        },
        ['channel', 'timestamp', 'summary', 'url'],
      ),
    ),
    truncated: schema.BOOLEAN,
    query_time_ms: schema.NUMBER,
    coverage: schema.COVERAGE,
  },
  [
    'summary',
    'related_items',
    'related_prs',
    'related_issues',
    'discussions',
    'truncated',
    'query_time_ms',
  ],
);

const DESCRIPTION = `Tells what surrounds one file, folder, symbol or ticket, in one call: outline, definitions of what it uses, what it imports and what imports it, what it calls and who calls it, tests, files that change together with it in history, recent commits, and the tickets, pull requests and discussions that name it. Each item carries its lines, a score and the reason why it is related.

Use it before you change code, to see who depends on it and where its tests are; after a search, to go from one hit to its surroundings; with a ticket, to collect its comments, commits, branches and touched files. It replaces a row of greps for a name: it knows definitions, imports and history, which grep does not.

Name exactly one of
- file_path (add line to get the whole definition around that line first; a folder gives its main definitions and the folders it imports from and is imported by),
- symbol,
- ticket_id.
Narrow with relations, for example ["called_by", "tested_by"]. An unknown file or symbol is an error that names the nearest known ones; an unknown ticket gives empty lists and a summary that says where was asked.`;

const checkArguments = createCheck<RelatedArguments>(INPUT);

/** The tool; it keeps no state. */
export const RELATED_TOOL: Tool = {
  card: {
    name: 'context.get_related_info',
    title: 'Get what surrounds a file, symbol or ticket',
    description: DESCRIPTION,
    inputSchema: INPUT,
    outputSchema: OUTPUT,
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  },
  requiredScope: () => 'read',
  extraWaitMs: () => 0,
  run: async (given, call) => {
    const request = toRelatedRequest(checkArguments(given), call);
    const reply = await call.engine.related(request, call.signal);
    return fitReply(await addClientPaths(reply, call), request.max_tokens);
  },
};

function toRelatedRequest(given: RelatedArguments, call: ToolCall): RelatedRequest {
  assertOneSubject(given);
  const { file_path: file, relations = [], ...rest } = given;
  return {
    ...rest,
    relations,
    ...(file === undefined ? {} : { file_path: toServerPath(call.aliases, file, 'file_path') }),
    ...toAllowed(call.principal),
  };
}

function assertOneSubject(given: RelatedArguments): void {
  const named = SUBJECTS.filter((key) => given[key] !== undefined);
  if (named.length !== 1) {
    const found = named.length === 0 ? 'none of them' : named.join(' and ');
    throw createInvalidArgument([
      `Send exactly one of ${SUBJECTS.join(', ')}; this call has ${found}.`,
    ]);
  }
  if (given.line !== undefined && given.file_path === undefined) {
    throw createInvalidArgument(['line needs file_path. Send both, or leave line out.']);
  }
}

async function addClientPaths(reply: RelatedReply, call: ToolCall): Promise<RelatedReply> {
  const items = await placeForClient(call, reply.related_items, (item) => item.file_path);
  return { ...reply, related_items: items };
}

/** Items that no longer fit go from the end, without limit: nothing pages through them. */
function fitReply(reply: RelatedReply, maxTokens: number): RelatedReply {
  return dropUntilFits(
    reply,
    { maxTokens, count: reply.related_items.length, least: 0 },
    (count) => ({
      ...reply,
      related_items: reply.related_items.slice(0, count),
      truncated: true,
    }),
  );
}

const SUBJECTS = ['file_path', 'symbol', 'ticket_id'] as const;
