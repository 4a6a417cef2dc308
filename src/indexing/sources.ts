/** What a stored source is, and what a filesystem source says about its listing. */
import { PUSHED_CONNECTOR_ID } from '../model/connector-fields.ts';
import type { SourceRow } from '../store/sources.ts';
import type { ListingRequest } from './ports.ts';

/** Gives the listing of the whole root of a filesystem source. */
export function toListingRequest(source: SourceRow): ListingRequest {
  const config = JSON.parse(source.config) as { include?: string[]; exclude?: string[] };
  return {
    root: source.path ?? '',
    include: config.include ?? [],
    exclude: config.exclude ?? [],
    subPaths: [],
  };
}

/** True for a source that is fetched from elsewhere: neither a folder nor the documents that clients push. */
export function isRemote({ type }: Pick<SourceRow, 'type'>): boolean {
  return type !== 'filesystem' && type !== PUSHED_CONNECTOR_ID;
}
