/**
 * C++: the rules of C with classes, namespaces, templates and aliases. Members that are only declared are no
 * definitions, except pure virtual ones, which have no other place. `Foo::bar` is `bar` in `Foo`.
 */
import { cDefinitions, cReferences, cWalk } from './c.ts';
import { findDeclaratorName, listDeclared, listNamedBody, MAX_DEPTH } from './c-declarators.ts';
import { blankClassMacros } from './c-macros.ts';
import type { DefinedName, Grammar, Place, SyntaxNode } from './grammar.ts';
import { readInclude } from './read-imports.ts';
import { byQualified, SLASH_COMMENTS } from './rules.ts';

export const cpp: Grammar = {
  language: 'cpp',
  file: 'cpp',
  comments: SLASH_COMMENTS,
  walk: [...cWalk, 'friend_declaration', 'compound_statement', 'placeholder_type_specifier'],
  wrappers: ['template_declaration'],
  definitions: {
    ...cDefinitions,
    function_definition: {
      kind: 'function',
      memberKind: 'method',
      names: nameFunction,
      scope: 'pass',
    },
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

/**
 * The name of a function. Where macros hide the end of a type or the head of a namespace, the parser takes
 * the whole for a function: its type has a body, or it has no parameters. Then what is inside counts.
 */
function nameFunction(node: SyntaxNode): readonly DefinedName[] {
  const type = node.childForFieldName('type');
  const isOverType = hasBody(type) || hasBody(type?.firstNamedChild ?? null);
  if (!isOverType && !hasParameters(node)) return [];
  return findDeclaratorName(node).map((name) => ({
    ...name,
    ...(name.container === undefined || name.container === '' ? {} : { kind: 'method' }),
    ...(isOverType ? { span: name.node, lastNode: node } : { scope: 'none' }),
  }));
}

function hasBody(type: SyntaxNode | null): boolean {
  return type !== null && type.childForFieldName('body') !== null;
}

/** False for a body without a declarator of a function before it. */
function hasParameters(node: SyntaxNode): boolean {
  let declarator = node.childForFieldName('declarator');
  for (let depth = 0; declarator !== null && depth < MAX_DEPTH; depth++) {
    if (/^(?:function_declarator|operator_cast)$/.test(declarator.type)) return true;
    declarator = declarator.childForFieldName('declarator') ?? declarator.lastNamedChild;
  }
  return false;
}

function listMembers(node: SyntaxNode, place: Place): readonly DefinedName[] {
  const declared = listDeclared(node, place);
  if (declared.length > 0 || !/=\s*0\s*;$/.test(node.text)) return declared;
  return findDeclaratorName(node).map((name) => ({ ...name, kind: 'method' }));
}
