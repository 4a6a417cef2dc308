/**
 * Checks the connectors of the operator's file against the table of fields: known type, known fields,
 * required ones present, shapes right, ids unique, no secret given by value. Whether the place behind
 * one can be reached is not asked here. A value of a field that looks like a secret is never repeated.
 */
import { CONNECTOR_TYPES, type ConnectorType } from '../model/control.ts';
import {
  CONNECTOR_FIELDS,
  CONNECTOR_ID_PATTERN,
  PUSHED_CONNECTOR_ID,
  SECRET_FIELD_NAMES,
  type ConnectorFieldShape,
} from '../model/connector-fields.ts';
import { findNearest } from '../errors/nearest.ts';
import type { ConnectorEntry } from './config.ts';
import type { Checked } from './check-value.ts';
import { isPlainObject } from './raw-values.ts';

/** Gives the entries as written, or every fault of every one of them. */
export function checkConnectors(value: unknown): Checked<readonly ConnectorEntry[]> {
  if (!Array.isArray(value)) {
    return { kind: 'wrong', messages: ['It must be a list of connectors: - {type, name, …}.'] };
  }
  const entries: unknown[] = value;
  const messages = entries.flatMap((entry, index) =>
    listFaults(entry).map((fault) => `Connector ${index + 1}${nameOf(entry)}: ${fault}`),
  );
  const ids = entries.map((entry) => (isPlainObject(entry) ? entry['id'] : undefined));
  const repeated = ids.filter((id, index) => id !== undefined && ids.indexOf(id) !== index);
  for (const id of repeated) messages.push(`The id ${JSON.stringify(id)} stands twice.`);
  if (messages.length > 0) return { kind: 'wrong', messages };
  return { kind: 'ok', value: entries.filter(isConnectorEntry) };
}

/** True for what has the three fields that every entry has, in their shapes. */
export function isConnectorEntry(entry: unknown): entry is ConnectorEntry {
  if (!isPlainObject(entry)) return false;
  const { id = '', type, name } = entry;
  return typeof id === 'string' && typeof type === 'string' && typeof name === 'string';
}

/** What is wrong with one entry, in whole sentences; empty when nothing is. */
export function listFaults(entry: unknown): string[] {
  if (!isPlainObject(entry)) return ['It must have keys: type, name and those of its type.'];
  const type = CONNECTOR_TYPES.find((known) => known === entry['type']);
  if (type === undefined) {
    return [`type must be one of ${CONNECTOR_TYPES.join(', ')}.`];
  }
  return [...listSharedFaults(entry), ...listFieldFaults(entry, type)];
}

function listSharedFaults(entry: Record<string, unknown>): string[] {
  const faults: string[] = [];
  const { id, name } = entry;
  if (typeof name !== 'string' || name.trim() === '') faults.push('name must be a text.');
  if (id === PUSHED_CONNECTOR_ID) faults.push(`The id ${PUSHED_CONNECTOR_ID} is reserved.`);
  if (id !== undefined && (typeof id !== 'string' || !CONNECTOR_ID_PATTERN.test(id))) {
    faults.push('id must be made of a-z, 0-9 and -, at most 63 of them, with no - at either end.');
  }
  if (entry['token_env'] !== undefined && entry['token_file'] !== undefined) {
    faults.push('Give token_env or token_file, not both.');
  }
  return faults;
}

function listFieldFaults(entry: Record<string, unknown>, type: ConnectorType): string[] {
  const fields = CONNECTOR_FIELDS[type];
  const missing = Object.entries(fields)
    .filter(([name, field]) => field.required && (entry[name] ?? null) === null)
    .map(([name]) => `${name} is required for type ${type}.`);
  const wrong = Object.entries(entry).flatMap(([name, value]) => {
    if (['id', 'type', 'name'].includes(name) || value === null) return [];
    if (SECRET_FIELD_NAMES.includes(name)) {
      return [
        `${name} would hold a secret. Name where it is instead: token_env or token_file (webhook_secret_env for webhooks).`,
      ];
    }
    const field = fields[name];
    if (field === undefined) return [describeUnknownField(name, fields, type)];
    if (holdsPassword(value)) {
      return [
        `${name} holds a password. Leave it out, and name where it is: token_env or token_file.`,
      ];
    }
    return SHAPES[field.shape].accepts(value)
      ? []
      : [`${name} must be ${SHAPES[field.shape].says}.`];
  });
  return [...missing, ...wrong];
}

function holdsPassword(value: unknown): boolean {
  const parsed = typeof value === 'string' ? URL.parse(value) : null;
  return parsed !== null && parsed.password !== '';
}

function describeUnknownField(name: string, fields: object, type: ConnectorType): string {
  const nearest = findNearest(name, ['id', 'type', 'name', ...Object.keys(fields)]);
  const advice =
    nearest === undefined ? Object.keys(fields).join(', ') : `did you mean ${nearest}?`;
  return `${name} is not a field of type ${type}: ${advice}`;
}

function nameOf(entry: unknown): string {
  const name = isPlainObject(entry) ? (entry['id'] ?? entry['name']) : undefined;
  return typeof name === 'string' ? ` (${name})` : '';
}

interface Shape {
  readonly says: string;
  readonly accepts: (value: unknown) => boolean;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';

const SHAPES: Readonly<Record<ConnectorFieldShape, Shape>> = {
  string: { says: 'a text', accepts: isText },
  path: { says: 'a path', accepts: isText },
  strings: {
    says: 'a list of texts',
    accepts: (value) => Array.isArray(value) && value.every(isText),
  },
  url: {
    says: 'an http or https address',
    accepts: (value) => /^https?:$/.test(URL.parse(String(value))?.protocol ?? ''),
  },
  seconds: {
    says: 'a whole number of seconds, at least 10',
    accepts: (value) => Number.isInteger(value) && Number(value) >= 10,
  },
  count: {
    says: 'a whole number, at least 1',
    accepts: (value) => Number.isInteger(value) && Number(value) >= 1,
  },
};
