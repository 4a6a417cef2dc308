/**
 * What lines of a file call: names by the parser, the definitions that they most likely mean by distance
 * (name-distance.ts). Names that the index does not define (libraries, builtins) give nothing, nor do names
 * that many far files define alike.
 */
import type { ChunkKind } from '../model/document.ts';
import type { Call } from '../analysis/structure/references.ts';
import type { LineRange } from './code-reader.ts';
import { DISTANCE, type Nearest, type PlacedName } from './name-distance.ts';
import type { RelationContext } from './relation-context.ts';

/** Distinct names that are looked up. */
const MAX_NAMES = 60;
/** More definitions that are equally far say nothing. */
const MAX_FAR_CHOICES = 3;
/** Lines shown of a definition that is called. */
const HEAD_LINES = 3;
const MIN_NAME_CHARS = 2;

/** Kinds that can be called; `constant` for macros and functions in a constant. */
const CALLABLE: ReadonlySet<ChunkKind> = new Set<ChunkKind>([
  'function',
  'method',
  'class',
  'type',
  'constant',
  'variable',
]);

const SCORES: readonly number[] = [0.82, 0.8, 0.74, 0.66, 0.5];

export interface CallQuery {
  readonly slot: number;
  readonly range: LineRange;
  /** False: calls of what the file itself defines are left out; its outline has them. */
  readonly includesOwnFile: boolean;
}

/** Adds `calls` items. */
export function addCalls(context: RelationContext, query: CallQuery): void {
  const { draft, code, distances, deadline } = context;
  if (!draft.wants('calls')) return;
  const calls = code.listCalls(query.slot, query.range) ?? [];
  const byName = Map.groupBy(calls, ({ name }) => name);
  for (const [name, ofName] of [...byName].slice(0, MAX_NAMES)) {
    if (deadline.isOver() || !draft.wants('calls')) return;
    if (name.length < MIN_NAME_CHARS) continue;
    const places = distances
      .listPlaces(name)
      .filter(({ place, slot }) => CALLABLE.has(place.kind) && isOther(query, slot));
    const nearest = distances.findNearest(query.slot, places);
    if (nearest !== undefined) addCallee(context, query, { calls: ofName, nearest });
  }
}

function isOther({ slot: own, includesOwnFile }: CallQuery, slot: number): boolean {
  return includesOwnFile || slot !== own;
}

function addCallee(
  { draft, view }: RelationContext,
  query: CallQuery,
  { calls, nearest }: { readonly calls: readonly Call[]; readonly nearest: Nearest },
): void {
  const { distance, places } = nearest;
  const choices = new Set(places.map(({ slot }) => slot)).size;
  if (distance >= DISTANCE.sameRoot && choices > MAX_FAR_CHOICES) return;
  const [{ slot, place }] = places as readonly [PlacedName];
  const definition = view.symbols.resolve(place);
  if (definition === undefined || isWithin(definition, slot, query)) return;
  const lines = [...new Set(calls.map(({ line }) => line))];
  const more = lines.length > 1 ? ` and ${lines.length - 1} more` : '';
  const doubt = choices > 1 ? ` (or one of ${choices - 1} other definitions of this name)` : '';
  draft.addFile({
    relation: 'calls',
    slot,
    score: (SCORES[distance] ?? 0.5) / (1 + Math.log2(choices) / 2),
    reason: `called in line ${lines[0]}${more}${doubt}`,
    startLine: definition.startLine,
    endLine: Math.min(definition.endLine, definition.startLine + HEAD_LINES - 1),
    symbol: definition.name,
    kind: definition.kind,
  });
}

/** A definition that calls itself, and those inside of it, are shown already. */
function isWithin(definition: LineRange, slot: number, { slot: own, range }: CallQuery): boolean {
  return (
    slot === own && definition.startLine >= range.startLine && definition.endLine <= range.endLine
  );
}
