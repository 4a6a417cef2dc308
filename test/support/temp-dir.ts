/** A folder of its own for one test, removed when the block that holds it ends. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface TempDir extends Disposable {
  /** Absolute, without symbolic links. */
  readonly path: string;
  /** Writes a file below the folder, with the folders it needs; gives its absolute path. */
  write(name: string, text: string): string;
}

/** Makes the folder. Use it with `using`. */
export function createTempDir(): TempDir {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'conexus-test-')));
  return {
    path,
    write(name, text) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    [Symbol.dispose]() {
      rmSync(path, { recursive: true, force: true });
    },
  };
}
