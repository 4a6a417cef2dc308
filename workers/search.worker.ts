/** Entry of a search thread: a read-only connection and the engines that answer from it. */
import { createSearchHandlers } from '../src/threads/search-thread.ts';
import { serveCalls } from '../src/pool/serve-calls.ts';

// oxlint-disable-next-line import/no-default-export -- the pool calls the default export of its entry
export default serveCalls(createSearchHandlers);
