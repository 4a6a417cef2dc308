/** Which root a path from a client means. */
import { describe, expect, test } from 'vitest';
import { findRoot } from '../../../src/indexing/find-root.ts';
import type { SourceRow } from '../../../src/store/sources.ts';

function makeSource(connectorId: string, path: string): SourceRow {
  return {
    id: 1,
    connectorId,
    type: 'filesystem',
    name: connectorId,
    path,
    config: '{}',
    isDeclared: 1,
    isEnabled: 1,
    activeTree: 1,
    buildingTree: null,
    headCommit: null,
    verifiedMs: null,
    lastOkMs: null,
    lastError: null,
    cursor: null,
  };
}

const one = [makeSource('app', '/srv/app')];
const two = [...one, makeSource('lib', '/srv/app/lib'), makeSource('other', '/srv/other')];

function find(sources: readonly SourceRow[], path: string, existing: readonly string[] = []) {
  try {
    const exists = ({ connectorId }: SourceRow): boolean => existing.includes(connectorId);
    const { source, relativePath } = findRoot(sources, path, exists);
    return `${source.connectorId}|${relativePath}`;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('with one root', () => {
  test.each([
    ['src/a.ts', 'app|src/a.ts'],
    ['./src//a.ts', 'app|src/a.ts'],
    ['src/', 'app|src'],
    ['.', 'app|'],
    ['', 'app|'],
    ['app:src/a.ts', 'app|src/a.ts'],
    ['app:', 'app|'],
    ['/srv/app', 'app|'],
    ['/srv/app/', 'app|'],
    ['/srv/app/src/../b.ts', 'app|b.ts'],
    ['src/../../app/b.ts', 'PATH_OUTSIDE_ROOTS'],
    ['..', 'PATH_OUTSIDE_ROOTS'],
    ['app:../x', 'PATH_OUTSIDE_ROOTS'],
    ['app:/etc/passwd', 'PATH_OUTSIDE_ROOTS'],
    ['/srv/application', 'PATH_OUTSIDE_ROOTS'],
    ['/etc/passwd', 'PATH_OUTSIDE_ROOTS'],
    ['..name', 'app|..name'],
    ['odd:name', 'app|odd:name'],
  ])('%j means %s', (path, expected) => {
    expect(find(one, path)).toBe(expected);
  });
});

test('without a root every path is outside', () => {
  expect([find([], 'x.c'), find([], '/x.c')]).toEqual(['PATH_OUTSIDE_ROOTS', 'PATH_OUTSIDE_ROOTS']);
});

describe('with several roots', () => {
  test.each([
    ['the innermost root has an absolute path', '/srv/app/lib/x.c', [], 'lib|x.c'],
    ['an id names its root', 'other:x.c', [], 'other|x.c'],
    ['the only root that has it is meant', 'x.c', ['other'], 'other|x.c'],
    ['two that have it are ambiguous', 'x.c', ['app', 'other'], 'AMBIGUOUS_PATH'],
    ['none that has it is ambiguous too', 'x.c', [], 'AMBIGUOUS_PATH'],
    ['what leaves any root is outside', '../x.c', [], 'PATH_OUTSIDE_ROOTS'],
  ])('%s', (_reason, path, existing, expected) => {
    expect(find(two, path, existing)).toBe(expected);
  });
});
