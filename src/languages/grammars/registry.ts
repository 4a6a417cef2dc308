/** All grammars by language id. A language is added by one import and one entry. */
import { c } from './c.ts';
import { javascript, tsx, typescript } from './ecmascript.ts';
import { go } from './go.ts';
import type { Grammar } from './grammar.ts';
import { python } from './python.ts';

const GRAMMARS: ReadonlyMap<string, Grammar> = new Map(
  [c, go, javascript, python, tsx, typescript].map((grammar) => [grammar.language, grammar]),
);

/** The grammar of a language; undefined when the language is not parsed. */
export function findGrammar(languageId: string): Grammar | undefined {
  return GRAMMARS.get(languageId);
}

/** Every grammar, sorted by language id. */
export function listGrammars(): readonly Grammar[] {
  return [...GRAMMARS.values()].sort((a, b) => (a.language < b.language ? -1 : 1));
}
