/** Suggestions are made for slips of the finger and not for another word. */
import { expect, test } from 'vitest';
import { findNearest } from '../../../src/errors/nearest.ts';

const known = ['server.port', 'server.host', 'database.path', 'literal', 'regex'];

test.each<[string, string | undefined, string]>([
  ['server.prot', 'server.port', 'a swap'],
  ['server.hosts', 'server.host', 'a letter too many'],
  ['LITERAL', 'literal', 'another case'],
  ['rgex', 'regex', 'a letter too few'],
  ['banana', undefined, 'another word'],
  ['', undefined, 'nothing at all'],
  ['x'.repeat(1_000_000), undefined, 'a name of a megabyte'],
])('%s gives %s: %s', (name, nearest, _reason) => {
  expect(findNearest(name, known)).toBe(nearest);
});
