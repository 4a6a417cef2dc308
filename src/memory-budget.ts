/**
 * One budget of memory for the process, divided among the pools. The limit is the configured one, else
 * what the cgroup grants, else half the machine; sizes step down with it. Figures are for the kernel
 * sources on two threads. A thread keeps its tables from batch to batch, so the batch decides what it takes.
 */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';

const MB = 1024 * 1024;

/** Sizes in bytes, of one thread where not said otherwise. */
export interface MemoryBudget {
  readonly limitBytes: number;
  readonly batchBytes: number;
  readonly writerCacheBytes: number;
  readonly readerCacheBytes: number;
  readonly searchThreads: number;
  /** Analyse threads at most; a thread takes 100 to 150 MB at work. */
  readonly maxAnalyseThreads: number;
  /** Of the parser in an analyse thread, before the thread is replaced. */
  readonly parserHeapBytes: number;
}

export function planMemory(configuredMb: number): MemoryBudget {
  const limitBytes =
    configuredMb > 0 ? configuredMb * MB : Math.min(readCgroupLimit(), totalmem() / 2);
  const limitMb = limitBytes / MB;
  if (limitMb >= 900)
    return toBudget(limitBytes, { batch: 8, writer: 32, reader: 16, threads: 2, parser: 96 });
  if (limitMb >= 640)
    return toBudget(limitBytes, { batch: 4, writer: 16, reader: 8, threads: 2, parser: 64 });
  return toBudget(limitBytes, { batch: 1, writer: 8, reader: 4, threads: 1, parser: 32 });
}

function toBudget(
  limitBytes: number,
  sizes: { batch: number; writer: number; reader: number; threads: number; parser: number },
): MemoryBudget {
  return {
    limitBytes,
    batchBytes: sizes.batch * MB,
    writerCacheBytes: sizes.writer * MB,
    readerCacheBytes: sizes.reader * MB,
    searchThreads: sizes.threads,
    maxAnalyseThreads: sizes.threads === 1 ? 1 : Infinity,
    parserHeapBytes: sizes.parser * MB,
  };
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
