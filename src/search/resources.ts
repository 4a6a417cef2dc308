/** Files of the index as resources: a paged list, and one file whole or by lines. */
import { AppError } from '../errors/app-error.ts';
import { getMimeType } from '../languages/languages.ts';
import type { ResourceContent, ResourcePage } from '../model/engine.ts';
import type { CatalogView, IndexView } from './ports.ts';
import { toFileUri } from './result.ts';
import { TextLines } from './text-lines.ts';

const PAGE_LENGTH = 200;
const URI = /^engine:\/\/file\/([^#?]+)(?:#L(\d+)(?:-L?(\d+))?)?$/;

/** Lists files by document id, 200 a page. The cursor is the last id of the page before. */
export function listFiles(
  { catalog }: IndexView,
  cursor: string | undefined,
  allowed: readonly string[] | undefined,
): ResourcePage {
  const after = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isSafeInteger(after) || after < 0) {
    throw new AppError(
      'INVALID_ARGUMENT',
      'The cursor is not one of ours. Leave it out to start at the beginning.',
    );
  }
  const slots = listSlotsAfter(catalog, after, allowed);
  const last = slots.at(-1);
  const page = slots.map((slot) => ({
    uri: toFileUri(connectorOf(catalog, slot), catalog.paths[slot] as string),
    name: catalog.paths[slot] as string,
    mimeType: getMimeType(languageOf(catalog, slot)),
    sizeBytes: catalog.sizeBytes[slot] as number,
  }));
  if (slots.length < PAGE_LENGTH || last === undefined) return { resources: page };
  return { resources: page, nextCursor: String(catalog.documentId[last]) };
}

/** Reads a file as indexed. Errors: `FILE_NOT_FOUND`, `INVALID_ARGUMENT`, `AMBIGUOUS_PATH`. */
export function readFileResource(
  view: IndexView,
  request: {
    readonly uri: string;
    readonly allowed: readonly string[] | undefined;
    readonly redact: (text: string) => string;
  },
): ResourceContent {
  const match = URI.exec(request.uri);
  if (match === null) {
    throw new AppError(
      'INVALID_ARGUMENT',
      'The URI is not one of ours. Send `engine://file/<root>/<path>`, with `#L10-L40` for some lines.',
    );
  }
  const slot = findSlot(view.catalog, decodePath(match[1] as string), request.allowed);
  const text = new TextLines(
    view.readContent(view.catalog.blobId[slot] as number) ?? Buffer.alloc(0),
  );
  const first = match[2] === undefined ? 1 : Number(match[2]);
  const last = match[2] === undefined ? text.count : Number(match[3] ?? match[2]);
  const shown = match[2] === undefined ? text.bytes.toString() : text.slice(first, last).join('\n');
  return {
    uri: request.uri,
    mimeType: getMimeType(languageOf(view.catalog, slot)),
    text: request.redact(shown),
  };
}

function decodePath(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new AppError(
      'INVALID_ARGUMENT',
      'The URI has a broken % escape. Send it as a result gave it.',
    );
  }
}

/** `<root>/<path>`, or a path alone while there is one root. */
function findSlot(
  catalog: CatalogView,
  path: string,
  allowed: readonly string[] | undefined,
): number {
  const cut = path.indexOf('/');
  const isVisible = (connectorId: string): boolean => allowed?.includes(connectorId) ?? true;
  const root = path.slice(0, Math.max(cut, 0));
  const visible = catalog.sources.filter(({ connectorId }) => isVisible(connectorId));
  const [only] = visible;
  const choices: (readonly [string, string])[] = [[root, path.slice(cut + 1)]];
  if (visible.length === 1 && only !== undefined) choices.push([only.connectorId, path]);
  for (const [connectorId, relative] of choices) {
    const slot = isVisible(connectorId) ? catalog.findSlot(connectorId, relative) : -1;
    if (slot >= 0) return slot;
  }
  throw new AppError(
    'FILE_NOT_FOUND',
    `No indexed file has the path ${path}. Search with mode "path" to find its name.`,
  );
}

function listSlotsAfter(
  catalog: CatalogView,
  afterId: number,
  allowed: readonly string[] | undefined,
): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < catalog.slotCount; slot++) {
    const id = catalog.documentId[slot] as number;
    if (id <= afterId) continue;
    if (allowed === undefined || allowed.includes(connectorOf(catalog, slot))) slots.push(slot);
  }
  return slots
    .sort(
      (left, right) => (catalog.documentId[left] as number) - (catalog.documentId[right] as number),
    )
    .slice(0, PAGE_LENGTH);
}

function connectorOf(catalog: CatalogView, slot: number): string {
  return catalog.sources[catalog.sourceIndex[slot] as number]?.connectorId ?? '';
}

function languageOf(catalog: CatalogView, slot: number): string {
  return catalog.languages[catalog.languageIndex[slot] as number] ?? 'plaintext';
}
