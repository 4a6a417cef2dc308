import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { METRICS, type MetricRow } from '../../../src/metrics/catalog.ts';
import { createMetrics } from '../../../src/metrics/metrics.ts';

describe('render', () => {
  test('is empty before the first value', () => {
    expect(createMetrics().render()).toBe('');
  });

  test('gives counters with help, type and labels in the order of the catalogue', () => {
    const metrics = createMetrics();
    metrics.increment('conexus_tool_calls_total', { outcome: 'ok', tool: 'a' });
    metrics.increment('conexus_tool_calls_total', { tool: 'a', outcome: 'ok' }, 2);
    metrics.increment('conexus_tool_calls_total', { tool: 'b"\\\n', outcome: 'ok' });
    expect(metrics.render()).toBe(
      [
        `# HELP conexus_tool_calls_total ${METRICS.conexus_tool_calls_total.help}`,
        '# TYPE conexus_tool_calls_total counter',
        'conexus_tool_calls_total{tool="a",outcome="ok"} 3',
        String.raw`conexus_tool_calls_total{tool="b\"\\\n",outcome="ok"} 1`,
        '',
      ].join('\n'),
    );
  });

  test('gives histograms with cumulative buckets, sum and count', () => {
    const metrics = createMetrics();
    for (const seconds of [0.0001, 0.03, 60]) {
      metrics.observe('conexus_tool_call_duration_seconds', { tool: 'a' }, seconds);
    }
    const text = metrics.render();
    expect(text).toContain('_bucket{tool="a",le="0.0005"} 1\n');
    expect(text).toContain('_bucket{tool="a",le="0.05"} 2\n');
    expect(text).toContain('_bucket{tool="a",le="30"} 2\n');
    expect(text).toContain('_bucket{tool="a",le="+Inf"} 3\n');
    expect(text).toContain('_count{tool="a"} 3\n');
    expect(text).toContain('_sum{tool="a"} 60.0301\n');
  });

  test('gives a gauge without labels its last value', () => {
    const metrics = createMetrics();
    metrics.set('conexus_index_chunks', {}, 5);
    metrics.set('conexus_index_chunks', {}, 4);
    expect(metrics.render()).toMatch(/\nconexus_index_chunks 4\n$/);
  });
});

describe('the catalogue', () => {
  const rows: readonly (readonly [string, MetricRow])[] = Object.entries(METRICS);

  test('counters end in _total and histograms in their unit', () => {
    const wrong = rows
      .filter(([name, { kind }]) => (kind === 'counter') !== name.endsWith('_total'))
      .map(([name]) => name);
    expect(wrong).toEqual([]);
    const histograms = rows.filter(([, { kind }]) => kind === 'histogram');
    expect(histograms.every(([name]) => /_(seconds|bytes)$/.test(name))).toBe(true);
  });

  test('buckets ascend, and only histograms have them', () => {
    for (const [, row] of rows) {
      const buckets = row.buckets ?? [];
      expect(buckets.length > 0).toBe(row.kind === 'histogram');
      expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
    }
  });

  test('docs/metrics.md has a row for each metric and no other', () => {
    const file = join(import.meta.dirname, '../../../docs/metrics.md');
    const documented = Array.from(
      readFileSync(file, 'utf8').matchAll(/^\| `(\w+)` \| (\w+) \| (.*?) \| (.*) \|$/gm),
      ([, name, kind, labels, help]) => [name, kind, labels, help],
    );
    expect(documented).toEqual(
      rows.map(([name, row]) => [
        name,
        row.kind,
        row.labels.map((label) => `\`${label}\``).join(', ') || '-',
        row.help,
      ]),
    );
  });
});
