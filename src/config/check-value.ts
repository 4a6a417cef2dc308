/**
 * The second step of the configuration for one value: from what was written to what the option's type
 * says. Texts are accepted for every type, because the environment has nothing else and `${NAME}` in
 * the file gives texts too. It knows no other option: joint rules stand in `build-config.ts`.
 */
import { resolve } from 'node:path';
import type { PathAlias } from './config.ts';
import { checkConnectors } from './check-connectors.ts';
import type { OptionRow, OptionType } from './options.ts';
import { isPlainObject, type Environment } from './raw-values.ts';

/** What relative paths and `~/` are resolved with. */
export interface Place {
  readonly cwd: string;
  readonly env: Environment;
}

/** A value of the option's type, or every fault of what was written. */
export type Checked<Value> =
  | { readonly kind: 'ok'; readonly value: Value }
  | { readonly kind: 'wrong'; readonly messages: readonly string[] };

/** Checks one value against its row. Paths come back absolute, aliases as `PathAlias[]`. Never throws. */
export function checkValue(row: OptionRow, value: unknown, place: Place): Checked<unknown> {
  return CHECKS[row.type](value, row, place);
}

/** Makes a path absolute: `~/` is the home folder, everything else is relative to the current directory. */
export function toAbsolutePath(path: string, place: Place): string {
  const home = place.env['HOME'];
  if (home !== undefined && (path === '~' || path.startsWith('~/'))) {
    return resolve(home, path.slice(2));
  }
  return resolve(place.cwd, path);
}

/** Parses `client=server`. The server's side is absolute here; the client's may be a Windows path. */
function parsePathAlias(text: string): PathAlias | string {
  const separator = text.indexOf('=');
  const client = text.slice(0, Math.max(separator, 0)).trim();
  const server = text.slice(separator + 1).trim();
  if (separator < 0 || client === '' || server === '') {
    return `${quote(text)} is not a pair. Write client=server, such as /home/me/src=/data/codebase.`;
  }
  const isClientAbsolute = /^(?:\/|[A-Za-z]:[\\/]?|\\\\)/.test(client);
  if (!isClientAbsolute) {
    return `The client's side ${quote(client)} must be an absolute path, such as /home/me/src or C:\\src.`;
  }
  if (!server.startsWith('/')) {
    return `The server's side ${quote(server)} must be an absolute path, such as /data/codebase.`;
  }
  return { client: withoutEndingSlash(client), server: withoutEndingSlash(server) };
}

type Check = (value: unknown, row: OptionRow, place: Place) => Checked<unknown>;

const CHECKS: Readonly<Record<OptionType, Check>> = {
  string: checkString,
  path: (value, _row, place) => then(checkString(value), (text) => ok(toAbsolutePath(text, place))),
  url: (value) => then(checkString(value), checkUrl),
  choice: checkChoice,
  boolean: checkBoolean,
  integer: checkNumber,
  number: checkNumber,
  strings: (value) => checkList(value, ','),
  paths: (value, row, place) =>
    then(checkList(value, ':'), (texts) => checkPaths(texts, row, place)),
  aliases: (value) => then(checkList(toAliasTexts(value), ';'), checkAliases),
  connectors: (value) => checkConnectors(value),
};

function checkString(value: unknown): Checked<string> {
  if (typeof value === 'number') return ok(String(value));
  if (typeof value !== 'string') return wrong(`${quote(value)} is not a text.`);
  const text = value.trim();
  return text === '' ? wrong('It is empty. Give a value or leave the key out.') : ok(text);
}

function checkUrl(text: string): Checked<string> {
  const url = URL.parse(text);
  const isHttp = url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
  return isHttp ? ok(text) : wrong(`${quote(text)} is not an http or https address.`);
}

function checkChoice(value: unknown, row: OptionRow): Checked<string> {
  // YAML 1.1 tools write `off` where this reader gives a text, but a JSON or generated file may say false.
  const text = value === false && row.choices?.includes('off') ? 'off' : value;
  if (typeof text === 'string' && row.choices?.includes(text.toLowerCase().trim())) {
    return ok(text.toLowerCase().trim());
  }
  return wrong(`${quote(value)} is not one of ${row.choices?.join(', ')}.`);
}

function checkBoolean(value: unknown): Checked<boolean> {
  if (typeof value === 'boolean') return ok(value);
  const text = String(value).toLowerCase().trim();
  if (['true', '1', 'yes', 'on'].includes(text)) return ok(true);
  if (['false', '0', 'no', 'off'].includes(text)) return ok(false);
  return wrong(`${quote(value)} is neither true nor false.`);
}

function checkNumber(value: unknown, row: OptionRow): Checked<number> {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = row;
  const text = typeof value === 'string' ? value.trim().replaceAll('_', '') : '';
  const number = /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : value;
  const isWhole = row.type === 'integer';
  const range = `Give a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}${formatUnit(row)}.`;
  if (typeof number !== 'number' || Number.isNaN(number)) {
    return wrong(`${quote(value)} is not a number. ${range}`);
  }
  if (isWhole && !Number.isInteger(number)) return wrong(`${number} is not whole. ${range}`);
  if (number < min || number > max) return wrong(`${number} is out of range. ${range}`);
  return ok(number);
}

function formatUnit(row: OptionRow): string {
  return row.unit === undefined ? '' : ` (${row.unit})`;
}

function checkList(value: unknown, separator: string): Checked<readonly string[]> {
  const items: unknown[] = (Array.isArray(value) ? value : [value]).flatMap((item: unknown) =>
    typeof item === 'string' && !Array.isArray(value) ? item.split(separator) : [item],
  );
  const texts: string[] = [];
  for (const item of items) {
    if (typeof item !== 'string' && typeof item !== 'number') {
      return wrong(`${quote(item)} is not a text. Give a list of texts.`);
    }
    const text = String(item).trim();
    if (text !== '') texts.push(text);
  }
  return ok(texts);
}

function checkPaths(
  texts: readonly string[],
  row: OptionRow,
  place: Place,
): Checked<readonly string[]> {
  if (texts.length === 0 && Array.isArray(row.default) && row.default.length > 0) {
    return wrong('The list is empty. Name at least one folder, or leave the key out.');
  }
  return ok(texts.map((text) => toAbsolutePath(text, place)));
}

/** In the file a pair may also be `{client, server}`, or all of them one mapping of client to server. */
function toAliasTexts(value: unknown): unknown {
  if (isPlainObject(value)) {
    return Object.entries(value).map(([client, server]) => `${client}=${String(server)}`);
  }
  if (!Array.isArray(value)) return value;
  return value.map((item: unknown) =>
    isPlainObject(item) && Object.keys(item).sort().join() === 'client,server'
      ? `${String(item['client'])}=${String(item['server'])}`
      : item,
  );
}

function checkAliases(texts: readonly string[]): Checked<readonly PathAlias[]> {
  const parsed = texts.map((text) => parsePathAlias(text));
  const messages = parsed.filter((item) => typeof item === 'string');
  const aliases = parsed.filter((item) => typeof item !== 'string');
  const clients = aliases.map((alias) => alias.client);
  const repeated = clients.filter((client, index) => clients.indexOf(client) !== index);
  for (const client of repeated) messages.push(`The client's side ${quote(client)} stands twice.`);
  return messages.length > 0 ? { kind: 'wrong', messages } : ok(aliases);
}

function withoutEndingSlash(path: string): string {
  return path.length > 1 ? path.replace(/[\\/]+$/, '') || '/' : path;
}

function then<From, To>(checked: Checked<From>, next: (value: From) => Checked<To>): Checked<To> {
  return checked.kind === 'ok' ? next(checked.value) : checked;
}

function ok<Value>(value: Value): Checked<Value> {
  return { kind: 'ok', value };
}

function wrong(message: string): Checked<never> {
  return { kind: 'wrong', messages: [message] };
}

function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}…"` : text;
}
