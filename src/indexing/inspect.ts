/** Read-only questions about a root: what a run would do, and why one path is or is not in the index. */
import { fromReasonCode, isFailReason, type ListingColumns } from '../model/batches.ts';
import type { PathExplanation, PlanDetails } from '../model/control.ts';

/** A document as the manifest has it. */
export interface KnownDocument {
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly outcome: number;
  readonly reason: string | null;
  readonly isPending: number;
}

const MAX_EXAMPLES = 5;
/** What a 2-core machine indexes in a second, both passes; only an estimate is asked for. */
const BYTES_PER_SECOND = 6_000_000;

/** Counts what a listing would change. */
export class PlanCounter {
  #added = 0;
  #changed = 0;
  #bytes = 0;
  #known = 0;
  readonly #skipped: Record<string, number> = {};
  readonly #examples: Record<string, string[]> = {};

  add(listing: ListingColumns, find: (path: string) => KnownDocument | undefined): void {
    for (const [index, path] of listing.paths.entries()) {
      const reason = fromReasonCode(listing.reasons[index] as number);
      const known = find(path);
      if (known !== undefined) this.#known += 1;
      if (reason !== null) {
        this.#skipped[reason] = (this.#skipped[reason] ?? 0) + 1;
        this.#note(reason, path);
      } else if (known === undefined) {
        this.#added += 1;
        this.#bytes += listing.sizeBytes[index] as number;
        this.#note('added', path);
      } else if (isChanged(known, listing, index)) {
        this.#changed += 1;
        this.#bytes += listing.sizeBytes[index] as number;
        this.#note('changed', path);
      } else if (known.reason !== null && !isFailReason(known.reason)) {
        this.#skipped[known.reason] = (this.#skipped[known.reason] ?? 0) + 1;
        this.#note(known.reason, path);
      }
    }
  }

  /** `documents` is the number of documents of the tree, `ignored` what the rules left out. */
  finish(documents: number, ignored: number): PlanDetails {
    return {
      added: this.#added,
      changed: this.#changed,
      removed: Math.max(0, documents - this.#known),
      skipped: this.#skipped,
      ignored,
      bytes: this.#bytes,
      estimated_seconds: Math.ceil(this.#bytes / BYTES_PER_SECOND),
      examples: this.#examples,
    };
  }

  #note(kind: string, path: string): void {
    const list = (this.#examples[kind] ??= []);
    if (list.length < MAX_EXAMPLES) list.push(path);
  }
}

/** One plan for several roots. */
export function addPlans(plans: readonly PlanDetails[]): PlanDetails {
  const sum = (pick: (plan: PlanDetails) => number): number =>
    plans.reduce((total, plan) => total + pick(plan), 0);
  const skipped: Record<string, number> = {};
  const examples: Record<string, string[]> = {};
  for (const plan of plans) {
    for (const [reason, files] of Object.entries(plan.skipped))
      skipped[reason] = (skipped[reason] ?? 0) + files;
    for (const [kind, paths] of Object.entries(plan.examples))
      examples[kind] = [...(examples[kind] ?? []), ...paths].slice(0, MAX_EXAMPLES);
  }
  return {
    added: sum(({ added }) => added),
    changed: sum(({ changed }) => changed),
    removed: sum(({ removed }) => removed),
    skipped,
    ignored: sum(({ ignored }) => ignored),
    bytes: sum(({ bytes }) => bytes),
    estimated_seconds: sum(({ estimated_seconds: seconds }) => seconds),
    examples,
  };
}

function isChanged(known: KnownDocument, listing: ListingColumns, index: number): boolean {
  return (
    known.isPending === 1 ||
    known.sizeBytes !== listing.sizeBytes[index] ||
    known.mtimeMs !== listing.mtimeMs[index]
  );
}

/** What the index says of a path; undefined when the listing has to be asked. */
export function explainKnown(path: string, known: KnownDocument): PathExplanation | undefined {
  if (known.isPending === 1) {
    const reason =
      known.outcome === 1
        ? 'changed; the version before still answers'
        : 'found, and waits to be read';
    return { path, state: known.outcome === 1 ? 'indexed' : 'absent', reason };
  }
  if (known.outcome === 1) return { path, state: 'indexed', reason: 'its content is searchable' };
  const reason = known.reason ?? 'unknown';
  return { path, state: isFailReason(reason) ? 'failed' : 'skipped', reason };
}
