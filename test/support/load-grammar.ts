/** Grammar files as installed for development. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'node_modules', 'tree-sitter-wasm', 'out');

/** Reads the grammar file of that name. */
export function loadGrammar(name: string): Uint8Array {
  return readFileSync(join(folder, name, `tree-sitter-${name}.wasm`));
}
