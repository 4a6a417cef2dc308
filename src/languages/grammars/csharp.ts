/** C#: namespaces, types, members and local functions. */
import type { DefinedName, Grammar, SyntaxNode } from './grammar.ts';
import { readCsharpUsing } from './read-imports.ts';
import { byWord, SLASH_COMMENTS, words } from './rules.ts';

export const csharp: Grammar = {
  language: 'csharp',
  file: 'c_sharp',
  comments: SLASH_COMMENTS,
  walk: words(
    'declaration_list enum_member_declaration_list block preproc_if preproc_else preproc_region',
  ),
  wrappers: ['field_declaration', 'event_field_declaration', 'variable_declaration'],
  definitions: {
    namespace_declaration: { kind: 'module', scope: 'module' },
    file_scoped_namespace_declaration: { kind: 'module' },
    class_declaration: { kind: 'class', scope: 'type' },
    struct_declaration: { kind: 'class', scope: 'type' },
    record_declaration: { kind: 'class', scope: 'type' },
    interface_declaration: { kind: 'interface', scope: 'type' },
    enum_declaration: { kind: 'enum', scope: 'type' },
    enum_member_declaration: { kind: 'constant' },
    delegate_declaration: { kind: 'type' },
    method_declaration: { kind: 'method', scope: 'function' },
    constructor_declaration: { kind: 'method', scope: 'function' },
    destructor_declaration: { kind: 'method', names: nameDestructor },
    operator_declaration: { kind: 'method', names: nameOperator },
    conversion_operator_declaration: { kind: 'method', names: nameOperator },
    indexer_declaration: { kind: 'field', names: byWord('this'), body: 'accessors' },
    property_declaration: { kind: 'field', body: 'accessors' },
    event_declaration: { kind: 'field', body: 'accessors' },
    local_function_statement: { kind: 'function', names: nameLocal, scope: 'function' },
    variable_declarator: { kind: 'field', names: nameField, body: 'none' },
  },
  imports: { using_directive: readCsharpUsing },
  references: {
    identifiers: ['identifier'],
    comments: ['comment'],
    strings: words(
      'string_literal verbatim_string_literal raw_string_literal character_literal string_content',
    ),
    imports: ['using_directive'],
    calls: { invocation_expression: 'function', object_creation_expression: 'type' },
    types: [],
  },
};

function nameField(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  const owner = node.parent?.parent;
  if (name === null || owner === null || owner === undefined) return [];
  const head = owner.text.slice(0, name.startIndex - owner.startIndex);
  return [{ node: name, kind: /\bconst\b/.test(head) ? 'constant' : 'field' }];
}

function nameDestructor(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  return name === null ? [] : [{ node: name, name: `~${name.text}` }];
}

/** A local function; `else if (…)` across a `#if` is recovered as one that is called `if`. */
function nameLocal(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  return name === null || /^(?:if|for|foreach|while|switch|lock|using|catch)$/.test(name.text)
    ? []
    : [{ node: name }];
}

function nameOperator(node: SyntaxNode): readonly DefinedName[] {
  const match = /\boperator\s*([^\s(]+)/.exec(node.text);
  const sign = node.childForFieldName('operator') ?? node.childForFieldName('type') ?? node;
  return match === null ? [] : [{ node: sign, name: `operator ${match[1]}` }];
}
