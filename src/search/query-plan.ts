/**
 * What a query of mode `auto` asks for: terms to rank by, things that must or must not be there, filters
 * that its qualifiers add, and what it mentions by name. Pure; made once for each search.
 */
import type { SearchFilters } from '../model/search.ts';
import type { Role } from '../model/document.ts';
import { findMentions, type Mentions } from '../query/mentions.ts';
import { parseQuery, type QueryTree } from '../query/parse-query.ts';
import { splitRegions, type RegionSpan } from '../query/regions.ts';
import type { QueryTerm } from '../ranking/select-terms.ts';
import { REGION_WEIGHTS, ROLE_FACTORS } from '../ranking/weights.ts';
import { listQueryTerms } from './query-terms.ts';

export interface QueryPlan {
  readonly tree: QueryTree;
  readonly terms: readonly QueryTerm[];
  readonly mentions: Mentions;
  /** The identifiers of a short query that consists of identifiers only. */
  readonly names: ReadonlySet<string>;
  /** What may stand in the source as it is: the title, error lines, quoted texts. */
  readonly statements: readonly string[];
  /** The filters of the qualifiers; all of them hold besides those of the request. */
  readonly qualifierFilters: readonly SearchFilters[];
  readonly roleFactors: Readonly<Record<Role, number>>;
}

const ASKS_FOR_TESTS = /\b(?:tests?|specs?|fixtures?|unit[- ]tests?)\b/i;
const ASKS_FOR_DOCS = /\b(?:docs?|documentation|readme|guide|tutorial|changelog)\b/i;
const ASKS_FOR_EXAMPLES = /\b(?:examples?|samples?|demos?)\b/i;
/** Longer queries mention such words in passing. */
const MAX_ASKING_WORDS = 12;

export function planQuery(query: string): QueryPlan {
  return planTree(parseQuery(query));
}

/** The plan of a query that has been parsed. */
export function planTree(tree: QueryTree): QueryPlan {
  const regions = splitRegions(tree.text);
  const pieces = regions.spans.map(({ region, text }) => ({
    text,
    weight: REGION_WEIGHTS[region],
  }));
  for (const phrase of tree.phrases) pieces.push({ text: phrase, weight: REGION_WEIGHTS.title });
  for (const symbol of tree.qualifiers.sym)
    pieces.push({ text: symbol, weight: REGION_WEIGHTS.title });
  const mentions = findMentions(regions);
  return {
    tree,
    terms: listQueryTerms(pieces),
    mentions,
    statements: listStatements(regions.spans, mentions),
    names: listNames(tree.text),
    qualifierFilters: toQualifierFilters(tree),
    roleFactors: chooseRoleFactors(tree.text),
  };
}

function listStatements(spans: readonly RegionSpan[], { quoted }: Mentions): readonly string[] {
  const lines = spans
    .filter(({ region }) => region === 'title' || region === 'error')
    .flatMap(({ text }) => text.split('\n'));
  return [...new Set([...lines, ...quoted])];
}

/** `parseQuery`, `Cache.get()`: what the query asks for is the definition. */
function listNames(text: string): ReadonlySet<string> {
  const words = text.trim().split(/\s+/);
  const looksLikeCode = (word: string): boolean =>
    /[_A-Z.:(]/.test(word.slice(1)) || words.length === 1;
  if (words.length > 2 || !words.every((word) => NAME.test(word) && looksLikeCode(word)))
    return new Set();
  return new Set(
    words.map(
      (word) =>
        word
          .replace(/\(\)?$/, '')
          .split(/\.|::|#/)
          .at(-1) ?? '',
    ),
  );
}

const NAME = /^[A-Za-z_$][\w$]*(?:(?:\.|::|#)[A-Za-z_$][\w$]*)*(?:\(\)?)?$/;

/** The filters that qualifiers stand for; all of them hold. */
export function toQualifierFilters({ qualifiers, excludedPaths }: QueryTree): SearchFilters[] {
  const filters: SearchFilters[] = [];
  if (qualifiers.path.length > 0) filters.push({ paths: qualifiers.path });
  if (excludedPaths.length > 0) filters.push({ exclude_paths: excludedPaths });
  if (qualifiers.lang.length > 0) filters.push({ languages: qualifiers.lang });
  if (qualifiers.repo.length > 0) filters.push({ connectors: qualifiers.repo });
  if (qualifiers.kind.length > 0) filters.push({ kinds: qualifiers.kind });
  if (qualifiers.source.length > 0) filters.push({ source_types: qualifiers.source });
  return filters;
}

/** A short query that asks for tests, documents or examples gets them undemoted. */
function chooseRoleFactors(text: string): Readonly<Record<Role, number>> {
  if (text.split(/\s+/).length > MAX_ASKING_WORDS) return ROLE_FACTORS;
  return {
    ...ROLE_FACTORS,
    ...(ASKS_FOR_TESTS.test(text) ? { test: 1 } : {}),
    ...(ASKS_FOR_DOCS.test(text) ? { doc: 1 } : {}),
    ...(ASKS_FOR_EXAMPLES.test(text) ? { example: 1 } : {}),
  };
}
