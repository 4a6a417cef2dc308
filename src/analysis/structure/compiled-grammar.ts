/**
 * A grammar's rules as tables by node type id, so that the walk decides with one array read what to do with
 * a node. One type name may have several ids (aliases); names of anonymous nodes (`class`, the keyword) are
 * left out. Name that the grammar does not know are reported, so that a test can refuse them.
 */
import type { Language } from 'web-tree-sitter';
import type { DefinitionRule, Grammar, ParsedImport } from '../../languages/grammars/grammar.ts';

/** What the walk does at a node. `RULE` and `IMPORT` look further by the id of the type. */
export const ACTION = {
  skip: 0,
  walk: 1,
  rule: 2,
  import: 3,
  wrapper: 4,
  prefix: 5,
  comment: 6,
  lineWrapper: 7,
  walkWhen: 8,
  walkOutside: 9,
} as const;

export interface CompiledGrammar {
  readonly grammar: Grammar;
  readonly language: Language;
  /** Node type id -> one of `ACTION`. */
  readonly actions: Uint8Array;
  readonly rules: readonly (DefinitionRule | undefined)[];
  readonly conditions: readonly (RegExp | undefined)[];
  readonly imports: readonly (((text: string) => readonly ParsedImport[]) | undefined)[];
  /** Type names of the data file that the grammar does not have. */
  readonly unknownTypes: readonly string[];
}

/** Compiles in well under a millisecond; throws nothing. */
export function compileGrammar(grammar: Grammar, language: Language): CompiledGrammar {
  const idsByType = listIds(language);
  const unknownTypes: string[] = [];
  const actions = new Uint8Array(language.types.length);
  const rules: (DefinitionRule | undefined)[] = [];
  const conditions: (RegExp | undefined)[] = [];
  const imports: (((text: string) => readonly ParsedImport[]) | undefined)[] = [];

  function each(type: string, set: (id: number) => void): void {
    const ids = idsByType.get(type);
    if (ids === undefined) unknownTypes.push(type);
    else for (const id of ids) set(id);
  }
  function setAction(types: readonly string[], action: number): void {
    for (const type of types) {
      each(type, (id) => {
        actions[id] = action;
      });
    }
  }

  setAction(grammar.references.comments, ACTION.comment);
  setAction(grammar.walk, ACTION.walk);
  setAction(grammar.walkOutsideFunctions ?? [], ACTION.walkOutside);
  for (const [type, condition] of Object.entries(grammar.walkWhen ?? {})) {
    each(type, (id) => {
      actions[id] = ACTION.walkWhen;
      conditions[id] = condition;
    });
  }
  setAction(grammar.wrappers ?? [], ACTION.wrapper);
  setAction(grammar.lineWrappers ?? [], ACTION.lineWrapper);
  setAction(grammar.prefixes ?? [], ACTION.prefix);
  for (const [type, rule] of Object.entries(grammar.definitions)) {
    each(type, (id) => {
      actions[id] = ACTION.rule;
      rules[id] = rule;
    });
  }
  for (const [type, read] of Object.entries(grammar.imports ?? {})) {
    each(type, (id) => {
      if (actions[id] === ACTION.skip) actions[id] = ACTION.import;
      imports[id] = read;
    });
  }
  return { grammar, language, actions, rules, conditions, imports, unknownTypes };
}

function listIds(language: Language): ReadonlyMap<string, readonly number[]> {
  const ids = new Map<string, number[]>();
  for (const [id, type] of language.types.entries()) {
    if (!language.nodeTypeIsNamed(id)) continue;
    const known = ids.get(type);
    if (known === undefined) ids.set(type, [id]);
    else known.push(id);
  }
  return ids;
}
