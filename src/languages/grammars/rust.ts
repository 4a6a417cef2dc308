/** Rust: items of modules, traits and impls; methods are contained in the type of their impl. */
import type { DefinedName, Grammar, SyntaxNode } from './grammar.ts';
import { readRustUse } from './read-imports.ts';
import { SLASH_COMMENTS, words } from './rules.ts';

export const rust: Grammar = {
  language: 'rust',
  file: 'rust',
  comments: SLASH_COMMENTS,
  walk: words(
    'declaration_list field_declaration_list enum_variant_list block foreign_mod_item expression_statement',
  ),
  prefixes: ['attribute_item'],
  definitions: {
    function_item: { kind: 'function', memberKind: 'method', scope: 'function' },
    function_signature_item: { kind: 'function', memberKind: 'method' },
    struct_item: { kind: 'class', scope: 'type' },
    union_item: { kind: 'class', scope: 'type' },
    enum_item: { kind: 'enum', scope: 'type' },
    enum_variant: { kind: 'constant', scope: 'type' },
    field_declaration: { kind: 'field' },
    trait_item: { kind: 'interface', scope: 'type' },
    impl_item: { names: nameImpl, scope: 'type' },
    mod_item: { kind: 'module', names: nameModule, scope: 'module' },
    const_item: { kind: 'constant' },
    static_item: { kind: 'variable' },
    type_item: { kind: 'type' },
    associated_type: { kind: 'type' },
    macro_definition: { kind: 'function', body: 'macro_rule' },
  },
  imports: {
    use_declaration: readRustUse,
    extern_crate_declaration: readRustUse,
    mod_item: readRustUse,
  },
  references: {
    identifiers: words('identifier field_identifier type_identifier shorthand_field_identifier'),
    comments: ['line_comment', 'block_comment'],
    strings: words('string_literal raw_string_literal char_literal string_content'),
    imports: ['use_declaration', 'extern_crate_declaration'],
    calls: { call_expression: 'function', macro_invocation: 'macro' },
    types: ['type_identifier'],
  },
};

function nameImpl(node: SyntaxNode): readonly DefinedName[] {
  const type = node.childForFieldName('type');
  return type === null ? [] : [{ node: type, name: type.text.replace(/<.*$/s, '').trim() }];
}

/** A module with a body; `mod x;` is an import of a file. */
function nameModule(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  return name === null || node.childForFieldName('body') === null ? [] : [{ node: name }];
}
