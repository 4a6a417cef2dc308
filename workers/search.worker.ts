/** Entry of a search thread: a read-only connection and the engines that answer from it. */
import { workerData } from 'node:worker_threads';
import { createSearchHandlers, type SearchThreadData } from '../src/threads/search-thread.ts';
import { serveCalls } from '../src/pool/serve-calls.ts';

export default serveCalls(createSearchHandlers((workerData as [unknown, SearchThreadData])[1]));
