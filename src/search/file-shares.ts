/**
 * What the query mentions and what company files keep, as values for the ranking: paths and trace frames,
 * definitions, history, tests, imports, the open file. Each function looks at the index through a port and
 * gives values by slot; none knows a weight.
 */
import type { Mentions } from '../query/mentions.ts';
import {
  toFolder,
  toShareOfBest,
  type ScoredFile,
  type ShareValues,
} from '../ranking/file-scores.ts';
import { chooseTestedSources, findTestedStem, toStem } from '../ranking/test-names.ts';
import type { CatalogView } from './ports.ts';

/** The files that the caller may know of. */
export interface FilePorts {
  readonly catalog: CatalogView;
  readonly isVisible: (slot: number) => boolean;
}

const MAX_PATHS = 24;
const MAX_FRAMES = 24;
const TESTS_LOOKED_AT = 20;
/** A mention that fits more files than this says nothing. */
const MAX_FITTING = 50;

/** Files whose path ends with a path that the query writes; shared out when several fit. */
export function findMentionedPaths(ports: FilePorts, mentions: Mentions): ShareValues {
  const values = new Map<number, number>();
  for (const { path } of mentions.paths.slice(0, MAX_PATHS)) {
    const slots = findBySuffix(ports, path);
    for (const slot of slots) raise(values, slot, 1 / slots.length);
  }
  return values;
}

/** Files of trace frames; the innermost frame counts most. */
export function findFrameFiles(ports: FilePorts, mentions: Mentions): ShareValues {
  const values = new Map<number, number>();
  for (const [depth, { file }] of mentions.frames.slice(0, MAX_FRAMES).entries()) {
    if (file === undefined) continue;
    const slots = findBySuffix(ports, file);
    for (const slot of slots) raise(values, slot, 1 / ((1 + depth) * slots.length));
  }
  return values;
}

/** The longest suffix of the path that some file has; a bare file name fits by name. */
function findBySuffix({ catalog, isVisible }: FilePorts, path: string): readonly number[] {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '' && segment !== '..' && segment !== '.');
  const base = segments.at(-1);
  if (base === undefined || !base.includes('.')) return [];
  let fitting: number[] = [];
  let bestShared = 0;
  for (let slot = 0; slot < catalog.slotCount; slot++) {
    const own = catalog.paths[slot] as string;
    if (
      !own.endsWith(base) ||
      (own.length > base.length && own[own.length - base.length - 1] !== '/')
    )
      continue;
    if (!isVisible(slot)) continue;
    const shared = countSharedEnd(own.split('/'), segments);
    if (shared > bestShared) {
      bestShared = shared;
      fitting = [];
    }
    if (shared === bestShared) fitting.push(slot);
  }
  return fitting.length > MAX_FITTING ? [] : fitting;
}

function countSharedEnd(left: readonly string[], right: readonly string[]): number {
  let count = 0;
  while (
    count < left.length &&
    count < right.length &&
    left.at(-1 - count) === right.at(-1 - count)
  )
    count += 1;
  return count;
}

/** Sources that the best tests are named for. */
export function findTestedSources(files: readonly ScoredFile[]): ShareValues {
  const byStem = new Map<string, ScoredFile[]>();
  for (const file of files) {
    if (file.isTest) continue;
    const stem = toStem(file.path).toLowerCase();
    byStem.set(stem, [...(byStem.get(stem) ?? []), file]);
  }
  const values = new Map<number, number>();
  const tests = files
    .filter(({ isTest }) => isTest)
    .toSorted((left, right) => right.score - left.score)
    .slice(0, TESTS_LOOKED_AT);
  for (const test of tests) {
    const sources = byStem.get(findTestedStem(test.path)?.toLowerCase() ?? '') ?? [];
    const chosen = new Set(
      chooseTestedSources(
        test.path,
        sources.map(({ path }) => path),
      ),
    );
    for (const source of sources) {
      if (chosen.has(source.path)) raise(values, source.slot, test.score / chosen.size);
    }
  }
  return toShareOfBest(values);
}

/** The file that the caller has open: 1; files in its folder: 0.5. */
export function findActiveFile(
  files: readonly ScoredFile[],
  activeFile: string | undefined,
): ShareValues {
  if (activeFile === undefined) return new Map();
  const path = activeFile.replace(/^[a-z0-9-]+:(?!\/)/, '');
  return new Map(
    files.map((file) => {
      const isOpen = file.path === path || path.endsWith(`/${file.path}`);
      const isNear = toFolder(file.path) !== '' && toFolder(path).endsWith(toFolder(file.path));
      return [file.slot, isOpen ? 1 : Number(isNear) / 2];
    }),
  );
}

/** Keeps the larger value. */
function raise(values: Map<number, number>, slot: number, value: number): void {
  if (value > (values.get(slot) ?? 0)) values.set(slot, value);
}
