/**
 * Reads what `git log -z --name-status` prints with `LOG_FORMAT`, chunk by chunk.
 *
 * The stream is a sequence of tokens, each ended by a NUL byte; no field and no path can hold one:
 *
 *     hash parents authorSeconds committerSeconds authorName subject body (status path)*
 *
 * Between records, and before the first status, git prints empty tokens, how many depends on the commit; the
 * first status of a commit has a line feed in front. A status is one upper-case letter, a hash has 40 or 64
 * hexadecimal digits, so the two cannot be mistaken; paths are taken as they are, whatever they look like.
 * Long texts are cut while they are read, so that memory stays bounded whatever a repository holds.
 */
import type { LoggedCommit } from '../../model/history.ts';

/** What `--format` must be for this parser. */
export const LOG_FORMAT = '%H%x00%P%x00%at%x00%ct%x00%an%x00%s%x00%b%x00';

/** Commits with more files keep only their number: they say nothing of what belongs together. */
const MAX_FILES_PER_COMMIT = 200;

const FIELD_COUNT = 7;
const MAX_TOKEN_BYTES = 64 * 1024;
const MAX_NAME_CHARACTERS = 200;
const MAX_SUBJECT_CHARACTERS = 500;
const MAX_BODY_CHARACTERS = 4_000;
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const STATUS = /^\n?[A-Z]\d{0,3}$/;

/** Called for each file of each commit, also of commits with too many. */
export type FileListener = (path: string, committedMs: number) => void;

interface OpenCommit extends LoggedCommit {
  readonly files: string[];
  fileCount: number;
}

export class LogParser {
  readonly #toPath: (path: string) => string | null;
  readonly #onFile: FileListener;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #fields: string[] = [];
  #isPathNext = false;
  #commit: OpenCommit | undefined;
  #finished: LoggedCommit[] = [];

  /** `toPath` turns a path of the repository into one of the root; null leaves it out. */
  constructor(toPath: (path: string) => string | null, onFile: FileListener) {
    this.#toPath = toPath;
    this.#onFile = onFile;
  }

  /** Takes the next bytes; gives the commits that are complete. */
  push(chunk: Buffer): LoggedCommit[] {
    let start = 0;
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#take(this.#endToken());
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return this.#drain();
  }

  /** Gives the last commit, when its stream has ended by itself; a cut-off one is dropped. */
  finish(isWhole: boolean): LoggedCommit[] {
    if (isWhole) this.#close();
    return this.#drain();
  }

  #keep(bytes: Buffer): void {
    const room = MAX_TOKEN_BYTES - this.#partBytes;
    if (bytes.length === 0 || room <= 0) return;
    // A copy: the chunk belongs to the stream, and a token may wait long for its end.
    this.#parts.push(Buffer.from(bytes.subarray(0, room)));
    this.#partBytes += Math.min(bytes.length, room);
  }

  #endToken(): string {
    if (this.#partBytes === 0) return '';
    const [first] = this.#parts;
    const bytes = this.#parts.length === 1 ? first : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#partBytes = 0;
    return bytes?.toString('utf8') ?? '';
  }

  #take(token: string): void {
    if (this.#isPathNext) {
      this.#isPathNext = false;
      this.#addFile(token);
    } else if (this.#fields.length > 0) {
      this.#fields.push(token);
      if (this.#fields.length === FIELD_COUNT) {
        this.#commit = toCommit(this.#fields);
        this.#fields = [];
      }
    } else if (HASH.test(token)) {
      this.#close();
      this.#fields.push(token);
    } else if (STATUS.test(token)) {
      this.#isPathNext = true;
    }
  }

  #addFile(gitPath: string): void {
    const commit = this.#commit;
    const path = this.#toPath(gitPath);
    if (commit === undefined || path === null) return;
    commit.fileCount += 1;
    // U+FFFD: the name is not UTF-8, and no document has it.
    if (path.includes('\uFFFD')) return;
    this.#onFile(path, commit.committedMs);
    if (commit.files.length <= MAX_FILES_PER_COMMIT) commit.files.push(path);
  }

  #close(): void {
    const commit = this.#commit;
    this.#commit = undefined;
    if (commit === undefined) return;
    const isTooLarge = commit.fileCount > MAX_FILES_PER_COMMIT;
    this.#finished.push(isTooLarge ? { ...commit, files: [] } : commit);
  }

  #drain(): LoggedCommit[] {
    const finished = this.#finished;
    this.#finished = [];
    return finished;
  }
}

function toCommit(fields: readonly string[]): OpenCommit {
  const [hash = '', parents = '', authored = '', committed = '', name = '', subject, body] = fields;
  return {
    hash,
    authorName: cut(name, MAX_NAME_CHARACTERS),
    authorMs: toMs(authored),
    committedMs: toMs(committed),
    subject: cut(subject ?? '', MAX_SUBJECT_CHARACTERS),
    body: cut((body ?? '').trim(), MAX_BODY_CHARACTERS),
    isMerge: parents.includes(' '),
    files: [],
    fileCount: 0,
  };
}

/** Times before 1970 and far ahead exist in old imports; they stay whole numbers that a date can hold. */
function toMs(seconds: string): number {
  const ms = Number(seconds) * 1000;
  return Number.isSafeInteger(ms) ? Math.min(Math.max(ms, 0), MAX_TIME_MS) : 0;
}

/** The end of the year 9999. */
const MAX_TIME_MS = 253_402_300_799_000;

function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed();
}
