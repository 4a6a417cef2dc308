/** All grammars by language id. A language is added by one import and one entry. */
import { bash } from './bash.ts';
import { c } from './c.ts';
import { cpp } from './cpp.ts';
import { csharp } from './csharp.ts';
import { dart } from './dart.ts';
import { javascript, tsx, typescript } from './ecmascript.ts';
import { elixir } from './elixir.ts';
import { go } from './go.ts';
import type { Grammar } from './grammar.ts';
import { haskell } from './haskell.ts';
import { java } from './java.ts';
import { kotlin } from './kotlin.ts';
import { lua } from './lua.ts';
import { ocaml } from './ocaml.ts';
import { php } from './php.ts';
import { python } from './python.ts';
import { ruby } from './ruby.ts';
import { rust } from './rust.ts';
import { scala } from './scala.ts';
import { swift } from './swift.ts';
import { zig } from './zig.ts';

const ALL: readonly Grammar[] = [
  bash,
  c,
  cpp,
  csharp,
  dart,
  elixir,
  go,
  haskell,
  java,
  javascript,
  kotlin,
  lua,
  ocaml,
  php,
  python,
  ruby,
  rust,
  scala,
  swift,
  tsx,
  typescript,
  zig,
];

const GRAMMARS: ReadonlyMap<string, Grammar> = new Map(
  ALL.map((grammar) => [grammar.language, grammar]),
);

/** The grammar of a language; undefined when the language is not parsed. */
export function findGrammar(languageId: string): Grammar | undefined {
  return GRAMMARS.get(languageId);
}

/** Every grammar, sorted by language id. */
export function listGrammars(): readonly Grammar[] {
  return [...GRAMMARS.values()].sort((a, b) => (a.language < b.language ? -1 : 1));
}
