/**
 * Checks a tool's arguments against its input schema and fills in defaults. The schema that clients
 * see is the one that is enforced. All problems are reported at once in words that say what to send
 * instead: an unknown key names the nearest known one, an unknown enum value lists the values. Nothing
 * is converted: `"20"` is not 20, null is not absent.
 */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

import { AppError } from '../../errors/app-error.ts';
import { findNearest } from '../../errors/nearest.ts';
import type { JsonSchema } from './tool.ts';

/** Gives the arguments with defaults filled in. Throws INVALID_ARGUMENT. The input is not changed. */
export type CheckArguments<Arguments> = (given: unknown) => Arguments;

/**
 * Compiles a schema. `Arguments` is what its author says it describes; the tool tests hold the two
 * together. Cost: some milliseconds, once for each tool.
 */
export function createCheck<Arguments>(schema: JsonSchema): CheckArguments<Arguments> {
  const ajv = new Ajv2020({ allErrors: true, useDefaults: true, verbose: true, strict: true });
  const validate = ajv.compile<Arguments>(schema);
  return (given) => {
    const copy: unknown = structuredClone(given ?? {});
    if (validate(copy)) return copy;
    throw createInvalidArgument((validate.errors ?? []).map(formatProblem));
  };
}

/** Creates the one error for wrong arguments; each problem is a whole sentence or two. */
export function createInvalidArgument(problems: readonly string[]): AppError {
  const shown = problems.slice(0, MAX_PROBLEMS);
  const hidden = problems.length - shown.length;
  if (hidden > 0) shown.push(`There are ${hidden} more problems of this kind.`);
  return new AppError('INVALID_ARGUMENT', shown.join(' '), { details: { problems: shown } });
}

function formatProblem(error: ErrorObject): string {
  const name = formatPath(error.instancePath);
  const format = FORMATS.get(error.keyword);
  return format?.(name, error) ?? `${name} is not valid: ${error.message ?? error.keyword}.`;
}

type Format = (name: string, error: ErrorObject) => string;

const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['additionalProperties', formatUnknownKey],
  ['required', (name, error) => formatMissing(name, String(error.params['missingProperty']))],
  ['enum', formatEnum],
  ['type', (name, error) => `${name} ${formatTypeProblem(error)}.`],
  ['minimum', (name, error) => `${name} ${formatRange(error)}.`],
  ['maximum', (name, error) => `${name} ${formatRange(error)}.`],
  ['minLength', (name, error) => `${name} ${formatLength(error)}.`],
  ['maxLength', (name, error) => `${name} ${formatLength(error)}.`],
  ['minItems', (name) => `${name} is an empty list. Name at least one, or leave the key out.`],
  ['maxItems', (name, error) => `${name} has too many entries; send at most ${limitOf(error)}.`],
]);

function formatUnknownKey(name: string, error: ErrorObject): string {
  const key = String(error.params['additionalProperty']);
  const known = Object.keys(propertiesOf(error));
  const nearest = findNearest(key, known);
  const place = name === TOP ? '' : ` in ${name}`;
  const hint = nearest === undefined ? '' : ` The nearest is "${nearest}".`;
  return `Unknown key ${quote(key)}${place}.${hint} Known keys: ${known.join(', ')}.`;
}

function formatMissing(name: string, key: string): string {
  return name === TOP ? `${key} is missing. Send it.` : `${name}.${key} is missing. Send it.`;
}

function formatEnum(name: string, error: ErrorObject): string {
  const values: unknown = error.params['allowedValues'];
  const known = Array.isArray(values) ? values.map(String) : [];
  return `${name} cannot be ${quote(error.data)}. Use one of: ${known.join(', ')}.`;
}

function formatTypeProblem(error: ErrorObject): string {
  const wanted = String(error.params['type']);
  const article = /^[aeiou]/.test(wanted) ? 'an' : 'a';
  return `must be ${article} ${wanted}, not ${quote(error.data)}`;
}

function formatRange(error: ErrorObject): string {
  const maximum = wordOf(error, 'maximum');
  const minimum = wordOf(error, 'minimum');
  const range = maximum === '' ? `at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return `must be a whole number ${range}, not ${quote(error.data)}`;
}

function formatLength(error: ErrorObject): string {
  const size = typeof error.data === 'string' ? Array.from(error.data).length : 0;
  const minimum = wordOf(error, 'minLength');
  return `must have ${minimum === '' ? '0' : minimum} to ${wordOf(error, 'maxLength')} characters, not ${size}`;
}

/** A keyword of the schema that refused, as a word; empty when it is not there. */
function wordOf(error: ErrorObject, keyword: string): string {
  const value = schemaOf(error)[keyword];
  return typeof value === 'number' || typeof value === 'string' ? String(value) : '';
}

function limitOf(error: ErrorObject): string {
  return String(error.params['limit']);
}

function schemaOf(error: ErrorObject): Readonly<Record<string, unknown>> {
  return error.parentSchema ?? {};
}

function propertiesOf(error: ErrorObject): object {
  const properties = schemaOf(error)['properties'];
  return typeof properties === 'object' && properties !== null ? properties : {};
}

/** `/filters/paths/0` becomes `filters.paths[0]`. */
function formatPath(instancePath: string): string {
  if (instancePath === '') return TOP;
  return instancePath
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : `${path}.${part}`));
}

/** A value as a short literal; what a caller sent comes back cut and without line breaks. */
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MAX_QUOTED_UNITS
    ? text
    : `${text.slice(0, MAX_QUOTED_UNITS).toWellFormed()}…`;
}

const TOP = 'The arguments object';
const MAX_PROBLEMS = 8;
const MAX_QUOTED_UNITS = 80;
