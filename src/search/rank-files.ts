/**
 * From candidates by text to files in their final order: adds the files that the query mentions, then share
 * by share what is known of each. The order of the steps matters: tests and folders look at the scores so
 * far.
 */
import { ROLES } from '../model/document.ts';
import type { WorkContext } from '../model/search.ts';
import {
  addShare,
  applyRoles,
  normaliseScores,
  toFolderValues,
  type ScoredFile,
  type ShareName,
  type ShareValues,
} from '../ranking/file-scores.ts';
import { SHARES } from '../ranking/weights.ts';
import { findDefiningFiles, findExactDefinitions, findMemberFiles } from './definition-shares.ts';
import type { DocumentFilter } from './document-filter.ts';
import {
  findActiveFile,
  findFrameFiles,
  findMentionedPaths,
  findTestedSources,
} from './file-shares.ts';
import { findHistoryFiles } from './history-share.ts';
import { findImportedFiles } from './import-share.ts';
import type { IndexView } from './ports.ts';
import type { QueryPlan } from './query-plan.ts';
import type { FileCandidate } from './ranked-search.ts';

/** A file in its place, with the chunks that matched. */
export interface RankedFile extends ScoredFile {
  readonly chunks: FileCandidate['chunks'];
}

export interface RankOptions {
  readonly plan: QueryPlan;
  readonly filter: DocumentFilter;
  readonly workContext: WorkContext | undefined;
}

const TEST = ROLES.indexOf('test');

/** Best first; ties by path. */
export function rankFiles(
  view: IndexView,
  candidates: readonly FileCandidate[],
  options: RankOptions,
): RankedFile[] {
  const { mentions } = options.plan;
  const { filter } = options;
  const ports = { catalog: view.catalog, isVisible: (slot: number) => filter.isVisible(slot) };
  const paths = findMentionedPaths(ports, mentions);
  const frames = findFrameFiles(ports, mentions);
  const history = findHistoryFiles(view.catalog, view.history, {
    terms: options.plan.terms,
    isVisibleConnector: (id) => filter.isVisibleConnector(id),
  });
  const definitions = findDefinitionShares(view, options);
  const mentioned = [paths, frames, history, ...definitions.map(({ values }) => values)];
  const files = toScoredFiles(view, candidates, { ...options, mentioned });
  normaliseScores(files);
  addShare(files, 'path', paths);
  addShare(files, 'frame', frames);
  for (const { name, values } of definitions) addShare(files, name, values);
  addShare(files, 'history', history);
  addShare(files, 'testedSource', findTestedSources(files));
  if (view.symbols !== undefined) {
    addShare(files, 'imported', findImportedFiles(view.catalog, view.symbols, files));
  }
  addShare(files, 'folder', toFolderValues(files));
  addShare(files, 'activeFile', findActiveFile(files, options.workContext?.active_file));
  applyRoles(files);
  return sortFiles(files);
}

/** Adds what statements of the query earn, behind the factor of the role, and puts the files in order anew. */
export function addStatements(
  files: readonly RankedFile[],
  lines: ReadonlyMap<number, { readonly value: number }>,
): RankedFile[] {
  for (const file of files) {
    const share = SHARES.statement * (lines.get(file.slot)?.value ?? 0) * file.roleFactor;
    if (share === 0) continue;
    file.shares['statement'] = share;
    file.score += share;
  }
  return sortFiles(files);
}

function sortFiles(files: readonly RankedFile[]): RankedFile[] {
  return files.toSorted(
    (left, right) => right.score - left.score || (left.path < right.path ? -1 : 1),
  );
}

function findDefinitionShares(
  view: IndexView,
  { plan, filter }: RankOptions,
): { readonly name: ShareName; readonly values: ShareValues }[] {
  const { symbols, catalog } = view;
  if (symbols === undefined) return [];
  const ports = { catalog, symbols, accepts: (slot: number) => filter.accepts(slot) };
  return [
    { name: 'exactDefinition', values: findExactDefinitions(plan.tree.text, ports) },
    { name: 'titleDefinition', values: findDefiningFiles(plan.mentions.titleIdentifiers, ports) },
    { name: 'tickDefinition', values: findDefiningFiles(plan.mentions.tickIdentifiers, ports) },
    { name: 'member', values: findMemberFiles(plan.mentions, ports) },
  ];
}

function toScoredFiles(
  view: IndexView,
  candidates: readonly FileCandidate[],
  options: RankOptions & { readonly mentioned: readonly ShareValues[] },
): RankedFile[] {
  const files = candidates.map((candidate) => toScoredFile(view, candidate, options.plan));
  const known = new Set(candidates.map(({ blobId }) => blobId));
  for (const values of options.mentioned) {
    for (const slot of values.keys()) {
      const blobId = view.catalog.blobId[slot] as number;
      if (known.has(blobId) || !options.filter.accepts(slot)) continue;
      known.add(blobId);
      files.push(
        toScoredFile(view, { slot, blobId, textScore: 0, pathScore: 0, chunks: [] }, options.plan),
      );
    }
  }
  return files;
}

function toScoredFile(
  { catalog }: IndexView,
  candidate: Pick<FileCandidate, 'slot' | 'blobId' | 'textScore' | 'pathScore' | 'chunks'>,
  plan: QueryPlan,
): RankedFile {
  const role = catalog.role[candidate.slot] as number;
  return {
    slot: candidate.slot,
    blobId: candidate.blobId,
    path: catalog.paths[candidate.slot] as string,
    isTest: role === TEST,
    baseScore: candidate.textScore + candidate.pathScore,
    textScore: candidate.textScore,
    pathScore: candidate.pathScore,
    roleFactor: plan.roleFactors[ROLES[role] ?? 'source'],
    shares: {},
    score: 0,
    chunks: candidate.chunks,
  };
}
