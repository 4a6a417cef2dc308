/** Entry of an analyse thread: lists roots, reads and analyses files. Low priority; owns no state but a reader. */
import { workerData } from 'node:worker_threads';
import { createAnalyseHandlers, type AnalyseThreadData } from '../src/threads/analyse-thread.ts';
import { lowerThreadPriority, serveCalls } from '../src/pool/serve-calls.ts';

lowerThreadPriority(10);

export default serveCalls(createAnalyseHandlers(getThreadData()));

/** Piscina hands the pool's data over as the second element of its own. */
function getThreadData(): AnalyseThreadData {
  return (workerData as [unknown, AnalyseThreadData])[1];
}
