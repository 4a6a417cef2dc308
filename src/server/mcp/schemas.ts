/**
 * Pieces of JSON Schema that several tools share. Input pieces are strict: closed objects, bounded
 * strings, lists and integers, a description each. Output pieces name what is always there and leave
 * objects open, so that a client that checks answers does not break when a field is added.
 */
import type { JsonSchema } from './tool.ts';

interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  readonly default?: number;
}

/** A whole number with both bounds: several hosts refuse integers without. */
export function integer(description: string, bounds: Bounds): JsonSchema {
  return { type: 'integer', ...bounds, description };
}

/** A flag that is off unless sent. */
export function flag(description: string): JsonSchema {
  return { type: 'boolean', default: false, description };
}

/** One of fixed values. */
export function choice(
  description: string,
  values: readonly string[],
  fallback?: string,
): JsonSchema {
  const schema = { type: 'string', enum: values, description };
  return fallback === undefined ? schema : { ...schema, default: fallback };
}

/** A short text that is not empty. */
export function text(description: string, maxLength = 4096): JsonSchema {
  return { type: 'string', minLength: 1, maxLength, description };
}

/** A list of short texts, at least one. */
export function texts(description: string): JsonSchema {
  const items = { type: 'string', minLength: 1, maxLength: 4096 };
  return { type: 'array', items, minItems: 1, maxItems: 200, description };
}

/** A list of fixed values, at least one. */
export function choices(description: string, values: readonly string[]): JsonSchema {
  const items = { type: 'string', enum: values };
  return { type: 'array', items, minItems: 1, maxItems: values.length, description };
}

/** A closed object for input. */
export function closed(
  description: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): JsonSchema {
  const schema = { type: 'object', additionalProperties: false, properties, description };
  return required.length === 0 ? schema : { ...schema, required };
}

/** An open object for output; every name in `required` is always there. */
export function open(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema {
  return { type: 'object', properties, required };
}

/** A list for output. */
export function listOf(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

export const STRING: JsonSchema = { type: 'string' };
export const NUMBER: JsonSchema = { type: 'number' };
export const INTEGER: JsonSchema = {
  type: 'integer',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
};
export const BOOLEAN: JsonSchema = { type: 'boolean' };
export const STRING_OR_NULL: JsonSchema = { type: ['string', 'null'] };
export const INTEGER_OR_NULL: JsonSchema = {
  type: ['integer', 'null'],
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
};
export const ANY_OBJECT: JsonSchema = { type: 'object' };

export const MAX_TOKENS: JsonSchema = integer(
  'Budget of the answer in tokens (a token is 3 bytes of its text). The answer keeps it by shortening content, then by leaving out results from the end.',
  { minimum: 200, maximum: 20_000, default: 4000 },
);

/** Coverage as answers carry it while the index is not complete and fresh. */
export const COVERAGE: JsonSchema = open(
  {
    discovered: INTEGER,
    indexed: INTEGER,
    skipped: ANY_OBJECT,
    failed: ANY_OBJECT,
    examples: ANY_OBJECT,
    pending: INTEGER,
    percent: NUMBER,
    passes: ANY_OBJECT,
    syncing: { type: 'array', items: { type: 'string' } },
  },
  ['discovered', 'indexed', 'pending', 'percent'],
);
