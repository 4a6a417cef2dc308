/** Shell scripts: functions, and variables that are set outside of functions. */
import type { DefinedName, Grammar, SyntaxNode } from './grammar.ts';
import { readShellSource } from './read-imports.ts';
import { HASH_COMMENTS, words } from './rules.ts';

export const bash: Grammar = {
  language: 'bash',
  file: 'bash',
  comments: HASH_COMMENTS,
  hasLineHeads: true,
  walk: words(
    'compound_statement if_statement else_clause elif_clause list do_group case_statement case_item',
  ),
  lineWrappers: ['declaration_command'],
  definitions: {
    function_definition: { kind: 'function', scope: 'function' },
    variable_assignment: { kind: 'variable', names: nameVariable, isOutsideFunctions: true },
  },
  imports: { command: readShellSource },
  references: {
    identifiers: ['variable_name', 'word'],
    comments: ['comment'],
    strings: words('string raw_string string_content heredoc_body'),
    imports: [],
    calls: { command: 'name' },
    types: [],
  },
};

function nameVariable(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  if (name?.type !== 'variable_name') return [];
  const isConstant = /^(?:readonly|declare\s+-\w*r)/.test(node.parent?.text ?? '');
  return [{ node: name, kind: isConstant ? 'constant' : 'variable' }];
}
