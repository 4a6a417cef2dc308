/**
 * One budget of memory for the process, divided among the pools. The limit is the configured one, else
 * what the cgroup grants, else half the machine; sizes step down with it. Figures are for the kernel
 * sources on two threads. A thread keeps its tables from batch to batch, so the batch decides what it takes.
 */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';

const MB = 1024 * 1024;

/** Sizes in bytes, of one thread where not said otherwise. */
export interface MemoryBudget {
  readonly limitBytes: number;
  readonly batchBytes: number;
  /** Source text of the segments that are merged at once, or as much work; an analyse thread takes 20 times as much. */
  readonly mergeBytes: number;
  readonly writerCacheBytes: number;
  readonly readerCacheBytes: number;
  readonly searchThreads: number;
  /** Analyse threads at most; a thread takes 100 to 150 MB at work. */
  readonly maxAnalyseThreads: number;
  /** Of the parser in an analyse thread, before the thread is replaced. */
  readonly parserHeapBytes: number;
}

/** Below this the optimising compiler for WebAssembly does not fit beside the work. */
const MIN_OPTIMISED_MB = 900;

export function planMemory(configuredMb: number): MemoryBudget {
  const limitBytes =
    configuredMb > 0 ? configuredMb * MB : Math.min(readCgroupLimit(), totalmem() / 2);
  const limitMb = limitBytes / MB;
  if (limitMb >= 900)
    return toBudget(limitBytes, {
      batch: 8,
      merge: 24,
      writer: 32,
      reader: 16,
      threads: 2,
      parser: 96,
    });
  if (limitMb >= 640)
    return toBudget(limitBytes, {
      batch: 4,
      merge: 12,
      writer: 16,
      reader: 8,
      threads: 2,
      parser: 64,
    });
  return toBudget(limitBytes, { batch: 1, merge: 8, writer: 8, reader: 4, threads: 1, parser: 32 });
}

function toBudget(
  limitBytes: number,
  sizes: {
    batch: number;
    merge: number;
    writer: number;
    reader: number;
    threads: number;
    parser: number;
  },
): MemoryBudget {
  return {
    limitBytes,
    batchBytes: sizes.batch * MB,
    mergeBytes: sizes.merge * MB,
    writerCacheBytes: sizes.writer * MB,
    readerCacheBytes: sizes.reader * MB,
    searchThreads: sizes.threads,
    maxAnalyseThreads: sizes.threads === 1 ? 1 : Infinity,
    parserHeapBytes: sizes.parser * MB,
  };
}

/**
 * Keeps V8 from optimising the parsers where memory is short: for the lexer of bash alone its compiler takes
 * 500 MB for a second (Node 24.21). Unoptimised, the structure pass takes a third more processor time. Holds for
 * the whole process, so it comes before the first thread.
 */
export function limitCompiler({ limitBytes }: MemoryBudget): void {
  if (limitBytes >= MIN_OPTIMISED_MB * MB) return;
  for (const flag of ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up']) setFlagsFromString(flag);
}

/** The memory limit of the control group, Infinity where there is none. */
function readCgroupLimit(): number {
  for (const file of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    try {
      const bytes = Number(readFileSync(file, 'utf8').trim());
      if (Number.isFinite(bytes) && bytes > 0) return bytes;
    } catch {
      continue;
    }
  }
  return Infinity;
}
