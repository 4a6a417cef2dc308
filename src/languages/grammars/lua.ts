/** Lua: functions in every way of writing them, and values of the file's own level. */
import type { DefinedName, Grammar, Place, SyntaxNode } from './grammar.ts';
import { readLuaRequire } from './read-imports.ts';
import { words } from './rules.ts';

export const lua: Grammar = {
  language: 'lua',
  file: 'lua',
  comments: { line: ['--'], block: [['--[[', ']]']] },
  hasLineHeads: true,
  walk: words(
    'block do_statement if_statement else_statement elseif_statement expression_list table_constructor',
  ),
  lineWrappers: ['variable_declaration'],
  definitions: {
    function_declaration: { kind: 'function', names: nameFunction, scope: 'function' },
    assignment_statement: { kind: 'variable', names: listAssigned, scope: 'function' },
    field: { kind: 'method', names: nameField, scope: 'function' },
  },
  imports: { variable_declaration: readLuaRequire, function_call: readLuaRequire },
  references: {
    identifiers: ['identifier'],
    comments: ['comment', 'comment_content'],
    strings: ['string', 'string_content'],
    imports: [],
    calls: { function_call: 'name' },
    types: [],
  },
};

function nameFunction(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  return name === null ? [] : [toMember(name)];
}

function toMember(name: SyntaxNode): DefinedName {
  const parts = name.text.split(/\s*[.:]\s*/);
  if (parts.length < 2) return { node: name };
  const isMethod = name.type === 'method_index_expression';
  return {
    node: name,
    name: parts.at(-1) ?? '',
    container: parts.slice(0, -1).join('.'),
    kind: isMethod ? 'method' : 'function',
  };
}

function listAssigned(node: SyntaxNode, place: Place): readonly DefinedName[] {
  const [targets, values] = node.namedChildren;
  const kinds = values?.namedChildren.map(({ type }) => type) ?? [];
  return (targets?.namedChildren ?? []).flatMap((target, at): readonly DefinedName[] => {
    if (kinds[at] === 'function_definition') return [{ kind: 'function', ...toMember(target) }];
    return place === 'file' && target.type === 'identifier' ? [{ node: target }] : [];
  });
}

function nameField(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  const isFunction = node.childForFieldName('value')?.type === 'function_definition';
  return name === null || !isFunction ? [] : [{ node: name }];
}
