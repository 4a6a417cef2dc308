/** Kotlin: classes, objects, interfaces, functions and properties; members of a companion belong to its class. */
import type { DefinedName, Grammar, Place, SyntaxNode } from './grammar.ts';
import { readKotlinImport } from './read-imports.ts';
import { byChild, byWord, findChild, hasToken, SLASH_COMMENTS, words } from './rules.ts';

export const kotlin: Grammar = {
  language: 'kotlin',
  file: 'kotlin',
  comments: SLASH_COMMENTS,
  walk: words(
    'class_body enum_class_body companion_object primary_constructor function_body statements import_list',
  ),
  definitions: {
    class_declaration: { kind: 'class', names: nameClass, scope: 'type', body: 'class_body' },
    object_declaration: {
      kind: 'class',
      names: byChild('type_identifier'),
      scope: 'type',
      body: 'class_body',
    },
    enum_entry: { kind: 'constant', names: byChild('simple_identifier') },
    function_declaration: {
      kind: 'function',
      memberKind: 'method',
      names: byChild('simple_identifier'),
      scope: 'function',
      body: 'function_body',
    },
    secondary_constructor: { kind: 'method', names: byWord('constructor') },
    property_declaration: { kind: 'variable', names: nameProperty, body: 'none' },
    class_parameter: { kind: 'field', names: nameParameter },
    type_alias: { kind: 'type', names: byChild('type_identifier') },
  },
  imports: { import_header: readKotlinImport },
  references: {
    identifiers: ['simple_identifier', 'type_identifier'],
    comments: ['line_comment', 'multiline_comment'],
    strings: words('string_literal string_content character_literal'),
    imports: ['import_header'],
    calls: { call_expression: '' },
    types: ['type_identifier'],
  },
};

function nameClass(node: SyntaxNode): readonly DefinedName[] {
  const name = findChild(node, ['type_identifier']);
  if (name === undefined) return [];
  if (hasToken(node, 'interface')) return [{ node: name, kind: 'interface' }];
  return [{ node: name, kind: hasToken(node, 'enum') ? 'enum' : 'class' }];
}

function nameProperty(node: SyntaxNode, place: Place): readonly DefinedName[] {
  if (place === 'function') return [];
  const name = findChild(node, ['variable_declaration'])?.firstNamedChild ?? null;
  if (name === null) return [];
  const isConstant = /\bconst\s/.test(node.text.slice(0, name.startIndex - node.startIndex));
  return [{ node: name, kind: isConstant ? 'constant' : place === 'type' ? 'field' : 'variable' }];
}

/** A parameter of the primary constructor is a property when it says `val` or `var`. */
function nameParameter(node: SyntaxNode): readonly DefinedName[] {
  if (findChild(node, ['binding_pattern_kind']) === undefined) return [];
  const name = findChild(node, ['simple_identifier']);
  return name === undefined ? [] : [{ node: name }];
}
