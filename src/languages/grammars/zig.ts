/** Zig: functions, and declarations that hold a struct, union, enum or another value. */
import type { DefinedName, Grammar, Place, SyntaxNode } from './grammar.ts';
import { readZigImport } from './read-imports.ts';
import { findChild, words } from './rules.ts';

const CONTAINERS: Readonly<Record<string, 'class' | 'enum'>> = {
  struct_declaration: 'class',
  union_declaration: 'class',
  opaque_declaration: 'class',
  enum_declaration: 'enum',
  error_set_declaration: 'enum',
};

export const zig: Grammar = {
  language: 'zig',
  file: 'zig',
  comments: { line: ['///', '//'], block: [] },
  walk: words(
    `struct_declaration union_declaration enum_declaration opaque_declaration error_set_declaration block
     expression_statement return_expression`,
  ),
  definitions: {
    function_declaration: { kind: 'function', memberKind: 'method', scope: 'function' },
    variable_declaration: { kind: 'variable', names: nameVariable, scope: 'type' },
    container_field: { kind: 'field', names: nameField },
    identifier: { kind: 'constant', names: nameError },
  },
  imports: { variable_declaration: readZigImport },
  references: {
    identifiers: ['identifier'],
    comments: ['comment'],
    strings: ['string', 'string_content', 'multiline_string', 'character'],
    imports: [],
    calls: { call_expression: 'function' },
    types: [],
  },
};

function nameVariable(node: SyntaxNode, place: Place): readonly DefinedName[] {
  const name = findChild(node, ['identifier']);
  if (name === undefined) return [];
  const container = findChild(node, Object.keys(CONTAINERS));
  if (container !== undefined) return [{ node: name, kind: CONTAINERS[container.type] ?? 'class' }];
  if (place === 'function') return [];
  const isConstant = /\bconst\s+$/.test(node.text.slice(0, name.startIndex - node.startIndex));
  return [{ node: name, kind: isConstant ? 'constant' : 'variable', scope: 'none' }];
}

function nameField(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  if (name === null) return [];
  return [{ node: name, kind: node.parent?.type === 'enum_declaration' ? 'constant' : 'field' }];
}

/** The members of an error set are bare identifiers. */
function nameError(node: SyntaxNode): readonly DefinedName[] {
  return node.parent?.type === 'error_set_declaration' ? [{ node }] : [];
}
