/** Entry of an analyse thread: lists roots, reads and analyses files. Low priority; owns no state but a reader. */
import { createAnalyseHandlers } from '../src/threads/analyse-thread.ts';
import { lowerThreadPriority, serveCalls } from '../src/pool/serve-calls.ts';

lowerThreadPriority(10);

// oxlint-disable-next-line import/no-default-export -- the pool calls the default export of its entry
export default serveCalls(createAnalyseHandlers);
