/**
 * JavaScript, TypeScript and TSX, which share their rules. Functions, classes and their members count
 * at any depth; variables only outside of functions, unless they hold a function. Functions that are assigned to
 * `exports.x`, `Foo.prototype.x` or `this.x`, and those that are values of an object's keys, count as named.
 */
import type { DefinedName, DefinitionRule, Grammar, Place, SyntaxNode } from './grammar.ts';
import { readEsExport, readEsImport, readRequire } from './read-imports.ts';
import { words } from './rules.ts';

const FUNCTIONS: ReadonlySet<string> = new Set([
  'arrow_function',
  'function_expression',
  'generator_function',
]);

/** An expression that defines something has one of these signs. */
const DEFINING = /=>|[{]|\bfunction\b|\bexports\b|\brequire\b|\bimport\b/;

const sharedDefinitions: Readonly<Record<string, DefinitionRule>> = {
  function_declaration: { kind: 'function', scope: 'function' },
  generator_function_declaration: { kind: 'function', scope: 'function' },
  class_declaration: { kind: 'class', scope: 'type' },
  class: { kind: 'class', scope: 'type' },
  method_definition: { kind: 'method', names: listMember, scope: 'function' },
  variable_declarator: {
    kind: 'variable',
    names: listDeclared,
    scope: 'function',
    whenLocal: DEFINING,
  },
  assignment_expression: {
    kind: 'function',
    names: listAssigned,
    scope: 'function',
    when: DEFINING,
  },
  pair: { kind: 'method', names: listKeyed, scope: 'function', when: DEFINING },
  arrow_function: { isNameless: true, scope: 'function' },
  function_expression: { isNameless: true, scope: 'function' },
  generator_function: { isNameless: true, scope: 'function' },
};

const sharedWalk = words(
  `statement_block class_body if_statement else_clause try_statement catch_clause finally_clause for_statement
   for_in_statement while_statement do_statement labeled_statement switch_statement switch_body switch_case
   switch_default with_statement arguments object`,
);

/** Most expressions define nothing. */
const sharedWalkWhen: Readonly<Record<string, RegExp>> = Object.fromEntries(
  words(
    `expression_statement return_statement call_expression parenthesized_expression array unary_expression spread_element
     sequence_expression await_expression new_expression member_expression ternary_expression binary_expression`,
  ).map((type) => [type, DEFINING]),
);

const shared = {
  comments: { line: ['//'], block: [['/*', '*/']] },
  wrappers: ['export_statement'],
  lineWrappers: ['lexical_declaration', 'variable_declaration'],
  imports: {
    import_statement: readEsImport,
    export_statement: readEsExport,
    variable_declarator: readRequire,
    call_expression: readRequire,
  },
  references: {
    identifiers: [
      'identifier',
      'property_identifier',
      'private_property_identifier',
      'shorthand_property_identifier',
      'shorthand_property_identifier_pattern',
    ],
    comments: ['comment'],
    strings: ['string', 'template_string', 'string_fragment', 'regex', 'jsx_text'],
    imports: ['import_statement'],
    calls: { call_expression: 'function', new_expression: 'constructor' },
    types: [],
  },
} as const;

const typeDefinitions: Readonly<Record<string, DefinitionRule>> = {
  ...sharedDefinitions,
  public_field_definition: { kind: 'field', names: listField, scope: 'function' },
  abstract_class_declaration: { kind: 'class', scope: 'type' },
  interface_declaration: { kind: 'interface', scope: 'type' },
  type_alias_declaration: { kind: 'type', scope: 'type', body: 'value' },
  enum_declaration: { kind: 'enum', scope: 'type' },
  enum_body: { kind: 'constant', names: listEnumMembers },
  module: { kind: 'module', scope: 'module', names: listModule },
  internal_module: { kind: 'module', scope: 'module', names: listModule },
  method_signature: { kind: 'method', names: listMember },
  abstract_method_signature: { kind: 'method', names: listMember },
  function_signature: { kind: 'function' },
  property_signature: { kind: 'field', names: listMember },
};

export const javascript: Grammar = {
  ...shared,
  language: 'javascript',
  file: 'javascript',
  walk: sharedWalk,
  walkWhen: sharedWalkWhen,
  definitions: {
    ...sharedDefinitions,
    field_definition: { kind: 'field', names: listField, scope: 'function' },
  },
};

const typeWalk = [
  ...sharedWalk,
  'interface_body',
  'object_type',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
];

export const typescript: Grammar = {
  ...shared,
  language: 'typescript',
  file: 'typescript',
  walk: [...typeWalk, 'type_assertion'],
  walkWhen: sharedWalkWhen,
  wrappers: ['export_statement', 'ambient_declaration'],
  definitions: typeDefinitions,
  references: {
    ...shared.references,
    identifiers: [...shared.references.identifiers, 'type_identifier'],
    strings: shared.references.strings.filter((type) => type !== 'jsx_text'),
    types: ['type_identifier'],
  },
};

export const tsx: Grammar = {
  ...typescript,
  language: 'tsx',
  file: 'tsx',
  walk: typeWalk,
  references: { ...typescript.references, strings: shared.references.strings },
};

function listDeclared(node: SyntaxNode, place: Place): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  const value = node.childForFieldName('value');
  if (name === null) return [];
  if (value !== null && FUNCTIONS.has(value.type)) return [{ node: name, kind: 'function' }];
  if (value?.type === 'class') return [{ node: name, kind: 'class' }];
  if (place === 'function') return [];
  const kind = node.parent?.childForFieldName('kind')?.text === 'const' ? 'constant' : 'variable';
  return listPattern(name).map((leaf) => ({ node: leaf, kind }));
}

/** The names in `{ a, b: c, ...d }` and `[a, b]`. */
function listPattern(pattern: SyntaxNode): readonly SyntaxNode[] {
  if (pattern.type === 'identifier' || pattern.type === 'shorthand_property_identifier_pattern') {
    return [pattern];
  }
  const value = pattern.type === 'pair_pattern' ? pattern.childForFieldName('value') : null;
  if (value !== null) return listPattern(value);
  const left = pattern.childForFieldName('left');
  if (left !== null) return listPattern(left);
  return pattern.type.endsWith('_pattern') ? pattern.namedChildren.flatMap(listPattern) : [];
}

function listField(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name') ?? node.childForFieldName('property');
  const value = node.childForFieldName('value');
  if (name === null) return [];
  const kind = value !== null && FUNCTIONS.has(value.type) ? 'method' : 'field';
  return [{ node: name, name: unquote(name.text), kind }];
}

function listAssigned(node: SyntaxNode): readonly DefinedName[] {
  const property = node.childForFieldName('left')?.childForFieldName('property') ?? null;
  const type = node.childForFieldName('right')?.type ?? '';
  if (property === null || type === 'identifier') return [];
  // The text up to the property: `exports.`, `Foo.prototype.`, `this.`
  const owner = /^[\w$.]{1,80}(?=\.$)/.exec(
    node.text.slice(0, property.startIndex - node.startIndex),
  );
  const kind = FUNCTIONS.has(type) ? 'method' : type === 'class' ? 'class' : undefined;
  return owner === null ? [] : nameAssigned({ property, owner: owner[0], kind });
}

function nameAssigned(assigned: {
  readonly property: SyntaxNode;
  readonly owner: string;
  readonly kind: 'method' | 'class' | undefined;
}): readonly DefinedName[] {
  const { property, owner, kind } = assigned;
  if (/^(?:module\.)?exports$/.test(owner)) {
    return [{ node: property, kind: kind === 'method' ? 'function' : (kind ?? 'variable') }];
  }
  if (kind === undefined || `${owner}.${property.text}` === 'module.exports') return [];
  return [
    { node: property, kind, container: owner === 'this' ? '' : owner.replace(/\.prototype$/, '') },
  ];
}

function listKeyed(node: SyntaxNode): readonly DefinedName[] {
  const key = node.childForFieldName('key');
  const value = node.childForFieldName('value');
  if (key === null || value === null || !FUNCTIONS.has(value.type)) return [];
  return [{ node: key, name: unquote(key.text) }];
}

function listEnumMembers(node: SyntaxNode): readonly DefinedName[] {
  return node.namedChildren.flatMap((member) => {
    const name = member.type === 'enum_assignment' ? member.childForFieldName('name') : member;
    if (name === null || name.type === 'comment') return [];
    return [{ node: name, name: unquote(name.text), span: member }];
  });
}

/** A member's name without its quotes; of a constructor also the properties that its parameters make. */
function listMember(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  if (name === null) return [];
  const text = name.text;
  const own = { node: name, name: unquote(text) };
  if (text !== 'constructor') return [own];
  const parameters = node.childForFieldName('parameters')?.namedChildren ?? [];
  return [own, ...parameters.flatMap(nameParameterProperty)];
}

/** `private readonly x: X` of a constructor. */
function nameParameterProperty(parameter: SyntaxNode): readonly DefinedName[] {
  const isProperty = /^(?:@\S+\s+)*(?:public|private|protected|readonly|override)\s/.test(
    parameter.text,
  );
  const name = isProperty ? parameter.childForFieldName('pattern') : null;
  return name === null ? [] : [{ node: name, kind: 'field', span: parameter }];
}

function unquote(name: string): string {
  return name.replace(/^(['"])(.*)\1$/s, '$2');
}

function listModule(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  return name === null ? [] : [{ node: name, name: unquote(name.text) }];
}
