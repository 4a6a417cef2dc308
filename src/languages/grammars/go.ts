/** Go: package-level functions, methods (contained in their receiver's type), types with fields, values. */
import type { DefinedName, Grammar, SyntaxNode } from './grammar.ts';
import { readGoImport } from './read-imports.ts';

export const go: Grammar = {
  language: 'go',
  file: 'go',
  comments: { line: ['//'], block: [['/*', '*/']] },
  walk: [
    'var_spec_list',
    'struct_type',
    'interface_type',
    'field_declaration_list',
    'slice_type',
    'array_type',
    'pointer_type',
    'map_type',
    'import_declaration',
    'import_spec_list',
  ],
  lineWrappers: ['type_declaration', 'const_declaration', 'var_declaration'],
  definitions: {
    function_declaration: { kind: 'function' },
    method_declaration: { kind: 'method', names: listMethod },
    type_spec: { kind: 'type', names: listType, scope: 'type', body: 'none' },
    type_alias: { kind: 'type' },
    const_spec: { kind: 'constant', names: listNames },
    var_spec: { kind: 'variable', names: listNames },
    field_declaration: { kind: 'field', names: listNames, scope: 'type', body: 'none' },
    method_elem: { kind: 'method' },
  },
  imports: { import_spec: readGoImport },
  references: {
    identifiers: [
      'identifier',
      'field_identifier',
      'type_identifier',
      'package_identifier',
      'label_name',
    ],
    comments: ['comment'],
    strings: ['interpreted_string_literal', 'raw_string_literal', 'rune_literal'],
    imports: ['import_spec'],
    calls: { call_expression: 'function' },
    types: ['type_identifier'],
  },
};

function listNames(node: SyntaxNode): readonly DefinedName[] {
  return node
    .childrenForFieldName('name')
    .filter(({ type }) => type.endsWith('identifier'))
    .filter((name) => name.text !== '_')
    .map((name) => ({ node: name }));
}

function listMethod(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  const receiver = node.childForFieldName('receiver')?.text ?? '';
  const container = /([A-Za-z_]\w*)\s*(?:\[[^\]]*\]\s*)?\)?\s*,?\s*\)$/.exec(receiver)?.[1] ?? '';
  return name === null ? [] : [{ node: name, container }];
}

function listType(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  const type = node.childForFieldName('type')?.type;
  if (name === null) return [];
  if (type === 'struct_type') return [{ node: name, kind: 'class' }];
  return [{ node: name, kind: type === 'interface_type' ? 'interface' : 'type' }];
}
