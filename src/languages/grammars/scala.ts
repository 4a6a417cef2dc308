/** Scala 2 and 3: classes, objects, traits, enums, definitions and values. Local values do not count. */
import type { DefinedName, Grammar, Place, SyntaxNode } from './grammar.ts';
import { readScalaImport } from './read-imports.ts';
import { SLASH_COMMENTS, words } from './rules.ts';

export const scala: Grammar = {
  language: 'scala',
  file: 'scala',
  comments: SLASH_COMMENTS,
  walk: words(
    'template_body enum_body enum_case_definitions block indented_block extension_definition package_clause',
  ),
  definitions: {
    class_definition: { kind: 'class', scope: 'type' },
    object_definition: { kind: 'class', scope: 'type' },
    package_object: { kind: 'module', scope: 'type' },
    trait_definition: { kind: 'interface', scope: 'type' },
    enum_definition: { kind: 'enum', scope: 'type' },
    simple_enum_case: { kind: 'constant' },
    full_enum_case: { kind: 'constant' },
    function_definition: { kind: 'function', memberKind: 'method', scope: 'function' },
    function_declaration: { kind: 'function', memberKind: 'method' },
    val_definition: { kind: 'variable', names: nameValue, body: 'none' },
    var_definition: { kind: 'variable', names: nameValue, body: 'none' },
    val_declaration: { kind: 'variable', names: nameValue, body: 'none' },
    var_declaration: { kind: 'variable', names: nameValue, body: 'none' },
    given_definition: { kind: 'variable' },
    type_definition: { kind: 'type' },
  },
  imports: { import_declaration: readScalaImport },
  references: {
    identifiers: ['identifier', 'type_identifier', 'operator_identifier'],
    comments: ['comment', 'block_comment'],
    strings: words('string interpolated_string character_literal'),
    imports: ['import_declaration'],
    calls: { call_expression: 'function', instance_expression: '' },
    types: ['type_identifier'],
  },
};

function nameValue(node: SyntaxNode, place: Place): readonly DefinedName[] {
  const name = node.childForFieldName('pattern') ?? node.childForFieldName('name');
  if (place === 'function' || name?.type !== 'identifier') return [];
  const isConstant = /^[A-Z][A-Za-z0-9]*$/.test(name.text) && node.type.startsWith('val');
  return [{ node: name, kind: isConstant ? 'constant' : place === 'type' ? 'field' : 'variable' }];
}
