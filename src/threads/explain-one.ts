/** Why one path is or is not in the index: what the manifest says, else what the listing rules say. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { explainPath, type ListingExplanation } from '../connectors/filesystem/explain-path.ts';
import type { WalkOptions } from '../connectors/filesystem/walk.ts';
import { isAppError } from '../errors/app-error.ts';
import { findRoot, type RootedPath } from '../indexing/find-root.ts';
import { explainKnown, type KnownDocument } from '../indexing/inspect.ts';
import type { PathExplanation } from '../model/control.ts';
import type { ListedFile } from '../model/document.ts';
import type { StoreReader } from '../store/reader.ts';
import type { SourceRow } from '../store/sources.ts';

export interface ExplainPorts {
  readonly store: Pick<StoreReader, 'findDocument'>;
  toWalkOptions(source: SourceRow): WalkOptions;
}

/** The answer of the index where it knows the path, else of the listing rules. */
export function explainOne(
  sources: readonly SourceRow[],
  path: string,
  ports: ExplainPorts,
): PathExplanation {
  const find = (source: SourceRow, relative: string): KnownDocument | undefined =>
    source.activeTree === null ? undefined : ports.store.findDocument(source.activeTree, relative);
  let rooted: RootedPath;
  try {
    rooted = findRoot(
      sources,
      path,
      (source, relative) =>
        find(source, relative) !== undefined || existsSync(join(source.path ?? '', relative)),
    );
  } catch (error) {
    if (!isAppError(error) || error.code !== 'PATH_OUTSIDE_ROOTS') throw error;
    return { path, state: 'outside', reason: error.message };
  }
  const { source, relativePath } = rooted;
  const known = find(source, relativePath);
  const explained = known === undefined ? undefined : explainKnown(relativePath, known);
  if (explained !== undefined) return explained;
  const listing = explainPath(ports.toWalkOptions(source), relativePath);
  return { path: relativePath, ...explainListing(listing) };
}

function explainListing(listing: ListingExplanation): Omit<PathExplanation, 'path'> {
  switch (listing.kind) {
    case 'ignored': {
      const { rule, file, line } = listing.origin;
      return {
        state: 'ignored',
        reason: `the rule ignores ${listing.ignoredPath}`,
        rule,
        rule_file: file,
        ...(line > 0 ? { rule_line: line } : {}),
      };
    }
    case 'filtered':
      return { state: 'ignored', reason: 'the include and exclude globs of the root leave it out' };
    case 'excluded':
      return { state: 'ignored', reason: 'it belongs to the server itself' };
    case 'folder':
      return { state: 'absent', reason: 'it is a folder; only files are indexed' };
    case 'outside':
      return { state: 'outside', reason: 'it leads out of the root' };
    case 'absent':
      return { state: 'absent', reason: 'there is no such file' };
    case 'listed':
      return explainListed(listing.file);
  }
}

function explainListed({ skip, fail }: ListedFile): Omit<PathExplanation, 'path'> {
  if (skip !== undefined) return { state: 'skipped', reason: skip };
  if (fail !== undefined) return { state: 'failed', reason: fail };
  return { state: 'absent', reason: 'the next run will index it; start one' };
}
