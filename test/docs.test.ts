/** Documents and code agree: every error code is described, every described code exists, names in the README hold. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { OPTIONS } from '../src/config/options.ts';
import { getErrorKind } from '../src/errors/app-error.ts';
import { ERROR_CODES, RETIRED_CODES, type ErrorCode } from '../src/errors/codes.ts';

function read(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', name), 'utf8');
}

describe('docs/errors.md', () => {
  const rows = Array.from(
    read('docs/errors.md').matchAll(
      /^\| `([A-Z_]+)` \| (\d+) \| .+ \| (caller|operator|us) \| .+ \|$/gm,
    ),
    (match) => ({ code: match[1], httpStatus: Number(match[2]) }),
  );

  test('has one row for each code, with its HTTP status', () => {
    const codes = Object.keys(ERROR_CODES) as ErrorCode[];
    const expected = codes.map((code) => ({ code, httpStatus: getErrorKind(code).httpStatus }));
    expect(rows.toSorted(byCode)).toEqual(expected.toSorted(byCode));
  });

  test('has no code that is retired', () => {
    expect(rows.filter(({ code }) => RETIRED_CODES.includes(code ?? ''))).toEqual([]);
  });
});

describe('README.md', () => {
  const text = read('README.md');

  test('names every command', () => {
    for (const { name } of COMMANDS) expect(text).toContain(`\`conexus ${name}`);
  });

  test('names no variable and no key that does not exist', () => {
    const known = new Set(OPTIONS.flatMap(({ key, env }) => [key, env ?? key]));
    const named = text.match(/CONEXUS_[A-Z_]+|`[a-z_]+(?:\.[a-z_]+)+`/g) ?? [];
    const unknown = named
      .map((name) => name.replaceAll('`', ''))
      .filter((name) => !known.has(name) && !/^context\.|\.(?:yml|md|json)$/.test(name));
    expect(named.length).toBeGreaterThan(5);
    expect(unknown).toEqual([]);
  });
});

function byCode(left: { code?: string | undefined }, right: { code?: string | undefined }): number {
  return (left.code ?? '').localeCompare(right.code ?? '');
}
