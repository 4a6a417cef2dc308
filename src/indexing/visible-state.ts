/**
 * The state of the store as one caller may see it. What is kept by source or tree is filtered. Chunks, passes
 * over contents and sizes of files are known for the whole database only: they are scaled to the caller's share
 * of the bytes, so that they neither name nor measure what others have. Whoever may see everything gets the state itself.
 */
import type { StoreState } from '../store/stored-state.ts';

/** `allowed`: ids of connectors; undefined means all. */
export function toVisibleState(
  state: StoreState,
  allowed: readonly string[] | undefined,
): StoreState {
  if (allowed === undefined) return state;
  const isVisible = ({ connectorId }: { readonly connectorId: string }): boolean =>
    allowed.includes(connectorId);
  const sources = state.sources.filter(isVisible);
  const trees = new Set(
    sources.flatMap(({ activeTree, buildingTree }) => [activeTree, buildingTree]),
  );
  const tallies = state.tallies.filter(({ treeId }) => trees.has(treeId));
  const share = sumBytes(tallies) / Math.max(1, sumBytes(state.tallies));
  const scale = (total: number): number => Math.round(total * share);
  const { done, total, doneBytes, totalBytes } = state.structure;
  return {
    sources,
    trees: state.trees.filter(({ id }) => trees.has(id)),
    tallies,
    examples: Object.fromEntries(
      Object.entries(state.examples).filter(([treeId]) => trees.has(Number(treeId))),
    ),
    chunkCount: scale(state.chunkCount),
    structure: {
      // What is unfinished must not round to finished.
      done: done >= total ? scale(total) : Math.min(scale(done), Math.max(0, scale(total) - 1)),
      total: Math.max(scale(total), done >= total ? 0 : 1),
      doneBytes: scale(doneBytes),
      totalBytes: scale(totalBytes),
    },
    history: {
      repositories: state.history.repositories.filter(isVisible),
      problems: state.history.problems.filter(isVisible),
    },
    dbBytes: scale(state.dbBytes),
    walBytes: scale(state.walBytes),
  };
}

function sumBytes(tallies: StoreState['tallies']): number {
  return tallies.reduce((sum, { bytes }) => sum + bytes, 0);
}
