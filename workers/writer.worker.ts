/** Entry of the writer thread: the only read-write connection, one call after another. */
import { createWriterHandlers } from '../src/threads/writer-thread.ts';
import { serveCalls } from '../src/pool/serve-calls.ts';

// oxlint-disable-next-line import/no-default-export -- the pool calls the default export of its entry
export default serveCalls(createWriterHandlers);
