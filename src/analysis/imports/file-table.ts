/**
 * The files of one tree as import resolvers ask for them, in sorted arrays: half a million paths cost their
 * text and 4 bytes each. Paths are relative to the root.
 */
import type { ImportLookup } from './import-lookup.ts';

/** One file. */
export interface TableFile {
  readonly documentId: number;
  readonly path: string;
}

export class FileTable implements ImportLookup {
  readonly #files: readonly TableFile[];
  /** Indexes into `#files`, sorted by base name. */
  readonly #byName: Uint32Array;
  readonly #readText: (documentId: number) => string | undefined;

  /** `readText` gives the text of a configuration file. */
  constructor(files: readonly TableFile[], readText: (documentId: number) => string | undefined) {
    this.#readText = readText;
    this.#files = files.toSorted((left, right) => compare(left.path, right.path));
    const names = this.#files.map(({ path }) => toBaseName(path));
    this.#byName = Uint32Array.from(this.#files.keys()).sort((left, right) =>
      compare(names[left] as string, names[right] as string),
    );
  }

  /** The document at a path. */
  find(path: string): TableFile | undefined {
    const file = this.#files[this.#lowerBound(path)];
    return file?.path === path ? file : undefined;
  }

  hasFile(path: string): boolean {
    return this.find(path) !== undefined;
  }

  filesNamed(baseName: string): readonly string[] {
    let low = 0;
    let high = this.#byName.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (toBaseName(this.#pathAt(middle)) < baseName) low = middle + 1;
      else high = middle;
    }
    const paths: string[] = [];
    while (low < this.#byName.length && toBaseName(this.#pathAt(low)) === baseName) {
      paths.push(this.#pathAt(low++));
    }
    return paths;
  }

  filesIn(folder: string): readonly string[] {
    const prefix = folder === '' ? '' : `${folder}/`;
    const paths: string[] = [];
    let at = this.#lowerBound(prefix);
    while (at < this.#files.length) {
      const path = this.#files[at]?.path ?? '';
      if (!path.startsWith(prefix)) break;
      const slash = path.indexOf('/', prefix.length);
      if (slash < 0) {
        paths.push(path);
        at++;
      } else {
        // What lies in a folder below is stepped over at once: "0" is the character behind "/".
        at = this.#lowerBound(`${path.slice(0, slash)}0`);
      }
    }
    return paths;
  }

  readConfig(path: string): string | undefined {
    const file = this.find(path);
    return file === undefined ? undefined : this.#readText(file.documentId);
  }

  #pathAt(place: number): string {
    return this.#files[this.#byName[place] ?? -1]?.path ?? '';
  }

  /** Number of files whose path sorts before `path`. */
  #lowerBound(path: string): number {
    let low = 0;
    let high = this.#files.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#files[middle]?.path ?? '') < path) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function toBaseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
