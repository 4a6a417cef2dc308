/**
 * AND/OR trees over trigrams. A trigram is three UTF-8 bytes with `A-Z` folded to `a-z`, as the number
 * `first << 16 | second << 8 | third`. `all` holds for every text, `none` for no text; `and` and `or`
 * hold when all or some of their trigrams and parts do. Built by `andQueries` and `orQueries` only,
 * which keep trees small: no nested node of the same kind, trigrams ascending and distinct.
 */

export type TrigramQuery =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'and' | 'or';
      /** Ascending, distinct. */
      readonly trigrams: readonly number[];
      readonly parts: readonly TrigramQuery[];
    };

export const ALL: TrigramQuery = { kind: 'all' };
export const NONE: TrigramQuery = { kind: 'none' };

/** Trigrams kept in one AND; more make no list of candidates shorter. Dropping some is always safe. */
const MAX_AND_TRIGRAMS = 256;
const MAX_AND_PARTS = 64;

/** Holds when every query holds. */
export function andQueries(queries: readonly TrigramQuery[]): TrigramQuery {
  return combine('and', queries);
}

/** Holds when some query holds. Trigrams common to all alternatives are asked for once. */
export function orQueries(queries: readonly TrigramQuery[]): TrigramQuery {
  const alternatives = queries.filter(({ kind }) => kind !== 'none');
  if (alternatives.length < 2) return alternatives[0] ?? NONE;
  const common = findCommonTrigrams(alternatives);
  if (common.size === 0) return combine('or', alternatives);
  const rests = alternatives.map((query) => withoutTrigrams(query, common));
  return andQueries([toTrigramNode('and', common), combine('or', rests)]);
}

/** Holds when a text holds all these trigrams. */
export function toTrigramAnd(trigrams: Iterable<number>): TrigramQuery {
  return toTrigramNode('and', new Set(trigrams));
}

function combine(kind: 'and' | 'or', queries: readonly TrigramQuery[]): TrigramQuery {
  const neutral = kind === 'and' ? 'all' : 'none';
  const dominant = kind === 'and' ? NONE : ALL;
  const trigrams = new Set<number>();
  const parts = new Map<string, TrigramQuery>();
  for (const query of queries) {
    if (query.kind === dominant.kind) return dominant;
    if (query.kind === neutral) continue;
    for (const [text, part] of absorb(kind, query, trigrams)) parts.set(text, part);
  }
  return toNode(kind, trigrams, [...parts.values()]);
}

/** Moves a query's trigrams into the node being built when they mean the same there. */
function absorb(
  kind: 'and' | 'or',
  query: TrigramQuery,
  trigrams: Set<number>,
): readonly (readonly [string, TrigramQuery])[] {
  if (query.kind === 'all' || query.kind === 'none') return [];
  const isSingle = query.parts.length === 0 && query.trigrams.length === 1;
  if (query.kind !== kind && !isSingle) return [[formatTrigramQuery(query), query]];
  for (const trigram of query.trigrams) trigrams.add(trigram);
  return query.parts.map((part) => [formatTrigramQuery(part), part]);
}

function toTrigramNode(kind: 'and' | 'or', trigrams: ReadonlySet<number>): TrigramQuery {
  return toNode(kind, trigrams, []);
}

function toNode(
  kind: 'and' | 'or',
  trigrams: ReadonlySet<number>,
  parts: readonly TrigramQuery[],
): TrigramQuery {
  if (trigrams.size === 0) {
    if (parts.length === 0) return kind === 'and' ? ALL : NONE;
    if (parts.length === 1) return parts[0] ?? ALL;
  }
  const kept = kind === 'and' ? [...trigrams].slice(0, MAX_AND_TRIGRAMS) : [...trigrams];
  const isSingle = kept.length === 1 && parts.length === 0;
  if (kind === 'and' && parts.length > MAX_AND_PARTS)
    return toNode(kind, trigrams, parts.slice(0, MAX_AND_PARTS));
  return {
    kind: isSingle ? 'and' : kind,
    trigrams: kept.sort((left, right) => left - right),
    parts,
  };
}

function findCommonTrigrams(queries: readonly TrigramQuery[]): ReadonlySet<number> {
  const [first, ...others] = queries.map((query) =>
    query.kind === 'and' ? new Set(query.trigrams) : new Set<number>(),
  );
  return others.reduce(
    (common, trigrams) => new Set([...common].filter((trigram) => trigrams.has(trigram))),
    first ?? new Set<number>(),
  );
}

function withoutTrigrams(query: TrigramQuery, removed: ReadonlySet<number>): TrigramQuery {
  if (query.kind !== 'and') return query;
  return toNode('and', new Set(query.trigrams.filter((it) => !removed.has(it))), query.parts);
}

/**
 * Prints a query: trigrams in quotes (bytes that are not printable ASCII as `\xHH`), AND by blanks, OR
 * by `|`, parts in brackets; `*` for all and `!` for none.
 */
export function formatTrigramQuery(query: TrigramQuery): string {
  if (query.kind === 'all') return '*';
  if (query.kind === 'none') return '!';
  const operands = [
    ...query.trigrams.map((trigram) => `"${formatTrigram(trigram)}"`),
    ...query.parts.map((part) => `(${formatTrigramQuery(part)})`),
  ];
  return operands.join(query.kind === 'and' ? ' ' : '|');
}

/** Prints one trigram, bytes that are not printable ASCII as `\xHH`. */
function formatTrigram(trigram: number): string {
  return [trigram >> 16, (trigram >> 8) & 0xff, trigram & 0xff]
    .map((byte) =>
      byte > 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
        ? String.fromCharCode(byte)
        : byte === 0x20
          ? ' '
          : `\\x${byte.toString(16).padStart(2, '0')}`,
    )
    .join('');
}

/** True when the texts that have these trigrams satisfy the query; the executor in its plainest form. */
export function satisfiesTrigrams(query: TrigramQuery, has: (trigram: number) => boolean): boolean {
  if (query.kind === 'all') return true;
  if (query.kind === 'none') return false;
  if (query.kind === 'and') {
    return query.trigrams.every(has) && query.parts.every((part) => satisfiesTrigrams(part, has));
  }
  return query.trigrams.some(has) || query.parts.some((part) => satisfiesTrigrams(part, has));
}
