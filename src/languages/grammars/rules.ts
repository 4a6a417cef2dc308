/** Small builders for data files: word lists, names by the type of a child, qualified names. */
import type { DefinedName, SyntaxNode } from './grammar.ts';

/** Comments of the C family. */
export const SLASH_COMMENTS = { line: ['//'], block: [['/*', '*/']] } as const;
/** Comments from `#` to the end of the line. */
export const HASH_COMMENTS = { line: ['#'], block: [] } as const;

/** Splits at blanks. */
export function words(list: string): readonly string[] {
  return list.trim().split(/\s+/);
}

/** Names a node by its first child of one of the types. */
export function byChild(...types: readonly string[]): (node: SyntaxNode) => readonly DefinedName[] {
  return (node) => {
    const name = findChild(node, types);
    return name === undefined ? [] : [{ node: name }];
  };
}

/** Gives every node the same name, such as `constructor`. */
export function byWord(name: string): (node: SyntaxNode) => readonly DefinedName[] {
  return (node) => [{ node, name }];
}

/** Names a node by a field that may hold a qualified name: `A::B` is `B` in `A`. */
export function byQualified(
  field: string,
  separator: string,
): (node: SyntaxNode) => readonly DefinedName[] {
  return (node) => {
    const name = node.childForFieldName(field);
    if (name === null) return [];
    const parts = name.text.split(separator).filter((part) => part !== '');
    return [{ node: name, name: parts.at(-1) ?? '', container: parts.slice(0, -1).join('.') }];
  };
}

/** The first child of one of the types. */
export function findChild(node: SyntaxNode, types: readonly string[]): SyntaxNode | undefined {
  return node.namedChildren.find(({ type }) => types.includes(type));
}

/** True when the node has such a keyword among its children. */
export function hasToken(node: SyntaxNode, token: string): boolean {
  return node.children.some(({ type }) => type === token);
}
