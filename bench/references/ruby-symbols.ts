/**
 * Definitions of Ruby files by Ruby's own parser: modules, classes, methods, constants, what `attr_*`,
 * `define_method` and `alias` make. Writers of `attr_accessor` are not counted beside their readers.
 */
import { readFileSync } from 'node:fs';
import {
  AliasMethodNode,
  ArgumentsNode,
  CallNode,
  ClassNode,
  ConstantPathNode,
  ConstantReadNode,
  ConstantWriteNode,
  DefNode,
  loadPrism,
  ModuleNode,
  SymbolNode,
} from '@ruby/prism';
import type { ReferenceSymbol } from './reference.ts';

/** Offsets are bytes. */
interface Found {
  readonly name: string;
  readonly offset: number;
  readonly kind: string;
}

/** The part of a node that every node has. */
interface TreeNode {
  compactChildNodes(): readonly TreeNode[];
}

/** Lists the definitions of the files. Errors of a file do not hide what the parser recovers. */
export async function listRubySymbols(
  paths: readonly string[],
): Promise<readonly ReferenceSymbol[]> {
  const parse = await loadPrism();
  return paths.flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const bytes = Buffer.from(text);
    const found: Found[] = [];
    const visit = (node: TreeNode): void => {
      found.push(...listNames(node));
      for (const child of node.compactChildNodes()) visit(child);
    };
    visit(parse(text).value);
    return found.map(({ name, offset, kind }) => {
      const line = bytes.subarray(0, offset).toString('latin1').split('\n').length;
      return { path, name, line, kind };
    });
  });
}

function listNames(node: unknown): readonly Found[] {
  if (node instanceof DefNode) {
    return [{ name: node.name, offset: node.nameLoc.startOffset, kind: 'method' }];
  }
  if (node instanceof ClassNode || node instanceof ModuleNode) {
    const { constantPath } = node;
    const isPath = constantPath instanceof ConstantPathNode;
    const name = isPath || constantPath instanceof ConstantReadNode ? constantPath.name : null;
    const offset = constantPath.location.startOffset;
    return name === null ? [] : [{ name, offset, kind: 'type' }];
  }
  if (node instanceof ConstantWriteNode) {
    return [{ name: node.name, offset: node.nameLoc.startOffset, kind: 'constant' }];
  }
  if (node instanceof AliasMethodNode) return toSymbols([node.newName], 'alias');
  return node instanceof CallNode ? listMade(node) : [];
}

function listMade(call: CallNode): readonly Found[] {
  const list = call.compactChildNodes().find((node) => node instanceof ArgumentsNode);
  const symbols: readonly unknown[] = list?.compactChildNodes() ?? [];
  if (/^(?:[cm]?attr_(?:reader|writer|accessor)|class_attribute)$/.test(call.name)) {
    return toSymbols(symbols, 'attribute');
  }
  const isMaker = call.name === 'define_method' || call.name === 'alias_method';
  return isMaker ? toSymbols(symbols.slice(0, 1), 'made') : [];
}

function toSymbols(nodes: readonly unknown[], kind: string): readonly Found[] {
  return nodes
    .filter((node) => node instanceof SymbolNode)
    .map((node) => ({
      name: node.unescaped.value,
      offset: node.location.startOffset,
      kind,
    }));
}
