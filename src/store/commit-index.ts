/**
 * The newest commits of each repository in compact arrays, for ranking: when, which files, and the terms of
 * the messages turned round into postings. A search thread keeps one and reads it anew when history has changed.
 *
 *     commit i: committedMs[i], fileCount[i], termCount[i], pathIds[fileStart[i] .. fileStart[i + 1]]
 *     term t:   commits[termStart[t] .. termStart[t + 1]] ascending, with frequencies beside
 *
 * Merges are left out. Commits are numbered newest first within a repository, one repository after the other.
 */
import { countTerms, forEachTerm, unpackPathIds } from './commit-codec.ts';
import type { Connection } from './database.ts';

/** Where a term stands: commit numbers ascending, and how often it is in each. */
export interface CommitPostings {
  readonly commits: Uint32Array;
  readonly frequencies: Uint8Array;
}

interface Row {
  readonly id: number;
  readonly committedMs: number;
  readonly fileCount: number;
  readonly pathIds: Uint8Array;
  readonly terms: Uint8Array;
}

export class CommitIndex {
  /** `meta.history_version` that it was read at. */
  readonly version: number;
  /** Commits in it. */
  readonly count: number;
  /** Connector of each repository; `repository` holds indexes into it. */
  readonly connectorIds: readonly string[];
  readonly repository: Uint16Array;
  /** For `HistoryReader.getCommits`. */
  readonly commitId: Float64Array;
  readonly committedMs: Float64Array;
  /** All files of the commit, also where it has too many to be named in `pathIds`. */
  readonly fileCount: Uint32Array;
  /** Terms of the message, repetitions counted. */
  readonly termCount: Uint32Array;
  /** Sum of `termCount`. */
  readonly totalTerms: number;
  readonly fileStart: Uint32Array;
  /** For `HistoryReader.getPath`. */
  readonly pathIds: Uint32Array;
  readonly #terms: TermPostings;

  /** Reads it. Cost: about 15 ms for 4,000 commits of the Linux kernel, whose messages are long. */
  static read(connection: Connection, version: number, maxCommits: number): CommitIndex {
    const repositories = connection
      .prepare(
        `SELECT r.id, s.connector_id AS connectorId FROM history_repository r JOIN source s ON s.id = r.source_id ORDER BY r.id`,
      )
      .all() as { id: number; connectorId: string }[];
    const list = connection.prepare(
      `SELECT id, committed_ms AS committedMs, file_count AS fileCount, path_ids AS pathIds, terms FROM commit_log
       WHERE repository_id = ? AND is_merge = 0 ORDER BY committed_ms DESC LIMIT ?`,
    );
    const groups = repositories.map(({ id }) => list.all(id, maxCommits) as Row[]);
    const connectorIds = repositories.map(({ connectorId }) => connectorId);
    return new CommitIndex(version, connectorIds, groups);
  }

  private constructor(version: number, connectorIds: readonly string[], groups: readonly Row[][]) {
    const rows = groups.flat();
    this.version = version;
    this.count = rows.length;
    this.connectorIds = connectorIds;
    this.repository = Uint16Array.from(groups.flatMap((group, index) => group.map(() => index)));
    this.commitId = Float64Array.from(rows, ({ id }) => id);
    this.committedMs = Float64Array.from(rows, ({ committedMs }) => committedMs);
    this.fileCount = Uint32Array.from(rows, ({ fileCount }) => fileCount);
    const paths = rows.map(({ pathIds }) => unpackPathIds(pathIds));
    this.fileStart = toStarts(paths.map(({ length }) => length));
    this.pathIds = Uint32Array.from(paths.flat());
    this.termCount = new Uint32Array(rows.length);
    this.#terms = new TermPostings(rows.map(({ terms }) => terms));
    let totalTerms = 0;
    for (const [commit, { terms }] of rows.entries()) {
      let length = 0;
      forEachTerm(terms, (_, frequency) => {
        length += frequency;
      });
      this.termCount[commit] = length;
      totalTerms += length;
    }
    this.totalTerms = totalTerms;
  }

  /** Where the term with this key stands; undefined when in no message. */
  findTerm(key: number): CommitPostings | undefined {
    return this.#terms.find(key);
  }

  /** Files of a commit as ids of paths; empty where it has too many. */
  listPathIds(commit: number): Uint32Array {
    return this.pathIds.subarray(this.fileStart[commit], this.fileStart[commit + 1]);
  }
}

/** Lists of commits by term, filled in two passes: count, then place. */
class TermPostings {
  readonly #numberOfKey = new Map<number, number>();
  readonly #start: Uint32Array;
  readonly #commits: Uint32Array;
  readonly #frequencies: Uint8Array;

  constructor(packed: readonly Uint8Array[]) {
    let total = 0;
    for (const terms of packed) total += countTerms(terms);
    const termOf = new Uint32Array(total);
    const counts: number[] = [];
    let next = 0;
    for (const terms of packed) {
      forEachTerm(terms, (key) => {
        let term = this.#numberOfKey.get(key);
        if (term === undefined) {
          term = counts.length;
          this.#numberOfKey.set(key, term);
          counts.push(0);
        }
        counts[term] = (counts[term] ?? 0) + 1;
        termOf[next++] = term;
      });
    }
    this.#start = toStarts(counts);
    this.#commits = new Uint32Array(total);
    this.#frequencies = new Uint8Array(total);
    this.#place(packed, termOf);
  }

  find(key: number): CommitPostings | undefined {
    const term = this.#numberOfKey.get(key);
    if (term === undefined) return undefined;
    const start = this.#start[term];
    const end = this.#start[term + 1];
    return {
      commits: this.#commits.subarray(start, end),
      frequencies: this.#frequencies.subarray(start, end),
    };
  }

  #place(packed: readonly Uint8Array[], termOf: Uint32Array): void {
    const position = this.#start.slice();
    let next = 0;
    for (const [commit, terms] of packed.entries()) {
      forEachTerm(terms, (_, frequency) => {
        const term = termOf[next++] ?? 0;
        const at = position[term] ?? 0;
        position[term] = at + 1;
        this.#commits[at] = commit;
        this.#frequencies[at] = frequency;
      });
    }
  }
}

/** Starts of consecutive stretches of these lengths, and the end of the last. */
function toStarts(lengths: readonly number[]): Uint32Array {
  const starts = new Uint32Array(lengths.length + 1);
  for (const [index, length] of lengths.entries())
    starts[index + 1] = (starts[index] ?? 0) + length;
  return starts;
}
