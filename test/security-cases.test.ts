/**
 * The security cases by number, and which tests cover each. The tests themselves lie with what they test
 * and go through a real socket; this table lets a reader check the cases off, and fails when a test that it
 * names is gone or a number is missing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

interface SecurityCase {
  readonly number: number;
  readonly what: string;
  /** By file below `test/integration/server`: names of tests, or of groups of them, as they are written. */
  readonly tests: Readonly<Record<string, readonly string[]>>;
}

const CASES: readonly SecurityCase[] = [
  {
    number: 1,
    what: 'foreign and null origins are 403 before the body is parsed; no origin passes',
    tests: {
      'http-guards.test.ts': [
        'origin %s is refused with 403 before the body is read',
        'origin %s passes',
        'the page of this server may talk to it under its own name',
      ],
    },
  },
  {
    number: 2,
    what: 'foreign host names are 403; loopback, IP literals and listed names pass; probes are exempt',
    tests: {
      'http-guards.test.ts': [
        'host "%s" is refused with 403',
        'host %s passes',
        '%s answers under any host',
        '%s does not',
      ],
    },
  },
  {
    number: 3,
    what: 'an open bind without access control or consent does not start',
    tests: { 'security.test.ts': ['a bind that others reach needs access control or consent'] },
  },
  {
    number: 4,
    what: 'other content types are 415',
    tests: { 'http-guards.test.ts': ['%s is refused with 415'] },
  },
  {
    number: 5,
    what: 'large bodies are 413 in JSON-RPC; deep nesting and __proto__ are harmless',
    tests: {
      'http-guards.test.ts': [
        'more than 1 MiB is refused with 413 in the shape of JSON-RPC',
        'nesting of 100,000 levels',
        'keys named __proto__ stay ordinary keys and are unknown ones',
      ],
    },
  },
  {
    number: 6,
    what: 'malformed messages, batches, null and fractional ids have their codes',
    tests: { 'http-guards.test.ts': ['%s is refused with 400 and its code'] },
  },
  {
    number: 7,
    what: 'a notification is 202 and empty',
    tests: { 'http-guards.test.ts': ['a notification gets 202 without a body'] },
  },
  {
    number: 8,
    what: 'GET and DELETE are 405',
    tests: { 'http-guards.test.ts': ['%s /mcp is 405 and allows POST'] },
  },
  {
    number: 9,
    what: 'headers and envelope of the new era are held against each other',
    tests: {
      'http-guards.test.ts': [
        'refuses a method header that disagrees',
        'holds the name header against the name as sent, in either spelling',
        'refuses a missing envelope, a missing header and an unknown revision',
      ],
    },
  },
  {
    number: 10,
    what: 'equal ids of different clients never cross',
    tests: { 'http-guards.test.ts': ['equal ids of many callers never cross'] },
  },
  {
    number: 11,
    what: 'a client that leaves frees everything; many exchanges leave nothing behind',
    tests: {
      'live.test.ts': ['of a client of the %s era that leaves is aborted in the engine'],
      'long-work.test.ts': ['a client of the %s era that leaves ends its search'],
      'leaks.test.ts': ['the heap does not grow with the number of exchanges'],
    },
  },
  {
    number: 12,
    what: 'limits count each principal, and what it has under way at once',
    tests: {
      'transport.test.ts': [
        'each key has a limit of its own, whatever address it comes from',
        'more calls at once than one caller may have are refused, and room comes back',
        'every answer says what is left, a refused one when to come back',
      ],
    },
  },
  {
    number: 13,
    what: 'every argument is checked',
    tests: {
      'security.test.ts': [
        '%s is refused in words',
        'a query of %s is a query like any other, in every mode',
      ],
    },
  },
  {
    number: 14,
    what: 'nothing outside the roots is read, and connectors reach nothing they should not',
    tests: {
      'security.test.ts': [
        'outside the roots cannot be read as a resource',
        'outside the roots are not explained, indexed again or related',
        'behind symbolic links are not indexed',
        'make the server call no address of its own network',
        'name no folder outside the roots, by any spelling',
      ],
    },
  },
  {
    number: 15,
    what: 'no injection through query syntax, SQL, patterns or arguments of git',
    tests: {
      'security.test.ts': [
        'a query of %s is a query like any other, in every mode',
        'the pattern %s ends in time',
        'make the server call no address of its own network',
      ],
    },
  },
  {
    number: 16,
    what: 'errors hold no stack, no SQL, no foreign path',
    tests: { 'fuzz.test.ts': ['5,000 hostile requests find no fault'] },
  },
  {
    number: 17,
    what: 'secrets are never given back, logged or counted',
    tests: {
      'security.test.ts': ['take no secret by value and give none back'],
      'auth.test.ts': ['no key stands in the log or in metrics'],
      'audit.test.ts': ['what a caller writes does not get in, whatever it calls it'],
    },
  },
  {
    number: 18,
    what: 'indexed content is cleaned and never mixed with instructions',
    tests: {
      'security.test.ts': [
        'shows no escape sequence, no direction mark, nothing invisible',
        'never reaches the instructions',
      ],
    },
  },
  {
    number: 19,
    what: 'handles are random, are forgotten, and are bound to who may see them',
    tests: {
      'security.test.ts': ['handles are random and mean nothing elsewhere'],
      'access.test.ts': ['of other roots do not exist: not in the status, not by id, not to stop'],
    },
  },
  {
    number: 20,
    what: 'a key with few roots sees those only',
    tests: {
      'access.test.ts': [
        'a %s search shows nothing of the other root',
        'related information to %s of the other root is refused',
        'resources are listed and read within the allowed root only',
        '%s names no other root',
        '/events sends a status without the other root, also when that one changes',
        'that cover other roots too are shown without these, and cannot be stopped',
        'of others are not listed, synced, changed or removed',
      ],
    },
  },
  {
    number: 21,
    what: 'what destroys needs explicit arguments',
    tests: { 'security.test.ts': ['what destroys says so in its arguments'] },
  },
  {
    number: 22,
    what: 'credentials that are missing or wrong are 401, rights that are missing 403',
    tests: {
      'auth.test.ts': [
        '%s is 401 with a challenge, before the body is read',
        'a token with %s is 401 and points at the metadata',
        'a token signed by somebody else, or by nobody, is 401',
        'a right that a key lacks is 403 and named, in both spellings of the tool',
      ],
    },
  },
  {
    number: 23,
    what: 'the metadata of RFC 9728 is public',
    tests: { 'auth.test.ts': ['the metadata is public (%s)'] },
  },
  {
    number: 24,
    what: 'tokens go nowhere else',
    tests: { 'auth.test.ts': ['no token goes to the issuer or anywhere else'] },
  },
  {
    number: 25,
    what: 'public routes say nothing about the code bases',
    tests: { 'security.test.ts': ['/, /health, /ready and /metrics name no root, folder or file'] },
  },
  {
    number: 26,
    what: 'secrets in a code base are not indexed and are masked in what is shown',
    tests: {
      'security.test.ts': [
        'are not indexed where they are all that a file holds',
        'are indexed where the operator allows it',
        'are masked in every snippet and resource of other files',
      ],
    },
  },
];

test('every case from 1 to 26 stands here once', () => {
  expect(CASES.map(({ number }) => number)).toEqual(Array.from({ length: 26 }, (_, at) => at + 1));
});

test.each(CASES)('case $number, $what', ({ tests }) => {
  for (const [file, names] of Object.entries(tests)) {
    const text = readFileSync(join(import.meta.dirname, 'integration/server', file), 'utf8');
    for (const name of names) expect(text).toContain(`'${name}'`);
  }
});
