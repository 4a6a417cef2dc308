/**
 * Where the sync of a chat stands: one state for each channel, and the channels that this run has still to read.
 *
 * Only the last days are read again (edits, deletions, replies); of those the state knows what was handed out, so that
 * what did not change is not handed out again and what is gone is removed. Older days and threads are forgotten
 * here and stay as they are in the index until the next full sync.
 */
import type { SyncCursor } from '../connector.ts';

const VERSION = 1;
const DAY_MS = 86_400_000;
/** Messages of this many days are read again in each run. */
export const REREAD_DAYS = 7;
/** A run looks at least this far behind the start of the last one, whatever the clocks say. */
const OVERLAP_MS = DAY_MS;

/** A day of a channel as handed out. */
export interface DayState {
  /** Documents `1` to `count`. */
  readonly count: number;
  readonly digest: string;
}

/** A thread as handed out. */
export interface ThreadState {
  /** Digest of the thread's mark. */
  readonly mark: string;
  readonly digest: string;
  readonly parts: number;
  readonly startedMs: number;
  readonly activeMs: number;
  /** When its messages were read last, by our clock. */
  readonly readMs: number;
}

/** One channel. A reading goes back through the days, then through the list of threads where there is one. */
export interface ChannelState {
  /** As the configuration names it. */
  entry: string;
  /** When the last finished reading began, by our clock; null: never finished one. */
  syncedMs: number | null;
  /** The reading in hand; null between readings. */
  reading: Reading | null;
  /** Day (`2026-05-01`) -> what was handed out. */
  readonly days: Record<string, DayState>;
  readonly threads: Record<string, ThreadState>;
}

export interface Reading {
  readonly beganMs: number;
  /** Nothing sent before this is read. 0: everything. */
  readonly floorMs: number;
  /** Everything sent at or after this is handed out; null: nothing yet. */
  backMs: number | null;
  /** The same for the list of threads. */
  threadsBackMs: number | null;
}

export interface ChatCursor {
  /** Ids of the channels still to be read; empty between runs. */
  todo: string[];
  readonly channels: Record<string, ChannelState>;
}

/** Reads what was stored; anything that is no cursor of this version starts over. */
export function readChatCursor(stored: SyncCursor | null): ChatCursor {
  if (stored?.['version'] !== VERSION) return { todo: [], channels: {} };
  const { todo, channels } = structuredClone(stored) as unknown as ChatCursor;
  return { todo, channels };
}

/** Gives what to store; later changes of the cursor do not touch it. */
export function writeChatCursor(cursor: ChatCursor): SyncCursor {
  return { version: VERSION, ...structuredClone(cursor) };
}

/** A channel that was never read. */
export function createChannelState(entry: string): ChannelState {
  return { entry, syncedMs: null, reading: null, days: {}, threads: {} };
}

/** Goes on with the reading in hand or begins one: of everything the first time, later of the last days. */
export function openReading(state: ChannelState, nowMs: number): Reading {
  if (state.reading !== null) return state.reading;
  const { syncedMs } = state;
  const floorMs =
    syncedMs === null
      ? 0
      : startOfDay(Math.max(0, Math.min(nowMs - REREAD_DAYS * DAY_MS, syncedMs - OVERLAP_MS)));
  state.reading = { beganMs: nowMs, floorMs, backMs: null, threadsBackMs: null };
  return state.reading;
}

/** The reading has come to its floor. */
export function closeReading(state: ChannelState): void {
  if (state.reading !== null) state.syncedMs = state.reading.beganMs;
  state.reading = null;
}

/** Forgets days and threads that no later run reads again and that this one is done with. */
export function forgetOld(state: ChannelState, nowMs: number): void {
  const edgeMs = startOfDay(nowMs - REREAD_DAYS * DAY_MS);
  for (const day of Object.keys(state.days)) {
    if (toDayMs(day) < edgeMs) delete state.days[day];
  }
  for (const [id, { activeMs }] of Object.entries(state.threads)) {
    if (activeMs < edgeMs) delete state.threads[id];
  }
}

/** Days are those of UTC, so that they are the same wherever the server runs. */
export function startOfDay(momentMs: number): number {
  return Math.floor(momentMs / DAY_MS) * DAY_MS;
}

/** The first moment of the next day. */
export function endOfDay(momentMs: number): number {
  return startOfDay(momentMs) + DAY_MS;
}

export function toDay(momentMs: number): string {
  return new Date(momentMs).toISOString().slice(0, 10);
}

export function toDayMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
