/**
 * C++: the rules of C with classes, namespaces, templates and aliases. Members that are only declared are no
 * definitions, except pure virtual ones, which have no other place. `Foo::bar` is `bar` in `Foo`.
 */
import { cDefinitions, cReferences, cWalk } from './c.ts';
import { findDeclaratorName, listDeclared, listNamedBody } from './c-declarators.ts';
import { blankClassMacros } from './c-macros.ts';
import type { DefinedName, Grammar, Place, SyntaxNode } from './grammar.ts';
import { readInclude } from './read-imports.ts';
import { byQualified, SLASH_COMMENTS } from './rules.ts';

export const cpp: Grammar = {
  language: 'cpp',
  file: 'cpp',
  comments: SLASH_COMMENTS,
  walk: [...cWalk, 'friend_declaration'],
  wrappers: ['template_declaration'],
  definitions: {
    ...cDefinitions,
    function_definition: { kind: 'function', memberKind: 'method', names: nameFunction },
    field_declaration: { kind: 'field', names: listMembers, scope: 'pass' },
    class_specifier: { kind: 'class', names: listNamedBody, scope: 'type' },
    namespace_definition: { kind: 'module', names: byQualified('name', '::'), scope: 'module' },
    alias_declaration: { kind: 'type' },
    concept_definition: { kind: 'interface' },
  },
  imports: { preproc_include: readInclude },
  prepare: blankClassMacros,
  references: {
    ...cReferences,
    identifiers: [...cReferences.identifiers, 'namespace_identifier'],
    strings: [...cReferences.strings, 'raw_string_literal'],
    calls: { call_expression: 'function', new_expression: 'type' },
  },
};

function nameFunction(node: SyntaxNode): readonly DefinedName[] {
  const names = findDeclaratorName(node);
  return names.map((name) =>
    name.container === undefined || name.container === '' ? name : { ...name, kind: 'method' },
  );
}

function listMembers(node: SyntaxNode, place: Place): readonly DefinedName[] {
  const declared = listDeclared(node, place);
  if (declared.length > 0 || !/=\s*0\s*;$/.test(node.text)) return declared;
  return findDeclaratorName(node).map((name) => ({ ...name, kind: 'method' }));
}
