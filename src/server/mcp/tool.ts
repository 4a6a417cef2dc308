/**
 * What a tool is, apart from what it does: its card (what clients see) and its run. A run gets checked
 * rights and raw arguments, checks them itself, asks the engine and gives plain data; protocol shapes,
 * cleaning of text, errors, metrics and time limits are the registry's. A tool keeps no state.
 */
import type { Engine } from '../../model/engine.ts';
import type { PathAliases } from '../path-aliases.ts';
import type { Principal, Scope } from '../principal.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What `tools/list` says of a tool, under its dotted name. */
export interface ToolCard {
  readonly name: string;
  readonly title: string;
  /** Under 2 KB: several hosts cut it there. */
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema: JsonSchema;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly idempotentHint: boolean;
    readonly openWorldHint: boolean;
  };
}

/** One call on its way through a tool. */
export interface ToolCall {
  readonly engine: Engine;
  readonly aliases: PathAliases;
  readonly principal: Principal;
  /** Fires when the client is gone or the call's time is over. */
  readonly signal: AbortSignal;
  /** Present when the client asked for progress and can receive it. `percent` must not fall. */
  readonly reportProgress?: (percent: number, message: string) => void;
}

export interface Tool {
  readonly card: ToolCard;
  /** The right that these arguments need; arguments that make no sense need the least. */
  requiredScope(given: unknown): Scope;
  /** Longest wait in milliseconds that these arguments ask for, beyond the limit of every call. */
  extraWaitMs(given: unknown): number;
  /** Gives the result as plain data. Throws AppError, INVALID_ARGUMENT first of all. */
  run(given: unknown, call: ToolCall): Promise<object>;
}

/** What a call costs a model: the contract counts a token as three bytes of the text, rounded up. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** The restriction of a principal in the form that requests to the engine carry. */
export function toAllowed(principal: Principal): {
  readonly allowed_connectors?: readonly string[];
} {
  const { allowedConnectors } = principal;
  return allowedConnectors === undefined ? {} : { allowed_connectors: allowedConnectors };
}

const BYTES_PER_TOKEN = 3;
