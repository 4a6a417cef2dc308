/**
 * C: functions, variables, types, fields, enumerators and macros. Declarators are followed down to
 * their identifier. Headers of functions that carry attribute macros (`static int __init f(void)`) are
 * cleaned before parsing, see `c-macros.ts`; `MACRO(name, …) { … }` defines `name`.
 */
import { blankAttributeMacros } from './c-macros.ts';
import {
  findDeclaratorName,
  listDeclared,
  listMacroDefinitions,
  listNamedBody,
} from './c-declarators.ts';
import type { DefinitionRule, Grammar, ReferenceTypes } from './grammar.ts';
import { readInclude } from './read-imports.ts';
import { SLASH_COMMENTS, words } from './rules.ts';

/** Rules that C++ shares. */
export const cDefinitions: Readonly<Record<string, DefinitionRule>> = {
  function_definition: { kind: 'function', memberKind: 'method', names: findDeclaratorName },
  declaration: { kind: 'variable', names: listDeclared, scope: 'pass' },
  field_declaration: { kind: 'field', names: listDeclared, scope: 'pass' },
  type_definition: { kind: 'type', names: listDeclared, scope: 'pass' },
  struct_specifier: { kind: 'class', names: listNamedBody, scope: 'type' },
  union_specifier: { kind: 'class', names: listNamedBody, scope: 'type' },
  enum_specifier: { kind: 'enum', names: listNamedBody, scope: 'type' },
  enumerator: { kind: 'constant' },
  preproc_def: { kind: 'constant', body: 'none' },
  preproc_function_def: { kind: 'function', body: 'value' },
  expression_statement: { kind: 'variable', names: listMacroDefinitions },
};

/** Node types that C++ walks through as well. */
export const cWalk: readonly string[] = words(
  `preproc_if preproc_ifdef preproc_else preproc_elif preproc_elifdef linkage_specification declaration_list
   field_declaration_list enumerator_list`,
);

/** Reference types that C++ shares. */
export const cReferences: ReferenceTypes = {
  identifiers: words('identifier field_identifier type_identifier statement_identifier'),
  comments: ['comment'],
  strings: words('string_literal string_content char_literal system_lib_string'),
  imports: ['preproc_include'],
  calls: { call_expression: 'function' },
  types: ['type_identifier'],
};

export const c: Grammar = {
  language: 'c',
  file: 'c',
  comments: SLASH_COMMENTS,
  walk: cWalk,
  definitions: cDefinitions,
  imports: { preproc_include: readInclude },
  prepare: blankAttributeMacros,
  references: cReferences,
};
