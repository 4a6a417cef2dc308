/**
 * The registry of the running process: counts, present values and histograms, rendered as Prometheus
 * text (exposition format 0.0.4). It is created by the composition root and handed down; there is no
 * global one. Series appear with their first value and stay until the process ends, so labels must
 * come from small fixed sets (see `catalog.ts`). Nothing here reads a clock or a file.
 */
import { METRICS, type MetricLabels, type MetricName, type MetricRow } from './catalog.ts';

type NamesOfKind<Kind extends MetricRow['kind']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

type CounterName = NamesOfKind<'counter'>;
type GaugeName = NamesOfKind<'gauge'>;
type HistogramName = NamesOfKind<'histogram'>;

/** What rooms may do with metrics. Every call is O(1) and never throws. */
export interface Metrics {
  /** Adds one, or `by`, to a counter. */
  increment<Name extends CounterName>(name: Name, labels: MetricLabels<Name>, by?: number): void;
  /** Sets a gauge, or a counter that is kept elsewhere (processor time). */
  set<Name extends GaugeName | CounterName>(
    name: Name,
    labels: MetricLabels<Name>,
    value: number,
  ): void;
  /** Adds one observation, in the unit of the metric's name, to a histogram. */
  observe<Name extends HistogramName>(name: Name, labels: MetricLabels<Name>, value: number): void;
  /** Gives the text of all series in the order of the catalogue. O(series). */
  render(): string;
}

interface Histogram {
  /** One count for each bucket and one for +Inf; not cumulative. */
  readonly counts: number[];
  sum: number;
}

interface Series {
  /** Rendered labels (`a="x",b="y"`, may be empty) to value. */
  readonly values: Map<string, number>;
  readonly histograms: Map<string, Histogram>;
}

/** Creates an empty registry over the catalogue. */
export function createMetrics(): Metrics {
  const series = new Map<string, Series>(
    Object.keys(METRICS).map((name) => [name, { values: new Map(), histograms: new Map() }]),
  );
  const getSeries = (name: MetricName): Series => {
    const found = series.get(name);
    if (found === undefined) throw new TypeError(`no metric ${name}`);
    return found;
  };
  return {
    increment: (name, labels, by = 1) => {
      const { values } = getSeries(name);
      const key = formatLabels(METRICS[name], labels);
      values.set(key, (values.get(key) ?? 0) + by);
    },
    set: (name, labels, value) => {
      getSeries(name).values.set(formatLabels(METRICS[name], labels), value);
    },
    observe: (name, labels, value) => {
      const row: MetricRow = METRICS[name];
      const { histograms } = getSeries(name);
      const key = formatLabels(row, labels);
      const histogram = histograms.get(key) ?? createHistogram(row);
      histograms.set(key, histogram);
      addObservation(histogram, row.buckets ?? [], value);
    },
    render: () =>
      Object.entries(METRICS)
        .map(([name, row]) => formatMetric(name, row, series.get(name)))
        .join(''),
  };
}

function createHistogram(row: MetricRow): Histogram {
  return { counts: Array.from({ length: (row.buckets ?? []).length + 1 }, () => 0), sum: 0 };
}

function addObservation(histogram: Histogram, buckets: readonly number[], value: number): void {
  const bucket = buckets.findIndex((bound) => value <= bound);
  const index = bucket === -1 ? buckets.length : bucket;
  histogram.counts[index] = (histogram.counts[index] ?? 0) + 1;
  histogram.sum += value;
}

function formatLabels(row: MetricRow, labels: Readonly<Record<string, string>>): string {
  return row.labels.map((label) => `${label}="${escapeLabel(labels[label] ?? '')}"`).join(',');
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** A metric without a value yet is left out whole, as scrapers expect. */
function formatMetric(name: string, row: MetricRow, series: Series | undefined): string {
  if (series === undefined || series.values.size + series.histograms.size === 0) return '';
  const lines = [`# HELP ${name} ${row.help}`, `# TYPE ${name} ${row.kind}`];
  for (const [labels, value] of series.values) lines.push(`${name}${brace(labels)} ${value}`);
  for (const [labels, histogram] of series.histograms) {
    lines.push(...formatHistogram(name, labels, { histogram, buckets: row.buckets ?? [] }));
  }
  return `${lines.join('\n')}\n`;
}

function formatHistogram(
  name: string,
  labels: string,
  shape: { readonly histogram: Histogram; readonly buckets: readonly number[] },
): string[] {
  const separator = labels === '' ? '' : ',';
  let total = 0;
  const lines = [...shape.buckets.map(String), '+Inf'].map((bound, index) => {
    total += shape.histogram.counts[index] ?? 0;
    return `${name}_bucket{${labels}${separator}le="${bound}"} ${total}`;
  });
  lines.push(`${name}_sum${brace(labels)} ${shape.histogram.sum}`);
  lines.push(`${name}_count${brace(labels)} ${total}`);
  return lines;
}

function brace(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}
