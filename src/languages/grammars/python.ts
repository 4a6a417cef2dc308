/**
 * Python: functions and classes at any depth, assignments of modules and classes. Names in capitals are
 * constants. The documentation is the string at the start of a body.
 */
import type { DefinedName, Grammar, Place, SyntaxNode } from './grammar.ts';
import { readPythonFrom, readPythonImport } from './read-imports.ts';

export const python: Grammar = {
  language: 'python',
  file: 'python',
  comments: { line: ['#'], block: [] },
  hasDocstrings: true,
  walk: [
    'block',
    'if_statement',
    'elif_clause',
    'else_clause',
    'try_statement',
    'except_clause',
    'finally_clause',
    'with_statement',
    'for_statement',
    'while_statement',
    'match_statement',
    'case_clause',
  ],
  walkOutsideFunctions: ['expression_statement'],
  wrappers: ['decorated_definition'],
  definitions: {
    function_definition: { kind: 'function', memberKind: 'method', scope: 'function' },
    class_definition: { kind: 'class', scope: 'type' },
    assignment: { kind: 'variable', names: listAssigned, isOutsideFunctions: true },
    type_alias_statement: { kind: 'type', names: listAlias, isOutsideFunctions: true },
  },
  imports: {
    import_statement: readPythonImport,
    import_from_statement: readPythonFrom,
  },
  references: {
    identifiers: ['identifier'],
    comments: ['comment'],
    strings: ['string', 'string_content'],
    imports: ['import_statement', 'import_from_statement', 'future_import_statement'],
    calls: { call: 'function' },
    types: [],
  },
};

function listAssigned(node: SyntaxNode, place: Place): readonly DefinedName[] {
  const left = node.childForFieldName('left');
  if (left === null) return [];
  const targets = listTargets(left);
  const right = node.childForFieldName('right');
  // `a = b = 1`: the second assignment is the value of the first.
  const more = right?.type === 'assignment' ? listAssigned(right, place) : [];
  return [
    ...targets.map((target): DefinedName => {
      const isConstant = /^_?[A-Z][A-Z0-9_]*$/.test(target.text);
      if (right?.type === 'lambda') return { node: target, kind: 'function' };
      return {
        node: target,
        kind: isConstant ? 'constant' : place === 'type' ? 'field' : 'variable',
      };
    }),
    ...more,
  ];
}

function listTargets(left: SyntaxNode): readonly SyntaxNode[] {
  if (left.type === 'identifier') return [left];
  const isList = ['pattern_list', 'tuple_pattern', 'list_pattern'].includes(left.type);
  return isList ? left.namedChildren.flatMap(listTargets) : [];
}

function listAlias(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('left')?.firstNamedChild ?? null;
  return name === null ? [] : [{ node: name, name: name.text.replace(/\[.*$/s, '') }];
}
