/**
 * The command `search`: one search on the database, also while a server writes it, shown as files with
 * numbered lines. Flags become the fields of the request; what they mean is the engine's business.
 */
import { startApp } from '../app.ts';
import { AppError } from '../errors/app-error.ts';
import { CHUNK_KINDS, ROLES, SOURCE_TYPES } from '../model/document.ts';
import {
  CASE_MODES,
  type SearchFilters,
  type SearchMode,
  type SearchRequest,
} from '../model/search.ts';
import { EXIT, writeLine, type CommandContext } from './cli-io.ts';
import { hasFlag, listFlag, numberFlag, type CommandArguments } from './parse-arguments.ts';
import { formatSearchReply } from './search-report.ts';
import { getStyles } from './terminal.ts';

/** Exit code 0 also when nothing is found, which is then explained. */
export async function runSearch(context: CommandContext): Promise<number> {
  const request = toSearchRequest(context.args);
  const loaded = await context.loadConfig();
  const log = await context.createLog(loaded, context.stderr);
  if (loaded.config.logging.level === 'info') log.setLevel('warn');
  await using app = await startApp(loaded.config, { mode: 'read', logger: log.logger });
  const reply = await app.engine.search(request, context.signal);
  if (hasFlag(context.args, 'json')) {
    writeLine(context.stdout, JSON.stringify(reply));
    return EXIT.done;
  }
  const styles = getStyles(context.stdout, context.env);
  for (const line of formatSearchReply(reply, styles)) writeLine(context.stdout, line);
  return EXIT.done;
}

/** Makes the request with every default filled in. Errors: `INVALID_ARGUMENT` for two modes at once. */
export function toSearchRequest(args: CommandArguments): SearchRequest {
  const modes = (['literal', 'regex', 'symbol', 'path'] as const).filter((mode) =>
    hasFlag(args, mode),
  );
  if (modes.length > 1) {
    const names = modes.map((mode) => `--${mode}`).join(' and ');
    throw new AppError('INVALID_ARGUMENT', `${names} exclude each other. Give one of them.`);
  }
  const mode: SearchMode = modes[0] ?? 'auto';
  return {
    query: args.operands.join(' '),
    mode,
    top_k: numberFlag(args, 'top-k', 20),
    offset: numberFlag(args, 'offset', 0),
    case: CASE_MODES.find((known) => known === args.flags.get('case')) ?? 'sensitive',
    whole_word: hasFlag(args, 'word'),
    multiline: hasFlag(args, 'multiline'),
    context_lines: numberFlag(args, 'context', 2),
    filters: toFilters(args),
    response_format: 'detailed',
    max_tokens: MAX_TOKENS,
    explain: false,
  };
}

/** Only filters that were given: an empty list would be a filter that nothing passes. */
function toFilters(args: CommandArguments): SearchFilters {
  const pick = <Value extends string>(name: string, known: readonly Value[]): Value[] =>
    known.filter((value) => listFlag(args, name).includes(value));
  const filters = {
    languages: listFlag(args, 'lang'),
    roles: pick('role', ROLES),
    kinds: pick('kind', CHUNK_KINDS),
    source_types: pick('source', SOURCE_TYPES),
    paths: listFlag(args, 'in'),
    exclude_paths: listFlag(args, 'exclude'),
  };
  return Object.fromEntries(Object.entries(filters).filter(([, values]) => values.length > 0));
}

/** The largest budget: a terminal has no context window to spare. */
const MAX_TOKENS = 20_000;
