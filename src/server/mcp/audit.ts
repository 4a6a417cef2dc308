/**
 * The line that each tool call leaves in the audit log: who asked which tool, which roots the answer draws
 * from, how it ended, how long it took and how much came back. Never what was asked or answered: no query,
 * no path, no content, no argument but the action, which is one of a few fixed words.
 */
import { peek } from '../peek.ts';
import type { Principal } from '../principal.ts';
import type { Tool } from './tool.ts';

/** Who asks, and for what. */
export interface AuditedCall {
  readonly principal: Principal;
  readonly requestId?: string;
  readonly given: unknown;
}

/** How a call ended. */
export interface CallEnd {
  readonly outcome: 'ok' | 'rejected' | 'failed' | 'canceled';
  /** Our code of the error; absent when it went well. */
  readonly code?: string;
  /** What is answered, and the same as text. */
  readonly data?: object;
  readonly text?: string;
}

/** Gives the fields of the line. Cost: a look at the ids of the results. */
export function describeCall(
  { principal, requestId, given }: AuditedCall,
  { tool, durationMs, outcome, code, data, text }: CallEnd & { tool: Tool; durationMs: number },
): Readonly<Record<string, unknown>> {
  const action = findAction(tool, given);
  const items = listItems(data);
  return {
    principal: principal.id,
    allowed: principal.allowedConnectors ?? '*',
    tool: tool.card.name,
    ...(action === undefined ? {} : { action }),
    outcome,
    ...(code === undefined ? {} : { code }),
    roots: listRoots(items),
    results: items.length,
    answerBytes: text === undefined ? 0 : Buffer.byteLength(text),
    durationMs: Math.round(durationMs * 10) / 10,
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** Gives the fields of the line for a resource that was read; `text` is absent when it was refused. */
export function describeRead(
  { principal, requestId }: Omit<AuditedCall, 'given'>,
  { uri, text, code }: { readonly uri: unknown; readonly text?: string; readonly code?: string },
): Readonly<Record<string, unknown>> {
  return {
    principal: principal.id,
    allowed: principal.allowedConnectors ?? '*',
    outcome: code === undefined ? 'ok' : 'rejected',
    ...(code === undefined ? {} : { code }),
    roots: text === undefined ? [] : listRoots([{ id: uri }]),
    answerBytes: text === undefined ? 0 : Buffer.byteLength(text),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** The action as sent, but only when it is one that the tool knows: anything else is a caller's text. */
function findAction(tool: Tool, given: unknown): string | undefined {
  const known = peek(peek(peek(tool.card.inputSchema, 'properties'), 'action'), 'enum');
  const action = peek(given, 'action');
  return Array.isArray(known) && known.includes(action) ? String(action) : undefined;
}

function listItems(data: object | undefined): readonly unknown[] {
  const lists = [peek(data, 'results'), peek(data, 'related_items'), peek(data, 'connectors')];
  return lists.flatMap((list): readonly unknown[] => (Array.isArray(list) ? list : []));
}

/** Distinct roots of `engine://file/<root>/…`, and ids of connectors; sorted. */
function listRoots(items: readonly unknown[]): readonly string[] {
  const roots = items.flatMap((item) => {
    const id = peek(item, 'id');
    if (typeof id !== 'string') return [];
    const root = /^engine:\/\/file\/([^/#]+)\//.exec(id)?.[1];
    return root ?? (/^[a-z0-9-]{1,63}$/.test(id) ? id : []);
  });
  return [...new Set(roots)].toSorted();
}
