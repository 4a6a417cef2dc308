/**
 * Dart, whose grammar puts the body of a function beside its signature and the modifiers of a top-level value
 * beside its declaration: the body ends the definition, the modifiers are prefixes.
 */
import type { DefinedName, Grammar, SyntaxNode } from './grammar.ts';
import { readDartImport } from './read-imports.ts';
import { byChild, SLASH_COMMENTS, words } from './rules.ts';

export const dart: Grammar = {
  language: 'dart',
  file: 'dart',
  comments: SLASH_COMMENTS,
  walk: words('class_body enum_body extension_body'),
  wrappers: words(
    'method_signature declaration initialized_identifier_list static_final_declaration_list',
  ),
  prefixes: words('annotation const_builtin final_builtin inferred_type'),
  definitions: {
    class_definition: { kind: 'class', scope: 'type' },
    mixin_declaration: {
      kind: 'class',
      names: byChild('identifier'),
      scope: 'type',
      body: 'class_body',
    },
    extension_declaration: { kind: 'class', scope: 'type' },
    enum_declaration: { kind: 'enum', scope: 'type' },
    enum_constant: { kind: 'constant' },
    type_alias: { kind: 'type', names: byChild('type_identifier') },
    function_signature: { kind: 'function', memberKind: 'method', names: nameSignature },
    getter_signature: { kind: 'function', memberKind: 'method', names: nameSignature },
    setter_signature: { kind: 'function', memberKind: 'method', names: nameSignature },
    operator_signature: { kind: 'method', names: nameOperator },
    constructor_signature: { kind: 'method', names: nameConstructor },
    constant_constructor_signature: { kind: 'method', names: nameConstructor },
    factory_constructor_signature: { kind: 'method', names: nameConstructor },
    redirecting_factory_constructor_signature: { kind: 'method', names: nameConstructor },
    static_final_declaration: { kind: 'constant', names: byChild('identifier') },
    initialized_identifier: { kind: 'variable', memberKind: 'field', names: byChild('identifier') },
  },
  imports: { import_or_export: readDartImport, part_directive: readDartImport },
  references: {
    identifiers: ['identifier', 'type_identifier'],
    comments: ['comment', 'documentation_comment'],
    strings: ['string_literal'],
    imports: ['import_or_export', 'part_directive'],
    calls: {},
    types: ['type_identifier'],
  },
};

/** The body stands beside the signature, or beside the wrapper that holds it. */
function withBody(node: SyntaxNode, name: DefinedName): DefinedName {
  const outer = node.parent?.type === 'method_signature' ? node.parent : node;
  const next = outer?.nextNamedSibling;
  return next?.type === 'function_body' ? { ...name, lastNode: next } : name;
}

function nameSignature(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  return name === null ? [] : [withBody(node, { node: name })];
}

function nameOperator(node: SyntaxNode): readonly DefinedName[] {
  const match = /\boperator\s*(\S+?)\s*\(/.exec(node.text);
  return match === null ? [] : [withBody(node, { node, name: `operator ${match[1]}` })];
}

/** `Foo.named` is a constructor called `named`, `Foo` one called after its class. */
function nameConstructor(node: SyntaxNode): readonly DefinedName[] {
  const names = node.namedChildren.filter(({ type }) => type === 'identifier');
  const name = names[1] ?? names[0];
  return name === undefined ? [] : [withBody(node, { node: name })];
}
