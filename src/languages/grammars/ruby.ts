/**
 * Ruby: modules, classes, methods, constants, and the members that `attr_*` and `define_method` make. Blocks are
 * entered, so that definitions inside of `included do` and the like count.
 */
import type { DefinedName, Grammar, SyntaxNode } from './grammar.ts';
import { readRubyRequire } from './read-imports.ts';
import { byQualified, HASH_COMMENTS, words } from './rules.ts';

export const ruby: Grammar = {
  language: 'ruby',
  file: 'ruby',
  comments: { ...HASH_COMMENTS, block: [['=begin', '=end']] },
  hasLineHeads: true,
  walk: words(
    'body_statement argument_list do_block block block_body singleton_class if unless if_modifier unless_modifier else elsif then begin',
  ),
  definitions: {
    module: { kind: 'module', names: byQualified('name', '::'), scope: 'type' },
    class: { kind: 'class', names: byQualified('name', '::'), scope: 'type' },
    method: { kind: 'function', memberKind: 'method', scope: 'function' },
    singleton_method: { kind: 'function', memberKind: 'method', scope: 'function' },
    assignment: { kind: 'constant', names: nameConstant, scope: 'type', body: 'none' },
    call: { kind: 'field', names: listMade, scope: 'pass' },
    alias: { kind: 'method' },
  },
  imports: { call: readRubyRequire },
  references: {
    identifiers: [
      'identifier',
      'constant',
      'instance_variable',
      'global_variable',
      'hash_key_symbol',
    ],
    comments: ['comment'],
    strings: words('string string_content simple_symbol heredoc_body heredoc_content regex'),
    imports: [],
    calls: { call: 'method' },
    types: ['constant'],
  },
};

function nameConstant(node: SyntaxNode): readonly DefinedName[] {
  const left = node.childForFieldName('left');
  if (left?.type !== 'constant') return [];
  const right = node.childForFieldName('right')?.text ?? '';
  const isClass = /^(?:Struct|Class|Data|Module)\s*\.\s*(?:new|define)\b/.test(right);
  return [{ node: left, kind: isClass ? 'class' : 'constant' }];
}

/** What a call in a class body makes: `attr_reader :a, :b`, `define_method(:c)`. */
function listMade(node: SyntaxNode): readonly DefinedName[] {
  const method = node.childForFieldName('method')?.text ?? '';
  const isField =
    /^(?:[mc]?attr_(?:accessor|reader|writer)|cattr_\w+|mattr_\w+|class_attribute)$/.test(method);
  if (!isField && !/^(?:define_method|alias_method)$/.test(method)) return [];
  const symbols = (node.childForFieldName('arguments')?.namedChildren ?? []).filter(
    ({ type }) => type === 'simple_symbol',
  );
  return (isField ? symbols : symbols.slice(0, 1)).map((symbol) => ({
    node: symbol,
    name: symbol.text.slice(1),
    kind: isField ? 'field' : 'method',
  }));
}
