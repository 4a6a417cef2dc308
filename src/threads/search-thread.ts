/** What a search thread answers. The database is opened with the first call, when the writer has made it. */
import { listPathKeys } from '../analysis/path-words.ts';
import {
  createStructureExtractor,
  type StructureExtractor,
} from '../analysis/structure/extractor.ts';
import { createGrammarLoader } from '../connectors/grammar-files.ts';
import { redactSecrets } from '../connectors/filesystem/redact-secrets.ts';
import type { RelatedReply, RelatedRequest } from '../model/related.ts';
import type { SearchRequest } from '../model/search.ts';
import type { ThreadHandlers } from '../pool/thread-call.ts';
import { RelatedEngine } from '../related/related-engine.ts';
import { SearchEngine, type SearchOutcome } from '../search/search-engine.ts';
import { listFiles, readFileResource } from '../search/resources.ts';
import { StoreReader } from '../store/reader.ts';
import { readThreadCpuMs } from './thread-clock.ts';
import { readStoredState } from '../store/stored-state.ts';

export interface SearchThreadData {
  readonly databasePath: string;
  readonly cacheBytes: number;
}

/** For one piece of a file; a piece of ordinary code takes some milliseconds. */
const PARSE_LIMIT_MS = 100;

/** What a thread has once it was asked the first time. */
interface Opened {
  readonly reader: StoreReader;
  readonly engine: SearchEngine;
  readonly related: RelatedEngine;
}

export function createSearchHandlers(data: SearchThreadData): ThreadHandlers {
  let opened: Opened | undefined;
  let extractor: StructureExtractor | undefined;
  const open = (): Opened => {
    if (opened === undefined) {
      const reader = new StoreReader(data.databasePath, data.cacheBytes, listPathKeys);
      const view = {
        read: <T>(work: (index: StoreReader) => T): T => reader.read(() => work(reader)),
      };
      const options = { reader: view, redact: redactSecrets };
      opened = { reader, engine: new SearchEngine(options), related: new RelatedEngine(options) };
    }
    return opened;
  };
  return {
    ping: (): boolean => open().reader.read(() => true),
    search: (request: SearchRequest, deadlineMs: number): SearchOutcome =>
      open().engine.search(request, { deadlineMs }),
    related: async (request: RelatedRequest, deadlineMs: number): Promise<RelatedReply> => {
      extractor ??= await createStructureExtractor({
        loadGrammar: createGrammarLoader(),
        limits: { timeoutMs: PARSE_LIMIT_MS },
        now: readThreadCpuMs,
      });
      return open().related.find(request, { deadlineMs, extractor, readWorkMs: readThreadCpuMs });
    },
    listFiles: (cursor: string | undefined, allowed: readonly string[] | undefined) => {
      const { reader } = open();
      return reader.read(() => listFiles(reader, cursor, allowed));
    },
    readFile: (uri: string, allowed: readonly string[] | undefined) => {
      const { reader } = open();
      return reader.read(() => readFileResource(reader, { uri, allowed, redact: redactSecrets }));
    },
    readState: () => {
      const { reader } = open();
      return reader.read(() => readStoredState(reader.connection, data.databasePath));
    },
  };
}
