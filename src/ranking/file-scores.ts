/**
 * Combines what is known of the files of a search into one order. Text and path scores come in units of
 * BM25 and are divided by the best file that is no test; then shares are added for what the query mentions
 * and for the company a file keeps. Every share is kept by name, so that a score can explain itself.
 */
import { SHARES } from './weights.ts';

/** A file on its way through the ranking. `shares` and `score` grow. */
export interface ScoredFile {
  readonly slot: number;
  readonly blobId: number;
  readonly path: string;
  readonly isTest: boolean;
  /** Text and path, in units of BM25, before the factor of the role. */
  readonly baseScore: number;
  readonly textScore: number;
  readonly pathScore: number;
  readonly roleFactor: number;
  readonly shares: Record<string, number>;
  score: number;
}

/** What a share says of a file, 0 to 1, by slot. */
export type ShareValues = ReadonlyMap<number, number>;

export type ShareName = keyof typeof SHARES;

/** Divides by the best file that is no test, and starts the shares. */
export function normaliseScores(files: readonly ScoredFile[]): void {
  let best = 0;
  for (const file of files) if (!file.isTest) best = Math.max(best, file.baseScore);
  if (best === 0) for (const file of files) best = Math.max(best, file.baseScore);
  if (best === 0) return;
  for (const file of files) {
    file.shares['text'] = file.textScore / best;
    file.shares['path'] = file.pathScore / best;
    file.score = file.baseScore / best;
  }
}

/** Adds a share to the files that have one. */
export function addShare(files: readonly ScoredFile[], name: ShareName, values: ShareValues): void {
  for (const file of files) {
    const value = values.get(file.slot);
    if (value === undefined || value === 0) continue;
    const share = SHARES[name] * value;
    file.shares[name] = (file.shares[name] ?? 0) + share;
    file.score += share;
  }
}

/** Divides values by the largest, so that the best has 1. */
export function toShareOfBest(values: Map<number, number>): ShareValues {
  let best = 0;
  for (const value of values.values()) best = Math.max(best, value);
  if (best === 0) return new Map();
  return new Map(Array.from(values, ([slot, value]) => [slot, value / best]));
}

/** Values that say how well each file answers by what the best file of its folder earned. */
export function toFolderValues(files: readonly ScoredFile[]): ShareValues {
  const bestOfFolder = new Map<string, number>();
  for (const { path, score } of files) {
    const folder = toFolder(path);
    bestOfFolder.set(folder, Math.max(score, bestOfFolder.get(folder) ?? 0));
  }
  return toShareOfBest(
    new Map(files.map(({ slot, path }) => [slot, bestOfFolder.get(toFolder(path)) ?? 0])),
  );
}

/** Applies the factor of the role last, so that a test that is mentioned by name is demoted as well. */
export function applyRoles(files: readonly ScoredFile[]): void {
  for (const file of files) {
    const demoted = file.score * file.roleFactor;
    if (demoted !== file.score) file.shares['role'] = demoted - file.score;
    file.score = demoted;
  }
}

export function toFolder(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
