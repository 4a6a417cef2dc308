/** What people read: progress, sums, status, search results. Pure formatting, whole lines compared. */
import { describe, expect, test } from 'vitest';
import { formatProgress, formatSum } from '../../../src/cli/index-report.ts';
import { formatSearchReply } from '../../../src/cli/search-report.ts';
import { formatStatus } from '../../../src/cli/status-report.ts';
import {
  formatBytes,
  formatCount,
  formatDuration,
  getStyles,
  toSafeText,
} from '../../../src/cli/terminal.ts';
import type { SearchReply } from '../../../src/model/search.ts';
import { makeJob, makeStatus } from '../../support/make-status.ts';
import { PassThrough } from 'node:stream';

const plain = getStyles(new PassThrough(), {});
const terminal = Object.assign(new PassThrough(), { isTTY: true });

describe('numbers', () => {
  test.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_500, '1.5 kB'],
    [1_383_000_000, '1.4 GB'],
  ])('%i bytes are %s', (sizeBytes, text) => expect(formatBytes(sizeBytes)).toBe(text));

  test.each([
    [-5, '0 s'],
    [59_400, '59 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('%i ms are %s', (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));

  test.each([
    [7, '7'],
    [1_000, '1,000'],
    [12_345_678.4, '12,345,678'],
  ])('%d is %s', (count, text) => expect(formatCount(count)).toBe(text));
});

describe('colours', () => {
  test.each([
    [terminal, {}, '\u001B[1mx\u001B[22m'],
    [terminal, { NO_COLOR: '1' }, 'x'],
    [terminal, { NO_COLOR: '' }, '\u001B[1mx\u001B[22m'],
    [terminal, { TERM: 'dumb' }, 'x'],
    [new PassThrough(), {}, 'x'],
  ])('row %#', (stream, env, text) => expect(getStyles(stream, env).bold('x')).toBe(text));

  test('control and direction marks of files become visible', () => {
    expect(toSafeText('a\u001B[2J\tb\u202E')).toBe('a\\u001b[2J\tb\\u202e');
  });
});

describe('index', () => {
  const running = makeStatus({
    is_indexing: true,
    phase: 'text',
    progress: 25.9,
    files_per_second: 1_500.4,
    estimated_end: '2026-01-02T03:04:35.000Z',
    passes: { ...makeStatus().passes, text: { done: 310, total: 1_240 } },
  });
  const nowMs = Date.parse('2026-01-02T03:04:05.000Z');
  const facts = '25 %  text  310/1,240 files  5.6 MB  1,500 files/s  30 s left';

  test('progress has bytes, files, rate and time left, with a bar where there is room', () => {
    expect(formatProgress(running, 120, nowMs)).toBe(`[########----------------------] ${facts}`);
    expect(formatProgress(running, 62, nowMs)).toBe(facts.slice(0, 61));
  });

  test('the sum names what was left out and the files that failed', () => {
    expect(formatSum(makeStatus(), makeJob({ state: 'completed_with_errors' }))).toEqual([
      'Completed with errors in 1 min 40 s: 1,234 of 1,240 files indexed, 5.6 MB, 4,321 chunks.',
      'Skipped 4: 3 binary, 1 too_large.',
      'Failed 2: 2 permission_denied.',
      '  permission_denied: a/locked.txt',
      '  permission_denied: b/\\u001b[31mred.txt',
    ]);
  });
});

test('status shows state, passes, database, roots and jobs', () => {
  expect(formatStatus(makeStatus(), plain)).toEqual([
    'State     idle',
    'Passes    text 1,240/1,240  structure 1,234/1,234  history 0/0',
    'Database  2.0 MB + WAL 0 B, 4,321 chunks',
    '',
    'Root      app  /src/app',
    '  files     1,234 of 1,240 indexed (100 %), 0 pending',
    '  skipped   4: 3 binary, 1 too_large',
    '  failed    2: 2 permission_denied',
    '  watching  events',
    '  verified  never  HEAD 0123456789ab',
    '',
    'Jobs',
    '  job-1  start  completed 100 %  2026-01-02T03:04:05.000Z',
  ]);
});

describe('search', () => {
  const reply: SearchReply = {
    results: [
      {
        id: 'engine://file/app/src/a.ts#L9-L10',
        content: 'const größe = size;\nreturn size;\n',
        score: 1.5,
        source_type: 'file',
        metadata: {
          file_path: 'src/a.ts',
          connector_id: 'app',
          language: 'typescript',
          start_line: 9,
          end_line: 10,
          chunk_type: 'function',
          symbol: 'measure',
          role: 'source',
          match_lines: [9],
          matches: [{ line: 9, column: 17, end_column: 21 }],
        },
      },
    ],
    total_count: 12,
    total_files: 3,
    query_time_ms: 4.2,
    offset: 0,
    limit: 1,
    has_more: true,
    truncated: true,
    truncated_by: 'limit',
    applied_filters: {},
  };

  test('shows a header, numbered lines and how to get more', () => {
    expect(formatSearchReply(reply, plain)).toEqual([
      'app:src/a.ts:9  function measure  typescript  1.50',
      '   9: const größe = size;',
      '  10- return size;',
      '',
      '12 matching lines in 3 files, 4 ms',
      'More with --offset 1.',
      'Cut short by limit.',
    ]);
  });

  test('marks a match by its byte columns, after letters of two bytes too', () => {
    const [, line] = formatSearchReply(reply, getStyles(terminal, {}));
    expect(line).toContain('größe = \u001B[1m\u001B[31msize\u001B[39m\u001B[22m;');
  });

  test('says why nothing was found', () => {
    const nothing: SearchReply = {
      ...reply,
      results: [],
      total_count: 0,
      total_files: 0,
      has_more: false,
      truncated: false,
      zero_reason: {
        code: 'filtered',
        message: 'all matches were filtered out.',
        filter: 'languages',
        nearest: ['sizes'],
      },
    };
    expect(formatSearchReply(nothing, plain)).toEqual([
      'Nothing found: all matches were filtered out.',
      'The filter languages removed the last results.',
      'Nearest: sizes',
      '0 matching lines in 0 files, 4 ms',
    ]);
  });
});
