/**
 * Which blobs of a segment can match a pattern: the trigram tree of the pattern evaluated over the
 * segment's trigram postings. The answer may hold blobs that do not match, never misses one that does,
 * which is why lists may be left out when enough is known.
 */
import { readBlobPostings } from '../segments/postings.ts';
import type { TrigramQuery } from '../query/pattern/trigram-query.ts';
import type { SegmentView } from './ports.ts';

/** Lists read for one AND in any case, and as long as candidates are left: a list costs 15 µs, a candidate 600. */
const FIRST_LISTS = 4;
const MAX_LISTS = 24;
const FEW_CANDIDATES = 1;

/** Local blob numbers, ascending; undefined means every blob. */
export type Candidates = Uint32Array | undefined;

export function findCandidates(segment: SegmentView, query: TrigramQuery): Candidates {
  switch (query.kind) {
    case 'all':
      return undefined;
    case 'none':
      return new Uint32Array(0);
    case 'and':
      return findAll(segment, query);
    case 'or':
      return findAny(segment, query);
  }
}

type Branch = Extract<TrigramQuery, { kind: 'and' | 'or' }>;

function findAll(segment: SegmentView, { trigrams, parts }: Branch): Candidates {
  let found: Candidates;
  for (const [read, trigram] of spread(trigrams).entries()) {
    const isEnough = found !== undefined && found.length <= FEW_CANDIDATES;
    if (read >= MAX_LISTS || (read >= FIRST_LISTS && isEnough)) break;
    const list = segment.findTrigram(trigram);
    if (list === undefined) return new Uint32Array(0);
    found = intersect(found, readBlobPostings(list));
    if (found?.length === 0) return found;
  }
  for (const part of parts) {
    found = intersect(found, findCandidates(segment, part));
    if (found?.length === 0) return found;
  }
  return found;
}

function findAny(segment: SegmentView, { trigrams, parts }: Branch): Candidates {
  const found = new Uint8Array(segment.blobCount);
  for (const trigram of trigrams) {
    const list = segment.findTrigram(trigram);
    if (list !== undefined) for (const blob of readBlobPostings(list)) found[blob] = 1;
  }
  for (const part of parts) {
    const candidates = findCandidates(segment, part);
    if (candidates === undefined) return undefined;
    for (const blob of candidates) found[blob] = 1;
  }
  return toNumbers(found);
}

/** The same trigrams, far apart ones first: neighbours of a literal say nearly the same. */
function spread(trigrams: readonly number[]): number[] {
  const step = Math.max(1, Math.floor(trigrams.length / FIRST_LISTS));
  const order: number[] = [];
  for (let first = 0; first < step; first++) {
    for (let index = first; index < trigrams.length; index += step)
      order.push(trigrams[index] as number);
  }
  return order;
}

function intersect(left: Candidates, right: Candidates): Candidates {
  if (left === undefined) return right;
  if (right === undefined) return left;
  const common = new Uint32Array(Math.min(left.length, right.length));
  let count = 0;
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const difference = (left[i] as number) - (right[j] as number);
    if (difference === 0) common[count++] = left[i] as number;
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return common.subarray(0, count);
}

function toNumbers(flags: Uint8Array): Uint32Array {
  const numbers: number[] = [];
  for (let index = 0; index < flags.length; index++) if (flags[index] === 1) numbers.push(index);
  return Uint32Array.from(numbers);
}
