/** PHP: namespaces, types, members, functions and constants. Names of properties go without their `$`. */
import type { DefinedName, Grammar, SyntaxNode } from './grammar.ts';
import { readPhpInclude, readPhpUse } from './read-imports.ts';
import { byChild, findChild, words } from './rules.ts';

export const php: Grammar = {
  language: 'php',
  file: 'php',
  partPrefix: '<?php ',
  comments: { line: ['//', '#'], block: [['/*', '*/']] },
  walk: words(
    `declaration_list enum_declaration_list compound_statement expression_statement if_statement else_clause
     else_if_clause formal_parameters colon_block`,
  ),
  wrappers: ['const_declaration', 'property_declaration'],
  definitions: {
    namespace_definition: { kind: 'module', scope: 'module' },
    class_declaration: { kind: 'class', scope: 'type' },
    interface_declaration: { kind: 'interface', scope: 'type' },
    trait_declaration: { kind: 'class', scope: 'type' },
    enum_declaration: { kind: 'enum', scope: 'type' },
    enum_case: { kind: 'constant' },
    method_declaration: { kind: 'method', scope: 'function' },
    function_definition: { kind: 'function', scope: 'function' },
    const_element: { kind: 'constant', names: byChild('name') },
    property_element: { kind: 'field', names: nameProperty, body: 'none' },
    property_promotion_parameter: { kind: 'field', names: namePromoted, body: 'none' },
    function_call_expression: { kind: 'constant', names: nameDefine },
  },
  imports: {
    namespace_use_declaration: readPhpUse,
    expression_statement: readPhpInclude,
  },
  references: {
    identifiers: ['name', 'variable_name'],
    comments: ['comment'],
    strings: words('string encapsed_string string_content heredoc nowdoc'),
    imports: ['namespace_use_declaration'],
    calls: {
      function_call_expression: 'function',
      member_call_expression: 'name',
      object_creation_expression: '',
      scoped_call_expression: 'name',
    },
    types: [],
  },
};

function nameProperty(node: SyntaxNode): readonly DefinedName[] {
  const variable = node.childForFieldName('name') ?? findChild(node, ['variable_name']);
  const name = variable?.firstNamedChild;
  return name === null || name === undefined ? [] : [{ node: name, kind: 'field' }];
}

function namePromoted(node: SyntaxNode): readonly DefinedName[] {
  return nameProperty(node).map((name) => ({ ...name, isOfOuterScope: true }));
}

/** `define('NAME', …)`. */
function nameDefine(node: SyntaxNode): readonly DefinedName[] {
  if (!/^define$/i.test(node.childForFieldName('function')?.text ?? '')) return [];
  const first = node.childForFieldName('arguments')?.firstNamedChild;
  const name = /^['"]([\w\\]+)['"]$/.exec(first?.text ?? '')?.[1];
  return first === null || first === undefined || name === undefined ? [] : [{ node: first, name }];
}
