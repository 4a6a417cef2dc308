/**
 * `context.search`: arguments to `SearchRequest`, reply to result. What is found and how it is ranked
 * is the engine's; this file holds the words that a model reads before it calls.
 */
import { findNearest } from '../../../errors/nearest.ts';
import { findLanguageIdByName, LANGUAGES } from '../../../languages/languages.ts';
import { CHUNK_KINDS, ROLES, SOURCE_TYPES } from '../../../model/document.ts';
import type {
  SearchFilters,
  SearchReply,
  SearchRequest,
  WorkContext,
} from '../../../model/search.ts';
import { CASE_MODES, SEARCH_MODES } from '../../../model/search.ts';
import type { PathAliases } from '../../path-aliases.ts';
import { createCheck, createInvalidArgument } from '../check-arguments.ts';
import { placeForClient, toServerPath, toServerPaths } from '../client-paths.ts';
import { dropUntilFits } from '../fit-tokens.ts';
import * as schema from '../schemas.ts';
import { toAllowed, type Tool, type ToolCall } from '../tool.ts';

/** Arguments after the check, defaults filled in. */
interface SearchArguments extends Omit<SearchRequest, 'filters' | 'work_context'> {
  readonly filters?: SearchFilters;
  readonly work_context?: WorkContext;
}

const WORK_CONTEXT_FIELDS = {
  active_file: schema.text('File that is open: relative to its root, or absolute.'),
  git_branch: schema.text('Branch that is checked out.'),
  open_ticket_ids: schema.texts('Tickets that are being worked on, such as ABC-123.'),
};

const INPUT = schema.closed(
  'What to find and how much of it to show.',
  {
    query: {
      type: 'string',
      minLength: 1,
      maxLength: 32_000,
      description:
        'Words, identifiers, an error message, a stack trace or a whole issue text. In literal, regex and path mode the whole query is the pattern. In auto and symbol mode a short line may hold "exact phrase", /regex/, -word, path: lang: repo: sym: kind: source:.',
    },
    mode: schema.choice(
      'auto ranks by meaning of words and names; literal and regex list every matching line, as grep does; symbol finds definitions by name; path finds files by name.',
      SEARCH_MODES,
      'auto',
    ),
    top_k: schema.integer('Results for each page.', { minimum: 1, maximum: 100, default: 20 }),
    offset: schema.integer('Results to skip: the next page starts at offset + results.length.', {
      minimum: 0,
      maximum: 1_000_000,
      default: 0,
    }),
    case: schema.choice(
      'Literal and regex: whether case counts; smart = only when the pattern has a capital.',
      CASE_MODES,
      'sensitive',
    ),
    whole_word: schema.flag('Literal and regex: match whole words only.'),
    multiline: schema.flag('Literal and regex: let a match span lines.'),
    context_lines: schema.integer('Literal and regex: lines around a match.', {
      minimum: 0,
      maximum: 20,
      default: 2,
    }),
    filters: schema.closed('Hard limits; values of one key are alternatives, keys are combined.', {
      source_types: schema.choices('Where items come from.', SOURCE_TYPES),
      languages: schema.texts('Language ids such as typescript, python, c, markdown.'),
      paths: schema.texts('Globs when they hold * ? [ or {, else a path and all below it.'),
      exclude_paths: schema.texts('Same form as paths; what matches is left out.'),
      connectors: schema.texts('Ids of roots or connectors.'),
      kinds: schema.choices('What a piece is.', CHUNK_KINDS),
      roles: schema.choices('What a file is for.', ROLES),
      date_range: schema.closed("The item's last change, both ends included.", {
        from: schema.text('RFC 3339 time or date.', 40),
        to: schema.text('RFC 3339 time or date.', 40),
      }),
      work_context: schema.closed('As work_context beside filters: boosts, never limits.', {
        ...WORK_CONTEXT_FIELDS,
        current_story_id: schema.text('Story that is being worked on.'),
        boost_active: { type: 'boolean', description: 'false turns the boost off.' },
      }),
    }),
    work_context: schema.closed(
      'What the user works on: lifts related results, never removes any.',
      WORK_CONTEXT_FIELDS,
    ),
    response_format: schema.choice(
      'concise leaves out metadata.matches, connector_id and updated_at.',
      ['concise', 'detailed'],
      'concise',
    ),
    max_tokens: schema.MAX_TOKENS,
    explain: schema.flag('Adds score_parts, which sum to score.'),
  },
  ['query'],
);

const METADATA = schema.open(
  {
    file_path: schema.STRING,
    language: schema.STRING,
    start_line: schema.INTEGER,
    end_line: schema.INTEGER,
    chunk_type: schema.STRING,
    symbol: schema.STRING,
    connector_id: schema.STRING,
    updated_at: schema.STRING_OR_NULL,
    role: schema.STRING,
    url: schema.STRING,
    client_path: schema.STRING,
    match_lines: schema.listOf(schema.INTEGER),
    matches: schema.listOf(schema.ANY_OBJECT),
    line_cut: schema.BOOLEAN,
  },
  ['file_path', 'language', 'start_line', 'end_line', 'chunk_type', 'role'],
);

const OUTPUT = schema.open(
  {
    results: schema.listOf(
      schema.open(
        {
          id: schema.STRING,
          content: schema.STRING,
          score: schema.NUMBER,
          source_type: schema.STRING,
          metadata: METADATA,
          score_parts: schema.ANY_OBJECT,
        },
        ['id', 'content', 'score', 'source_type', 'metadata'],
      ),
    ),
    total_count: schema.INTEGER,
    total_is_estimate: schema.BOOLEAN,
    total_files: schema.INTEGER,
    query_time_ms: schema.NUMBER,
    offset: schema.INTEGER,
    limit: schema.INTEGER,
    has_more: schema.BOOLEAN,
    truncated: schema.BOOLEAN,
    truncated_by: schema.STRING,
    applied_filters: schema.ANY_OBJECT,
    coverage: schema.COVERAGE,
    zero_reason: schema.open({ code: schema.STRING, message: schema.STRING }, ['code', 'message']),
    note: schema.STRING,
  },
  [
    'results',
    'total_count',
    'query_time_ms',
    'offset',
    'limit',
    'has_more',
    'truncated',
    'applied_filters',
  ],
);

const DESCRIPTION = `Searches the indexed code bases and what surrounds them (issues, pull requests, messages, commits), and returns the best-matching lines with file, line numbers, symbol and score.

Use it instead of grep or find when you
- do not know the exact spelling or the place: describe it in words, or paste the error message, the stack trace or the issue text as it is (mode auto);
- look for a definition (mode symbol) or a file by name (mode path);
- need every match in a large code base: mode literal or regex answers from an index, in milliseconds, with counts in total_count and total_files and paging by offset;
- want results without vendored or generated code, tests or docs: filters.roles.
Use grep only for files that changed in the last second, or that are not indexed: zero_reason and coverage say when that is the case.

Results are ordered best first. content is whole lines, enough to act on; id is a resource URI that can be read for the whole file. Page with offset = offset + results.length while has_more is true. A relative path that exists in several roots must be written as id:path.`;

const checkArguments = createCheck<SearchArguments>(INPUT);

/** The tool; it keeps no state. */
export const SEARCH_TOOL: Tool = {
  card: {
    name: 'context.search',
    title: 'Search code and context',
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
    const request = toSearchRequest(checkArguments(given), call);
    const reply = await call.engine.search(request, call.signal);
    return fitReply(await addClientPaths(reply, call), request.max_tokens);
  },
};

function toSearchRequest(given: SearchArguments, call: ToolCall): SearchRequest {
  const { filters: givenFilters = {}, work_context: givenContext, ...rest } = given;
  const filters = toServerFilters(givenFilters, call.aliases);
  const context = mergeWorkContext(
    filters.work_context,
    toServerContext(givenContext, call.aliases, 'work_context'),
  );
  return {
    ...rest,
    query: given.query.toWellFormed(),
    filters,
    ...(context === undefined ? {} : { work_context: context }),
    ...toAllowed(call.principal),
  };
}

function toServerFilters(filters: SearchFilters, aliases: PathAliases): SearchFilters {
  assertDateRange(filters.date_range);
  const { paths, exclude_paths: excluded, languages, work_context: given } = filters;
  const context = toServerContext(given, aliases, 'filters.work_context');
  return {
    ...filters,
    ...(paths === undefined ? {} : { paths: toServerPaths(aliases, paths, 'filters.paths') }),
    ...(excluded === undefined
      ? {}
      : { exclude_paths: toServerPaths(aliases, excluded, 'filters.exclude_paths') }),
    ...(languages === undefined ? {} : { languages: languages.map(toLanguageId) }),
    ...(context === undefined ? {} : { work_context: context }),
  };
}

function toLanguageId(name: string): string {
  const id = findLanguageIdByName(name);
  if (id !== undefined) return id;
  const ids = LANGUAGES.map((language) => language.id);
  const nearest = findNearest(name.toLowerCase(), ids);
  const hint = nearest === undefined ? '' : ` The nearest is ${nearest}.`;
  throw createInvalidArgument([
    `filters.languages cannot hold "${name.slice(0, 60)}".${hint} Use some of: ${ids.join(', ')}.`,
  ]);
}

function toServerContext(
  context: WorkContext | undefined,
  aliases: PathAliases,
  field: string,
): WorkContext | undefined {
  if (context?.active_file === undefined) return context;
  const active = toServerPath(aliases, context.active_file, `${field}.active_file`);
  return { ...context, active_file: active };
}

/** The one beside `filters` wins where both say something; `boost_active: false` leaves nothing. */
function mergeWorkContext(
  inFilters: WorkContext | undefined,
  beside: WorkContext | undefined,
): WorkContext | undefined {
  if (inFilters?.boost_active === false) return undefined;
  if (inFilters === undefined && beside === undefined) return undefined;
  return { ...inFilters, ...beside };
}

function assertDateRange(range: SearchFilters['date_range']): void {
  const from = parseDate(range?.from, 'from');
  const to = parseDate(range?.to, 'to');
  if (from !== undefined && to !== undefined && from > to) {
    throw createInvalidArgument(['filters.date_range.from lies after to. Exchange them.']);
  }
}

function parseDate(value: string | undefined, key: string): number | undefined {
  if (value === undefined) return undefined;
  const time = DATE_PATTERN.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  const example = '2026-01-31 or 2026-01-31T12:00:00Z';
  throw createInvalidArgument([`filters.date_range.${key} is not a date. Send ${example}.`]);
}

async function addClientPaths(reply: SearchReply, call: ToolCall): Promise<SearchReply> {
  const results = await placeForClient(call, reply.results, ({ metadata }) => metadata.file_path);
  return { ...reply, results };
}

/** Results that no longer fit go from the end. One always stays: an empty page would never end the paging. */
function fitReply(reply: SearchReply, maxTokens: number): SearchReply {
  return dropUntilFits(reply, { maxTokens, count: reply.results.length, least: 1 }, (count) => ({
    ...reply,
    results: reply.results.slice(0, count),
    has_more: true,
    truncated: true,
    truncated_by: 'budget',
  }));
}

/** RFC 3339: a date, or a date with time and offset. */
const DATE_PATTERN = /^\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))?$/;
