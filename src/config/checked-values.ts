/**
 * Checked values by key, read back with their types. Every value has passed its row of the table of
 * options, so a wrong type here is a fault of the program (a key spelled wrong, a row of another type)
 * and stops it; it is never the operator's fault.
 */
import assert from 'node:assert/strict';
import { isConnectorEntry } from './check-connectors.ts';
import type { ConnectorEntry, PathAlias } from './config.ts';
import { isPlainObject } from './raw-values.ts';

/** One value for each option. Each method gives the value of a key whose row has that type. */
export class CheckedValues {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: ReadonlyMap<string, unknown>) {
    this.#values = values;
  }

  string(key: string): string {
    const value = this.#values.get(key);
    assert(typeof value === 'string', `${key} is not a string`);
    return value;
  }

  stringOrNull(key: string): string | null {
    return this.#values.get(key) === null ? null : this.string(key);
  }

  number(key: string): number {
    const value = this.#values.get(key);
    assert(typeof value === 'number', `${key} is not a number`);
    return value;
  }

  boolean(key: string): boolean {
    const value = this.#values.get(key);
    assert(typeof value === 'boolean', `${key} is not a boolean`);
    return value;
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice {
    const value = choices.find((choice) => choice === this.#values.get(key));
    assert(value !== undefined, `${key} is not one of its choices`);
    return value;
  }

  strings(key: string): readonly string[] {
    return this.#list(key).map((item) => {
      assert(typeof item === 'string', `${key} is not a list of strings`);
      return item;
    });
  }

  aliases(key: string): readonly PathAlias[] {
    return this.#list(key).map((item) => {
      assert(isPlainObject(item), `${key} is not a list of aliases`);
      return { client: String(item['client']), server: String(item['server']) };
    });
  }

  connectors(key: string): readonly ConnectorEntry[] {
    return this.#list(key).filter(isConnectorEntry);
  }

  #list(key: string): readonly unknown[] {
    const value = this.#values.get(key);
    assert(Array.isArray(value), `${key} is not a list`);
    return value;
  }
}
