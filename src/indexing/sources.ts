/** What a stored filesystem source says about its listing. */
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
