/**
 * Names inside C and C++ declarations. A declarator wraps its identifier in pointers, arrays, parentheses
 * and parameter lists; the field `declarator` leads down to it. Prototypes and `extern` declarations
 * are no definitions and give nothing. A name qualified with `::` is split into container and name.
 */
import type { DefinedName, Place, SyntaxNode } from './grammar.ts';

const LEAVES: ReadonlySet<string> = new Set([
  'identifier',
  'field_identifier',
  'type_identifier',
  'qualified_identifier',
  'destructor_name',
  'operator_name',
  'operator_cast',
  'template_function',
]);
/** Declarators nested deeper are not followed. */
export const MAX_DEPTH = 24;

/** Gives the name of a function definition; with an unknown macro before it, the recovered name. */
export function findDeclaratorName(node: SyntaxNode): readonly DefinedName[] {
  const declarator = node.childForFieldName('declarator');
  if (declarator === null) return [];
  if (declarator.type === 'parenthesized_declarator') {
    // `int MACRO name(void) {` is recovered as a definition whose type is the name.
    const type = node.childForFieldName('type');
    return type?.type === 'type_identifier' ? [{ node: type }] : [];
  }
  const macro = findMacroTest(declarator);
  if (macro !== undefined) return [macro];
  const leaf = findLeaf(declarator);
  return leaf === undefined ? [] : [toQualifiedName(leaf)];
}

/** Lists the variables, fields or types that a declaration introduces. */
export function listDeclared(node: SyntaxNode, place: Place): readonly DefinedName[] {
  const text = node.text;
  if (!text.endsWith(';') || /^extern\b(?!\s*")[^={]*;$/.test(text)) return [];
  const names: DefinedName[] = [];
  for (const declarator of node.childrenForFieldName('declarator')) {
    const name = toDeclaredName(node, declarator, place);
    if (name !== undefined) names.push(name);
  }
  return names;
}

/** Names a struct, union, enum or class that has a body; without a name it takes its typedef's. */
export function listNamedBody(node: SyntaxNode): readonly DefinedName[] {
  if (node.childForFieldName('body') === null) return [];
  const name = node.childForFieldName('name');
  if (name !== null) return [toQualifiedName(name)];
  const outer = node.parent;
  if (outer?.type !== 'type_definition') return [];
  const declarator = outer.childForFieldName('declarator');
  const leaf = declarator === null ? undefined : findLeaf(declarator);
  return leaf === undefined ? [] : [{ node: leaf, span: outer }];
}

/**
 * Names what a macro call at the top level defines: the body that follows `SYSCALL_DEFINE3(read, …)`,
 * or the variable of `DEFINE_MUTEX(lock);` and `LIST_HEAD(list);`.
 */
export function listMacroDefinitions(node: SyntaxNode): readonly DefinedName[] {
  const text = node.text;
  const macro = /^(\w+)\s*\(/.exec(text)?.[1];
  if (macro === undefined) return [];
  const isVariable = /^(?:DEFINE|DECLARE)_|^H?LIST_HEAD$/.test(macro);
  // Siblings and children are looked up last: most statements are `EXPORT_SYMBOL(name);`.
  const body = text.endsWith(';') ? null : node.nextNamedSibling;
  const isFunction = body?.type === 'compound_statement';
  if (!isFunction && !isVariable) return [];
  const names = listArguments(node.firstNamedChild);
  const name = macro.includes('PER_CPU') ? names.at(-1) : names[0];
  if (name === undefined) return [];
  return [isFunction ? { node: name, kind: 'function', lastNode: body } : { node: name }];
}

/** The plain names among the arguments of a call. */
function listArguments(call: SyntaxNode | null): readonly SyntaxNode[] {
  const list = call?.type === 'call_expression' ? call.childForFieldName('arguments') : null;
  return (list?.namedChildren ?? []).filter(({ type }) => type === 'identifier');
}

function toDeclaredName(
  node: SyntaxNode,
  declarator: SyntaxNode,
  place: Place,
): DefinedName | undefined {
  if (node.type !== 'type_definition' && isPrototype(declarator)) {
    return undefined;
  }
  const leaf = findLeaf(declarator);
  if (leaf === undefined || (place === 'file' && leaf.startIndex === leaf.endIndex))
    return undefined;
  if (node.type === 'type_definition' && isAnonymousBody(node)) return undefined;
  return toQualifiedName(leaf);
}

/** True for `f(int)` and `*f(int)`, false for `(*f)(int)` and for anything that is not a function. */
function isPrototype(declarator: SyntaxNode): boolean {
  let node: SyntaxNode | null = declarator;
  for (let depth = 0; node !== null && depth < MAX_DEPTH; depth++) {
    if (node.type === 'function_declarator') {
      return node.childForFieldName('declarator')?.type !== 'parenthesized_declarator';
    }
    if (LEAVES.has(node.type) || node.type === 'init_declarator') return false;
    node = stepDown(node);
  }
  return false;
}

function isAnonymousBody(definition: SyntaxNode): boolean {
  const type = definition.childForFieldName('type');
  return (
    type !== null &&
    type.childForFieldName('body') !== null &&
    type.childForFieldName('name') === null
  );
}

function findLeaf(declarator: SyntaxNode): SyntaxNode | undefined {
  let node: SyntaxNode | null = declarator;
  for (let depth = 0; node !== null && depth < MAX_DEPTH; depth++) {
    if (LEAVES.has(node.type)) return node;
    node = stepDown(node);
  }
  return undefined;
}

function stepDown(node: SyntaxNode): SyntaxNode | null {
  const next = node.childForFieldName('declarator');
  if (next !== null) return next;
  const wraps =
    node.type === 'parenthesized_declarator' || node.type.endsWith('reference_declarator');
  return wraps ? node.lastNamedChild : null;
}

/** `TEST(Suite, name) {` parses as a function called TEST; the test is what is defined. */
function findMacroTest(declarator: SyntaxNode): DefinedName | undefined {
  if (declarator.type !== 'function_declarator') return undefined;
  const match = /^([A-Z][A-Z0-9_]*)\s*\(\s*(\w+)\s*(?:,\s*(\w+)\s*)?\)$/.exec(declarator.text);
  const [, macro, first, second] = match ?? [];
  if (macro === undefined || first === undefined || first === 'void') return undefined;
  return second === undefined
    ? { node: declarator, name: first }
    : { node: declarator, name: second, container: first };
}

function toQualifiedName(node: SyntaxNode): DefinedName {
  if (node.type === 'template_type' || node.type === 'template_function') {
    return { node, name: node.text.replace(/\s*<.*$/s, '') };
  }
  if (node.type !== 'qualified_identifier' && node.type !== 'operator_cast') return { node };
  const text = node.text.replace(/\s+/g, ' ');
  if (node.type === 'operator_cast') return { node, name: text.replace(/\s*\(.*$/, '') };
  const parts = splitQualified(text);
  const name = parts.at(-1) ?? text;
  return { node, name, container: parts.slice(0, -1).join('.') };
}

/** Splits at `::` outside of template arguments and drops those arguments. */
function splitQualified(text: string): readonly string[] {
  const operatorAt = text.search(/\boperator\b/);
  const head = operatorAt < 0 ? text : text.slice(0, operatorAt);
  let plain = head;
  for (let before = ''; before !== plain;) {
    before = plain;
    plain = plain.replace(/<[^<>]*>/g, '');
  }
  const parts = plain.split('::').map((part) => part.trim());
  if (operatorAt >= 0) parts[parts.length - 1] = text.slice(operatorAt).replace(/\s*\(.*$/, '');
  return parts.filter((part) => part !== '');
}
