/** Java: types, their members and enum constants. Bodies of methods are not entered. */
import type { DefinedName, Grammar, SyntaxNode } from './grammar.ts';
import { readJavaImport } from './read-imports.ts';
import { SLASH_COMMENTS, words } from './rules.ts';

export const java: Grammar = {
  language: 'java',
  file: 'java',
  comments: SLASH_COMMENTS,
  walk: words(
    'class_body interface_body enum_body enum_body_declarations annotation_type_body constructor_body',
  ),
  wrappers: ['field_declaration', 'constant_declaration'],
  definitions: {
    class_declaration: { kind: 'class', scope: 'type' },
    record_declaration: { kind: 'class', names: listRecord, scope: 'type' },
    interface_declaration: { kind: 'interface', scope: 'type' },
    annotation_type_declaration: { kind: 'interface', scope: 'type' },
    enum_declaration: { kind: 'enum', scope: 'type' },
    enum_constant: { kind: 'constant', scope: 'type' },
    method_declaration: { kind: 'method' },
    constructor_declaration: { kind: 'method' },
    compact_constructor_declaration: { kind: 'method' },
    annotation_type_element_declaration: { kind: 'method' },
    variable_declarator: { kind: 'field', names: nameField, body: 'none' },
  },
  imports: { import_declaration: readJavaImport },
  references: {
    identifiers: ['identifier', 'type_identifier'],
    comments: ['line_comment', 'block_comment'],
    strings: words('string_literal character_literal string_fragment'),
    imports: ['import_declaration'],
    calls: { method_invocation: 'name', object_creation_expression: 'type' },
    types: ['type_identifier'],
  },
};

/** A record and its components. */
function listRecord(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  const components = node.childForFieldName('parameters')?.namedChildren ?? [];
  if (name === null) return [];
  return [
    { node: name },
    ...components.flatMap((component) => nameComponent(component, name.text)),
  ];
}

function nameComponent(component: SyntaxNode, container: string): readonly DefinedName[] {
  const name = component.type === 'formal_parameter' ? component.childForFieldName('name') : null;
  return name === null ? [] : [{ node: name, kind: 'field', container, span: component }];
}

function nameField(node: SyntaxNode): readonly DefinedName[] {
  const name = node.childForFieldName('name');
  const owner = node.parent;
  if (name === null || owner === null) return [];
  const isConstant =
    owner.type === 'constant_declaration' ||
    /\bstatic\b[^=;]*\bfinal\b|\bfinal\b[^=;]*\bstatic\b/.test(owner.text.slice(0, 200));
  return [{ node: name, kind: isConstant ? 'constant' : 'field' }];
}
