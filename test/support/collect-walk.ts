/** Runs a whole listing and gives everything that came. */
import { walk, type WalkOptions, type WalkSummary } from '../../src/connectors/filesystem/walk.ts';
import type { ListedFile } from '../../src/model/document.ts';

export interface CollectedWalk {
  readonly files: readonly ListedFile[];
  /** Sorted. */
  readonly paths: readonly string[];
  readonly batchLengths: readonly number[];
  readonly summary: WalkSummary;
}

/** Lists a root, with no user configuration of git unless one is given. */
export async function collectWalk(
  options: Partial<WalkOptions> & { readonly root: string },
): Promise<CollectedWalk> {
  const listing = walk({ maxFileBytes: 1_000_000, user: NO_USER, ...options });
  const files: ListedFile[] = [];
  const batchLengths: number[] = [];
  for (;;) {
    const step = await listing.next();
    if (step.done === true) {
      const paths = files.map(({ path }) => path).sort();
      return { files, paths, batchLengths, summary: step.value };
    }
    files.push(...step.value);
    batchLengths.push(step.value.length);
  }
}

const NO_USER = { homeFolder: '/nonexistent' };
