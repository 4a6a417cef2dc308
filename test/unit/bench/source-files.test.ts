/** Which files the baselines search. */
import { expect, test } from 'vitest';
import { isSourceFile } from '../../../bench/quality/source-files.ts';

test.each([
  'django/db/models/query.py',
  'packages/core/src/scheduler.ts',
  'src/latest.java',
  'src/contest/run.go',
  'ktor-server/common/src/Routing.kt',
])('%s is source', (path) => {
  expect(isSourceFile(path)).toBe(true);
});

test.each([
  'tests/forms/widgets.py',
  'sklearn/tests/test_base.py',
  'test_me.py',
  'pkg/conftest.py',
  'src/scheduler.spec.ts',
  'tsdb/head_test.go',
  'ktor-server/common/test/RoutingTest.kt',
  'core/src/RoutingTest.kt',
  'README.md',
  'setup.cfg',
])('%s is not', (path) => {
  expect(isSourceFile(path)).toBe(false);
});
