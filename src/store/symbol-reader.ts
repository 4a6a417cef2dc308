/**
 * Symbols and import edges as a thread reads them. Outlines are kept in memory up to a number of symbols.
 * Definitions of blobs that have been collected do not show: their outline is gone.
 */
import type { FoundDefinition, ImportReference, OutlineSymbol } from '../model/symbol.ts';
import { decodeOutline, decodeSymbols } from '../segments/outline-format.ts';
import { unpackContent } from './content.ts';
import type { Connection, Statement } from './database.ts';
import { OpenNames, type NamePlace, type OpenNameSegment } from './open-names.ts';

/** Symbols of cached outlines: about 20 MB. */
const MAX_CACHED_SYMBOLS = 100_000;
const MAX_DEFINITIONS = 200;

/** Which definitions of a name are wanted. */
export interface DefinitionQuery {
  /** Counts definitions that pass `accepts`; default 200. */
  readonly limit?: number;
  /** Names that differ in case are wanted, too. Default false. */
  readonly ignoresCase?: boolean;
  /** Keeps definitions of blobs for which it gives true; default all. */
  readonly accepts?: (place: NamePlace) => boolean;
}

/** An edge between documents, seen from one of them. */
export interface ImportEdge {
  readonly documentId: number;
  /** Line of the import in the importing document. */
  readonly line: number;
}

export class SymbolReader {
  readonly #names: OpenNames;
  readonly #readOutline: Statement;
  readonly #listImports: Statement;
  readonly #listImporters: Statement;
  readonly #countImporters: Statement;
  readonly #cache = new Map<number, readonly OutlineSymbol[]>();
  #cachedSymbols = 0;

  constructor(connection: Connection) {
    this.#names = new OpenNames(connection);
    this.#readOutline = connection
      .prepare('SELECT data FROM blob_outline WHERE blob_id = ?')
      .pluck();
    this.#listImports = connection.prepare(
      'SELECT to_id AS documentId, line FROM import_edge WHERE from_id = ? ORDER BY line, to_id',
    );
    this.#listImporters = connection.prepare(
      'SELECT from_id AS documentId, line FROM import_edge WHERE to_id = ? ORDER BY from_id LIMIT ?',
    );
    this.#countImporters = connection
      .prepare('SELECT count(*) FROM (SELECT 1 FROM import_edge WHERE to_id = ? LIMIT ?)')
      .pluck();
  }

  /** Follows the database; inside a read transaction. */
  sync(): void {
    this.#names.sync();
  }

  /** The segments of names, for searches over them. */
  listSegments(): readonly OpenNameSegment[] {
    return this.#names.list();
  }

  /** The definitions of a blob in the order of the text; empty when it is not parsed. Cost: 30 µs and 0.2 µs a symbol. */
  outlineOf(blobId: number): readonly OutlineSymbol[] {
    const cached = this.#cache.get(blobId);
    if (cached !== undefined) {
      this.#cache.delete(blobId);
      this.#cache.set(blobId, cached);
      return cached;
    }
    const data = this.#readOutline.get(blobId) as Buffer | undefined;
    if (data === undefined) return [];
    const symbols = decodeSymbols(unpackContent(data));
    this.#keep(blobId, symbols);
    return symbols;
  }

  /** The imports of a blob as written. */
  importsOf(blobId: number): readonly ImportReference[] {
    const data = this.#readOutline.get(blobId) as Buffer | undefined;
    return data === undefined ? [] : decodeOutline(unpackContent(data)).imports;
  }

  /** Where a name is defined, without the lines: cheap for names that are defined everywhere. */
  listPlaces(name: string, options: Pick<DefinitionQuery, 'ignoresCase'> = {}): NamePlace[] {
    return this.#names
      .list()
      .flatMap((segment) => segment.findName(name))
      .filter((found) => options.ignoresCase === true || found.name === name)
      .flatMap((found) => found.listPlaces());
  }

  /** The definitions of a name, by blob and line. Cost: 20 µs a segment and an outline a definition. */
  findDefinitions(name: string, query: DefinitionQuery = {}): FoundDefinition[] {
    const { limit = MAX_DEFINITIONS, accepts } = query;
    const found: FoundDefinition[] = [];
    for (const place of this.listPlaces(name, query)) {
      if (accepts !== undefined && !accepts(place)) continue;
      const definition = this.resolve(place);
      if (definition !== undefined) found.push(definition);
      if (found.length >= limit) break;
    }
    return found;
  }

  /** The definition at a place; undefined when its blob has been collected. */
  resolve({ blobId, ordinal }: NamePlace): FoundDefinition | undefined {
    const symbol = this.outlineOf(blobId)[ordinal];
    return symbol === undefined ? undefined : { ...symbol, blobId, ordinal };
  }

  /** Documents that a document imports, by line. */
  listImports(documentId: number): ImportEdge[] {
    return this.#listImports.all(documentId) as ImportEdge[];
  }

  /** Documents that import a document: at most `limit`. */
  listImporters(documentId: number, limit: number): ImportEdge[] {
    return this.#listImporters.all(documentId, limit) as ImportEdge[];
  }

  /** How often a document is imported, counted to `limit`. */
  countImporters(documentId: number, limit: number): number {
    return this.#countImporters.get(documentId, limit) as number;
  }

  #keep(blobId: number, symbols: readonly OutlineSymbol[]): void {
    this.#cache.set(blobId, symbols);
    this.#cachedSymbols += symbols.length + 1;
    for (const [oldest, outline] of this.#cache) {
      if (this.#cachedSymbols <= MAX_CACHED_SYMBOLS || oldest === blobId) break;
      this.#cache.delete(oldest);
      this.#cachedSymbols -= outline.length + 1;
    }
  }
}
