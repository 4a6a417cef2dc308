/** A database of its own for one test: the real writer, and readers on the same file. */
import { join } from 'node:path';
import { StoreReader } from '../../src/store/reader.ts';
import { StoreWriter } from '../../src/store/writer.ts';
import type { SourceRow } from '../../src/store/sources.ts';
import { createTempDir } from './temp-dir.ts';

const CACHE_BYTES = 4 * 1024 * 1024;

export interface TestStore extends Disposable {
  readonly writer: StoreWriter;
  readonly reader: StoreReader;
  /** Adds a source of files. */
  addSource(connectorId: string): SourceRow & { readonly activeTree: number };
  /** Closes the writer and opens another one, as after a crash. */
  reopen(): StoreWriter;
}

export function openStore(): TestStore {
  const dir = createTempDir();
  const path = join(dir.path, 'test.db');
  let writer = new StoreWriter(path, CACHE_BYTES);
  const reader = new StoreReader(path, CACHE_BYTES, () => []);
  return {
    get writer() {
      return writer;
    },
    reader,
    addSource: (connectorId) => {
      const source = writer.ensureSource({
        connectorId,
        type: 'filesystem',
        name: connectorId,
        path: dir.path,
        config: {},
        isDeclared: true,
      });
      return { ...source, activeTree: source.activeTree ?? 0 };
    },
    reopen: () => {
      writer.close();
      writer = new StoreWriter(path, CACHE_BYTES);
      return writer;
    },
    [Symbol.dispose]: () => {
      reader.close();
      writer.close();
      dir[Symbol.dispose]();
    },
  };
}
