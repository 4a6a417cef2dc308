/** OCaml implementations: modules, types, values and classes. A `let` with parameters is a function. */
import type { DefinedName, Grammar, SyntaxNode } from './grammar.ts';
import { readOcamlOpen } from './read-imports.ts';
import { byChild, findChild, words } from './rules.ts';

export const ocaml: Grammar = {
  language: 'ocaml',
  file: 'ocaml',
  comments: { line: [], block: [['(*', '*)']] },
  walk: words('structure signature variant_declaration record_declaration object_expression'),
  lineWrappers: words(
    'value_definition type_definition module_definition class_definition exception_definition',
  ),
  definitions: {
    module_binding: { kind: 'module', names: byChild('module_name'), scope: 'module' },
    module_type_definition: {
      kind: 'interface',
      names: byChild('module_type_name'),
      scope: 'module',
    },
    let_binding: { kind: 'variable', names: nameBinding },
    value_specification: {
      kind: 'function',
      names: byChild('value_name', 'parenthesized_operator'),
    },
    external: { kind: 'function', names: byChild('value_name') },
    type_binding: { kind: 'type', scope: 'type' },
    constructor_declaration: { kind: 'constant', names: byChild('constructor_name') },
    field_declaration: { kind: 'field', names: byChild('field_name') },
    class_binding: { kind: 'class', names: byChild('class_name'), scope: 'type' },
    method_definition: { kind: 'method', names: byChild('method_name') },
    instance_variable_definition: { kind: 'field', names: byChild('instance_variable_name') },
  },
  imports: { open_module: readOcamlOpen, include_module: readOcamlOpen },
  references: {
    identifiers: words(
      'value_name type_constructor module_name constructor_name field_name method_name class_name',
    ),
    comments: ['comment'],
    strings: ['string', 'string_content', 'quoted_string', 'character'],
    imports: ['open_module', 'include_module'],
    calls: { application_expression: 'function' },
    types: ['type_constructor'],
  },
};

function nameBinding(node: SyntaxNode): readonly DefinedName[] {
  const pattern = node.childForFieldName('pattern');
  if (pattern?.type !== 'value_name' && pattern?.type !== 'parenthesized_operator') return [];
  const value = node.childForFieldName('body')?.type ?? '';
  const isFunction =
    findChild(node, ['parameter']) !== undefined || /^(?:fun|function)_expression$/.test(value);
  return [{ node: pattern, kind: isFunction ? 'function' : 'variable' }];
}
