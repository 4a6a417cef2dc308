/**
 * The vocabulary of what is indexed: a *source* is a configured place, a *document* is one file (or
 * item) of a source at one version, a *blob* is the content of documents, found by its hash.
 * Plain data only; nothing here has behaviour beyond listing its own values.
 */

/** Why a file is left out by rule. */
export const SKIP_REASONS = [
  'binary',
  'too_large',
  'secret',
  'symlink',
  'special_file',
  'name_not_utf8',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** Why a file that should be in the index could not be put there. */
export const FAIL_REASONS = [
  'permission_denied',
  'read_error',
  'vanished',
  'timeout',
  'crashed',
] as const;
export type FailReason = (typeof FAIL_REASONS)[number];

/** What a file is for; given by its path. Order is the storage code: append only. */
export const ROLES = [
  'source',
  'test',
  'doc',
  'example',
  'generated',
  'vendor',
  'config',
  'data',
] as const;
export type Role = (typeof ROLES)[number];

/** Where an item comes from. */
export const SOURCE_TYPES = [
  'file',
  'git',
  'github',
  'gitlab',
  'jira',
  'slack',
  'discord',
] as const;
export type SourceType = (typeof SOURCE_TYPES)[number];

/** What a piece of a document is. */
export const CHUNK_KINDS = [
  'file',
  'function',
  'method',
  'class',
  'interface',
  'type',
  'enum',
  'module',
  'constant',
  'variable',
  'field',
  'heading',
  'key',
  'block',
  'issue',
  'pull_request',
  'comment',
  'discussion',
  'message',
  'release',
  'commit',
] as const;
export type ChunkKind = (typeof CHUNK_KINDS)[number];

/** What an item says it belongs to, beside what its text names. Ids as in `model/history.ts`. */
export interface ItemLinks {
  /** Full or short commit hashes. */
  readonly commits?: readonly string[];
  readonly branches?: readonly string[];
  /** Paths as the service gives them, relative to the top of the repository. */
  readonly files?: readonly string[];
  /** Tickets: `owner/repo#12`, `ABC-123`. */
  readonly tickets?: readonly string[];
}

/** What a document is that is not a file of a root: an issue, a message, a text that a client pushed. */
export interface DocumentItem {
  readonly source_type: SourceType;
  readonly kind?: ChunkKind;
  readonly title?: string;
  readonly url?: string;
  readonly state?: string;
  readonly author?: string;
  readonly labels?: readonly string[];
  /** RFC 3339. */
  readonly created_at?: string;
  /** The id that people write for it: `owner/repo#12`, `group/project!7`, `ABC-123`. */
  readonly ticket?: string;
  /** Path of the item that this one is a comment, review or reply of, in the same connector. */
  readonly parent?: string;
  /** Channel of a message or discussion, category of a discussion. */
  readonly channel?: string;
  readonly links?: ItemLinks;
}

/** How the bytes of a file were read. `utf-8` bytes are stored as they are; others are transcoded. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1';

/** One entry of a listing of a root, before anything was read. */
export interface ListedFile {
  /** Relative to the root, `/` between segments. For names that are not UTF-8, with U+FFFD in place of bad bytes. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds since the epoch, whole number. */
  readonly mtimeMs: number;
  /** Set when the entry can be settled without reading it. */
  readonly skip?: SkipReason;
  readonly fail?: FailReason;
}

/** What reading one file gave. */
export type ReadResult =
  | {
      readonly kind: 'text';
      /** UTF-8 bytes without byte order mark. */
      readonly bytes: Uint8Array;
      readonly encoding: TextEncoding;
      /** As found when the file was opened, so that a change while reading is seen later. */
      readonly sizeBytes: number;
      readonly mtimeMs: number;
    }
  | {
      readonly kind: 'skipped';
      readonly reason: SkipReason;
      /** As found when the file was opened, where it was. */
      readonly sizeBytes?: number;
      readonly mtimeMs?: number;
    }
  | { readonly kind: 'failed'; readonly reason: FailReason; readonly message: string };
