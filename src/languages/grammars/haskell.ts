/** Haskell: types, classes and top-level functions. A signature and the equations that follow it are one symbol. */
import type { DefinedName, Grammar, Place, SyntaxNode } from './grammar.ts';
import { readHaskellImport } from './read-imports.ts';
import { byChild, findChild, words } from './rules.ts';

export const haskell: Grammar = {
  language: 'haskell',
  file: 'haskell',
  comments: { line: ['--'], block: [['{-', '-}']] },
  hasLineHeads: true,
  walk: words(
    `declarations class_declarations instance_declarations data_constructors data_constructor fields imports
     gadt_constructors`,
  ),
  definitions: {
    data_type: { kind: 'type', names: nameType, scope: 'type', body: 'constructors' },
    newtype: { kind: 'type', names: nameType, scope: 'type', body: 'constructor' },
    type_synomym: { kind: 'type', names: nameType },
    class: { kind: 'interface', names: nameType, scope: 'type', body: 'declarations' },
    instance: { names: nameInstance, scope: 'type' },
    record: { kind: 'constant', names: byChild('constructor'), scope: 'pass' },
    prefix: { kind: 'constant', names: byChild('constructor') },
    newtype_constructor: { kind: 'constant', names: byChild('constructor'), scope: 'pass' },
    field: { kind: 'field', names: byChild('field_name') },
    signature: { kind: 'function', memberKind: 'method', names: nameSignature },
    function: { kind: 'function', memberKind: 'method', names: nameFunction, body: 'match' },
    bind: { kind: 'variable', memberKind: 'method', names: nameBinding, body: 'match' },
  },
  imports: { import: readHaskellImport },
  mergesClauses: true,
  references: {
    identifiers: words('variable constructor name module_id operator field_name'),
    comments: ['comment', 'haddock', 'pragma'],
    strings: ['string', 'char'],
    imports: ['import'],
    calls: { apply: 'function' },
    types: ['name'],
  },
};

function nameType(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name') ?? findChild(node, ['name']);
  return name === null || name === undefined ? [] : [{ node: name }];
}

/** An instance is called `Class Type`. */
function nameInstance(node: SyntaxNode): readonly DefinedName[] {
  const head = /^instance\s+(?:[^\n]*?=>\s*)?([^\n]*?)\s*(?:\bwhere\b|$)/m.exec(node.text)?.[1];
  return head === undefined ? [] : [{ node, name: head.replace(/\s+/g, ' ') }];
}

function nameSignature(node: SyntaxNode, place: Place): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  if (name === null) return [];
  const isFunction = place === 'type' || node.text.includes('->');
  return [isFunction ? { node: name } : { node: name, kind: 'variable' }];
}

/** Equations are named by `name` or by the operator they define. */
function nameFunction(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  if (name !== null) return [{ node: name }];
  const operator = findChild(node, ['infix'])?.childForFieldName('operator') ?? null;
  return operator === null ? [] : [{ node: operator }];
}

function nameBinding(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  return name === null ? [] : [{ node: name }];
}
