/** Entry of the writer thread: the only read-write connection, one call after another. */
import { workerData } from 'node:worker_threads';
import { createWriterHandlers, type WriterThreadData } from '../src/threads/writer-thread.ts';
import { serveCalls } from '../src/pool/serve-calls.ts';

export default serveCalls(createWriterHandlers((workerData as [unknown, WriterThreadData])[1]));
