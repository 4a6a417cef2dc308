/**
 * The four tools as one table, and everything that is the same for each call: both spellings of names,
 * time limit, cleaning of text, error texts, metrics. A call that fails is a value (a tool result with
 * `isError`), except for an unknown tool, which is the protocol's error.
 */
import type { CallToolResult } from '@modelcontextprotocol/server';

import { AppError } from '../../errors/app-error.ts';
import { findNearest } from '../../errors/nearest.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import type { Engine } from '../../model/engine.ts';
import type { Span, Tracing } from '../../tracing/tracing.ts';
import type { PathAliases } from '../path-aliases.ts';
import type { Principal, Scope } from '../principal.ts';
import { toSafeData } from '../safe-text.ts';
import type { ServerLog } from '../server-log.ts';
import { isOurFault, toShownError, toToolText } from '../wire-errors.ts';
import { describeCall, type CallEnd } from './audit.ts';
import type { Tool, ToolCard } from './tool.ts';
import { CONNECTOR_TOOL } from './tools/connector-tool.ts';
import { INDEX_TOOL } from './tools/index-tool.ts';
import { RELATED_TOOL } from './tools/related-tool.ts';
import { SEARCH_TOOL } from './tools/search-tool.ts';

/** How tool names are listed; calls take both. */
export type NameStyle = 'dot' | 'underscore';

/** One call as it comes from the protocol. */
export interface ToolRequest {
  /** As the client sent it, in either spelling. */
  readonly name: string;
  /** Not checked yet. */
  readonly given: unknown;
  readonly principal: Principal;
  /** Of the HTTP request, so that lines of the log can be joined. */
  readonly requestId?: string;
  /** Of the HTTP request; the call becomes a part of it. */
  readonly span?: Span;
  /** Fires when the client is gone. */
  readonly signal: AbortSignal;
  readonly reportProgress?: (percent: number, message: string) => void;
}

export interface ToolRegistry {
  /** Gives the cards in a fixed order, in one spelling. */
  list(style: NameStyle): readonly ToolCard[];
  /** Runs a tool. Throws TOOL_NOT_FOUND and nothing else; every other failure is a result. */
  call(request: ToolRequest): Promise<CallToolResult>;
  /** The right that a call needs, undefined for an unknown tool. */
  findRequiredScope(name: string, given: unknown): Scope | undefined;
}

export interface ToolRegistryOptions {
  readonly engine: Engine;
  readonly aliases: PathAliases;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly log: ServerLog;
  /** Gets one line for each call. */
  readonly audit: ServerLog;
  /** Milliseconds after which a call that did not ask to wait is given up; default 10,000. */
  readonly callLimitMs?: number;
}

/** Creates the registry; it owns nothing that must be released. */
export function createToolRegistry(options: ToolRegistryOptions): ToolRegistry {
  let running = 0;
  const countRunning = (change: number): void => {
    running += change;
    options.metrics.set('conexus_tool_calls_running', {}, running);
  };
  return {
    list: (style) => CARDS[style],
    findRequiredScope: (name, given) => TOOLS_BY_NAME.get(name)?.requiredScope(given),
    call: async (request) => {
      const tool = TOOLS_BY_NAME.get(request.name);
      if (tool === undefined) throw createToolNotFound(request.name);
      const startMs = performance.now();
      const span = startSpan(options.tracing, tool, request);
      const finish = (end: CallEnd): void => {
        const durationMs = performance.now() - startMs;
        countOutcome(options, { tool, outcome: end.outcome, durationMs });
        endSpan(span, end);
        options.audit.info(describeCall(request, { ...end, tool, durationMs }), 'tool call');
      };
      countRunning(1);
      try {
        const data = toSafeData(await runWithinLimit(tool, request, options));
        const result = toResult(data);
        finish({ outcome: 'ok', data, text: result.text });
        return result.call;
      } catch (error) {
        finish({ outcome: toOutcome(error), code: toShownError(error).code });
        if (isOurFault(error))
          options.log.error({ tool: tool.card.name, err: error }, 'tool failed');
        return { content: [{ type: 'text', text: toToolText(error) }], isError: true };
      } finally {
        countRunning(-1);
      }
    },
  };
}

/** The same information twice: some hosts show only the one, some only the other. */
function toResult(data: object): { readonly text: string; readonly call: CallToolResult } {
  const text = JSON.stringify(data);
  return { text, call: { content: [{ type: 'text', text }], structuredContent: { ...data } } };
}

/**
 * The engine has a deadline of its own and answers with what it has; this is the net below it, for an
 * engine that does not come back at all.
 */
async function runWithinLimit(
  tool: Tool,
  request: ToolRequest,
  options: ToolRegistryOptions,
): Promise<object> {
  const { signal, principal, given, reportProgress } = request;
  const { engine, aliases } = options;
  const limitMs = (options.callLimitMs ?? CALL_LIMIT_MS) + tool.extraWaitMs(given);
  const controller = new AbortController();
  const stop = Promise.withResolvers<never>();
  const give = (error: AppError): void => {
    stop.reject(error);
    controller.abort(error);
  };
  const onAbort = (): void => give(new AppError('CANCELED', 'The client went away.'));
  const timer = setTimeout(() => give(createDeadline(limitMs)), limitMs);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal.aborted) onAbort();
    const call = { engine, aliases, principal, signal: controller.signal };
    const work = tool.run(given, reportProgress === undefined ? call : { ...call, reportProgress });
    return await Promise.race([work, stop.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    stop.promise.catch(() => undefined);
  }
}

function createDeadline(limitMs: number): AppError {
  const message = `No answer within ${limitMs} ms. Ask for less: fewer results, more filters.`;
  return new AppError('DEADLINE_EXCEEDED', message);
}

function createToolNotFound(name: string): AppError {
  const known = TOOLS.map((tool) => tool.card.name);
  const nearest = findNearest(name, known);
  const hint =
    nearest === undefined ? `The tools are ${known.join(', ')}.` : `Did you mean ${nearest}?`;
  return new AppError('TOOL_NOT_FOUND', `There is no tool of this name. ${hint}`);
}

function toOutcome(error: unknown): CallEnd['outcome'] {
  const { code, httpStatus } = toShownError(error);
  if (code === 'CANCELED') return 'canceled';
  return httpStatus < 500 ? 'rejected' : 'failed';
}

function countOutcome(
  options: ToolRegistryOptions,
  end: { readonly tool: Tool; readonly outcome: CallEnd['outcome']; readonly durationMs: number },
): void {
  const tool = end.tool.card.name;
  options.metrics.increment('conexus_tool_calls_total', { tool, outcome: end.outcome });
  options.metrics.observe('conexus_tool_call_duration_seconds', { tool }, end.durationMs / 1000);
}

/** Named as OpenTelemetry's conventions for MCP have it. */
function startSpan(tracing: Tracing, { card }: Tool, { span: parent }: ToolRequest): Span {
  const fields = { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': card.name };
  return tracing.start(`tools/call ${card.name}`, { kind: 'server', parent, fields });
}

function endSpan(span: Span, { outcome, code, text }: CallEnd): void {
  span.set({ 'conexus.outcome': outcome });
  if (code !== undefined) span.set({ 'conexus.error_code': code });
  if (text !== undefined) span.set({ 'conexus.answer_bytes': Buffer.byteLength(text) });
  span.end(outcome === 'failed' ? (code ?? 'INTERNAL') : undefined);
}

/** Gives the underscore spelling of a dotted name. */
function toUnderscore(name: string): string {
  return name.replaceAll('.', '_');
}

/** In the order in which clients list them. */
const TOOLS: readonly Tool[] = [SEARCH_TOOL, RELATED_TOOL, INDEX_TOOL, CONNECTOR_TOOL];

const TOOLS_BY_NAME: ReadonlyMap<string, Tool> = new Map(
  TOOLS.flatMap((tool) => [
    [tool.card.name, tool],
    [toUnderscore(tool.card.name), tool],
  ]),
);

const CARDS: Readonly<Record<NameStyle, readonly ToolCard[]>> = {
  dot: TOOLS.map((tool) => tool.card),
  underscore: TOOLS.map((tool) => ({ ...tool.card, name: toUnderscore(tool.card.name) })),
};

/** No call takes longer, by contract; a wait that was asked for comes on top. */
const CALL_LIMIT_MS = 10_000;
