/**
 * Elixir, where every definition is a call: `defmodule`, `def` and their kin by the name that is called.
 * Clauses of one function that follow each other are one symbol. Documentation stands in attributes.
 */
import type { DefinedName, Grammar, SyntaxNode } from './grammar.ts';
import { readElixirUse } from './read-imports.ts';
import { HASH_COMMENTS } from './rules.ts';

const MODULES: Readonly<Record<string, 'module' | 'interface'>> = {
  defmodule: 'module',
  defprotocol: 'interface',
  defimpl: 'module',
};
const FUNCTIONS = /^(?:def|defp|defmacro|defmacrop|defguard|defguardp|defdelegate|defn|defnp)$/;
/** Attributes that the language itself reads. */
const RESERVED =
  /^(?:doc|moduledoc|typedoc|spec|impl|behaviour|derive|deprecated|since|enforce_keys|dialyzer|compile|before_compile|after_compile|on_load|on_definition|external_resource|file|tag|moduletag|describetag|optional_callbacks|fallback_to_any|for|protocol|vsn|nifs)$/;

export const elixir: Grammar = {
  language: 'elixir',
  file: 'elixir',
  comments: HASH_COMMENTS,
  hasLineHeads: true,
  walk: ['do_block'],
  definitions: {
    call: { kind: 'function', names: nameCall, scope: 'module', body: 'do_block' },
    unary_operator: { kind: 'constant', names: nameAttribute },
  },
  imports: { call: readElixirUse },
  mergesClauses: true,
  findDoc: findAttributeDoc,
  references: {
    identifiers: ['identifier', 'alias'],
    comments: ['comment'],
    strings: ['string', 'quoted_content', 'charlist', 'sigil'],
    imports: [],
    calls: { call: 'target' },
    types: ['alias'],
  },
};

function nameCall(node: SyntaxNode): readonly DefinedName[] {
  const target = node.childForFieldName('target')?.text ?? '';
  const first = node.namedChildren.find(({ type }) => type === 'arguments')?.firstNamedChild;
  if (first === null || first === undefined) return [];
  const moduleKind = MODULES[target];
  if (moduleKind !== undefined) {
    const suffix = /,\s*for:\s*([\w.]+)/.exec(node.text.slice(0, 300))?.[1];
    return [
      {
        node: first,
        name: suffix === undefined ? first.text : `${first.text}.${suffix}`,
        kind: moduleKind,
      },
    ];
  }
  if (!FUNCTIONS.test(target)) return [];
  const name = findHead(first);
  return name === undefined ? [] : [{ node: name, scope: 'none' }];
}

/** The name in `f(x)`, `f(x) when x > 1`, `f` and `a + b`. */
function findHead(head: SyntaxNode): SyntaxNode | undefined {
  if (head.type === 'identifier') return head;
  if (head.type === 'call') return head.childForFieldName('target') ?? undefined;
  if (head.type !== 'binary_operator') return undefined;
  const left = head.childForFieldName('left');
  return left === null ? undefined : findHead(left);
}

function nameAttribute(node: SyntaxNode): readonly DefinedName[] {
  const call = node.childForFieldName('operand');
  const target = call?.childForFieldName('target');
  if (call?.type !== 'call' || target === null || target === undefined) return [];
  const attribute = target.text;
  if (!node.text.startsWith('@') || RESERVED.test(attribute)) return [];
  if (!/^(?:type|typep|opaque|callback|macrocallback)$/.test(attribute)) return [{ node: target }];
  const match = /^@\w+\s+(\w+[?!]?)/.exec(node.text);
  if (match?.[1] === undefined) return [];
  return [
    { node: target, name: match[1], kind: attribute.endsWith('callback') ? 'function' : 'type' },
  ];
}

/** The text of `@doc` before a definition or of `@moduledoc` at the start of a module. */
function findAttributeDoc(text: string, start: number): string {
  const ahead = /^defmodule[^\n]*do\s+@moduledoc\s+(?:~[sS])?("""|")/.exec(
    text.slice(start, start + 300),
  );
  if (ahead?.[1] !== undefined) {
    const from = start + ahead[0].length;
    return text.slice(from, text.indexOf(ahead[1], from));
  }
  const behind = text.slice(Math.max(0, start - 4_000), start);
  const at = behind.lastIndexOf('@doc ');
  const match = /^@doc\s+(?:~[sS])?(?:"""([^]*?)"""|"([^"\n]*)")([^]*)$/.exec(
    at < 0 ? '' : behind.slice(at),
  );
  if (match === null || /\b(?:def\w*|end)\b/.test(match[3] ?? '')) return '';
  return match[1] ?? match[2] ?? '';
}
