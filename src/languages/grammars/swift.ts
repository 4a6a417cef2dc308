/**
 * Swift: types, protocols, functions and properties; members of an extension belong to its type. The grammar is
 * slow (0.5 MB/s): long files may run out of time.
 */
import type { DefinedName, Grammar, Place, SyntaxNode } from './grammar.ts';
import { readSwiftImport } from './read-imports.ts';
import { byWord, hasToken, SLASH_COMMENTS, words } from './rules.ts';

export const swift: Grammar = {
  language: 'swift',
  file: 'swift',
  comments: SLASH_COMMENTS,
  walk: words('class_body enum_class_body protocol_body function_body statements'),
  definitions: {
    class_declaration: { kind: 'class', names: nameClass, scope: 'type' },
    protocol_declaration: { kind: 'interface', scope: 'type' },
    enum_entry: { kind: 'constant', names: listCases },
    function_declaration: { kind: 'function', memberKind: 'method', scope: 'function' },
    protocol_function_declaration: { kind: 'method' },
    init_declaration: { kind: 'method', names: byWord('init') },
    deinit_declaration: { kind: 'method', names: byWord('deinit') },
    subscript_declaration: {
      kind: 'method',
      names: byWord('subscript'),
      body: 'computed_property',
    },
    property_declaration: { kind: 'variable', names: listProperties, body: 'computed_value' },
    protocol_property_declaration: { kind: 'field', names: listProperties },
    typealias_declaration: { kind: 'type' },
    associatedtype_declaration: { kind: 'type' },
  },
  imports: { import_declaration: readSwiftImport },
  references: {
    identifiers: ['simple_identifier', 'type_identifier'],
    comments: ['comment', 'multiline_comment'],
    strings: words(
      'line_string_literal multi_line_string_literal raw_string_literal line_str_text',
    ),
    imports: ['import_declaration'],
    calls: { call_expression: '' },
    types: ['type_identifier'],
  },
};

function nameClass(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  if (name === null) return [];
  const plain = name.text.replace(/<.*$/s, '');
  if (hasToken(node, 'extension')) return [{ node: name, name: plain, isScopeOnly: true }];
  return [{ node: name, name: plain, kind: hasToken(node, 'enum') ? 'enum' : 'class' }];
}

function listCases(node: SyntaxNode): readonly DefinedName[] {
  return node
    .childrenForFieldName('name')
    .filter(({ type }) => type === 'simple_identifier')
    .map((name) => ({ node: name }));
}

function listProperties(node: SyntaxNode, place: Place): readonly DefinedName[] {
  if (place === 'function') return [];
  const names = node
    .childrenForFieldName('name')
    .map((pattern) => pattern.childForFieldName('bound_identifier'))
    .filter((name) => name !== null);
  return names.map((name) => ({ node: name, kind: place === 'type' ? 'field' : 'variable' }));
}
