/**
 * Definitions of PHP files by a parser written for PHP alone: types with their members, functions at any depth, constants,
 * namespaces. Names of properties come without their `$`.
 */
import { readFileSync } from 'node:fs';
import { Engine } from 'php-parser';
import type { ReferenceSymbol } from './reference.ts';

const DEFINING: ReadonlySet<string> = new Set(
  'namespace class interface trait enum enumcase method function classconstant constant property parameter'.split(
    ' ',
  ),
);

/** Lists the definitions of the files; a file that does not parse is named on standard error and gives none. */
export function listPhpSymbols(paths: readonly string[]): readonly ReferenceSymbol[] {
  const engine = new Engine({ parser: { extractDoc: false }, ast: { withPositions: true } });
  return paths.flatMap((path) => {
    try {
      const found: ReferenceSymbol[] = [];
      visit(engine.parseCode(readFileSync(path, 'utf8'), path), (name, line, kind) => {
        found.push({ path, name, line, kind });
      });
      return found;
    } catch (error) {
      console.error(`${path}: ${String(error)}`);
      return [];
    }
  });
}

type Emit = (name: string, line: number, kind: string) => void;

/** A node of the tree as it is met: any object, most with a kind, a name and a place. */
interface TreeNode {
  readonly kind?: unknown;
  readonly name?: unknown;
  readonly flags?: unknown;
  readonly loc?: { readonly start?: { readonly line?: number } };
}

function visit(value: unknown, emit: Emit): void {
  if (typeof value !== 'object' || value === null) return;
  const node: TreeNode = value;
  emitNode(node, emit);
  for (const [key, child] of Object.entries(value)) {
    if (key !== 'loc') visit(child, emit);
  }
}

function emitNode({ kind, name, flags, loc }: TreeNode, emit: Emit): void {
  if (typeof kind !== 'string' || !DEFINING.has(kind)) return;
  // Parameters with a visibility are properties.
  if (kind === 'parameter' && (typeof flags !== 'number' || flags === 0)) return;
  const place = readPlace(name);
  const line = place.line ?? loc?.start?.line ?? 0;
  if (place.text !== '') emit(place.text, line, kind);
}

function readPlace(name: unknown): { readonly text: string; readonly line?: number | undefined } {
  if (typeof name === 'string') return { text: name };
  if (typeof name !== 'object' || name === null) return { text: '' };
  const identifier: TreeNode = name;
  const text = typeof identifier.name === 'string' ? identifier.name : '';
  return { text, line: identifier.loc?.start?.line };
}
