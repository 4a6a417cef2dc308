/**
 * Definitions of TypeScript and JavaScript files by the language's own parser, without types. What counts is what the
 * structure pass counts: types with their members, functions and classes under any name at any depth, other variables
 * outside of functions only, members that are assigned to `this`, `exports` and prototypes.
 */
import { readFileSync } from 'node:fs';
import ts from 'typescript-5';
import type { ReferenceSymbol } from './reference.ts';

/** Lists the definitions of the files. Blocks for the parse, about 0.1 s per MB. */
export function listTypescriptSymbols(paths: readonly string[]): readonly ReferenceSymbol[] {
  return paths.flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const found: ReferenceSymbol[] = [];
    const visit = (node: ts.Node, isInFunction: boolean): void => {
      for (const { name, kind } of listNames(node, isInFunction)) {
        const { line } = file.getLineAndCharacterOfPosition(name.getStart(file));
        const plain = 'text' in name ? String(name.text) : name.getText(file);
        found.push({ path, name: plain, line: line + 1, kind });
      }
      const isFunction = ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node);
      const isType = ts.isClassLike(node) || ts.isInterfaceDeclaration(node);
      ts.forEachChild(node, (child) => {
        visit(child, isFunction || (isInFunction && !isType));
      });
    };
    visit(file, false);
    return found;
  });
}

interface Named {
  readonly name: ts.Node;
  readonly kind: string;
}

function listNames(node: ts.Node, isInFunction: boolean): readonly Named[] {
  if (ts.isVariableDeclaration(node)) return listVariables(node, isInFunction);
  if (ts.isPropertyAssignment(node)) {
    return isFunctionValue(node.initializer) ? [{ name: node.name, kind: 'keyed' }] : [];
  }
  if (ts.isBinaryExpression(node)) return listAssigned(node);
  if (ts.isParameter(node)) {
    return ts.isParameterPropertyDeclaration(node, node.parent)
      ? [{ name: node.name, kind: 'parameter property' }]
      : [];
  }
  if (ts.isConstructorDeclaration(node)) {
    const word = node.getChildren().find(({ kind }) => kind === ts.SyntaxKind.ConstructorKeyword);
    return word === undefined ? [] : [{ name: word, kind: 'constructor' }];
  }
  return listDeclared(node);
}

function listDeclared(node: ts.Node): readonly Named[] {
  const name = ts.getNameOfDeclaration(node as ts.Declaration);
  if (name === undefined || (!DECLARED.has(node.kind) && !isMemberOfNamed(node))) return [];
  return [{ name, kind: ts.SyntaxKind[node.kind] }];
}

/** True for a member of an interface or of a type alias, not of a type that is written in place. */
function isMemberOfNamed(node: ts.Node): boolean {
  if (!ts.isPropertySignature(node) && !ts.isMethodSignature(node)) return false;
  return ts.isInterfaceDeclaration(node.parent) || ts.isTypeAliasDeclaration(node.parent.parent);
}

const DECLARED: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.ClassExpression,
  ts.SyntaxKind.InterfaceDeclaration,
  ts.SyntaxKind.TypeAliasDeclaration,
  ts.SyntaxKind.EnumDeclaration,
  ts.SyntaxKind.EnumMember,
  ts.SyntaxKind.ModuleDeclaration,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.GetAccessor,
  ts.SyntaxKind.SetAccessor,
  ts.SyntaxKind.PropertyDeclaration,
]);

function listVariables(node: ts.VariableDeclaration, isInFunction: boolean): readonly Named[] {
  if (node.initializer !== undefined && isFunctionValue(node.initializer)) {
    return [{ name: node.name, kind: 'function variable' }];
  }
  if (isInFunction || !ts.isVariableDeclarationList(node.parent)) return [];
  const owner = node.parent.parent;
  if (ts.isForStatement(owner) || ts.isForInStatement(owner) || ts.isForOfStatement(owner))
    return [];
  return listPattern(node.name).map((name) => ({ name, kind: 'variable' }));
}

function listPattern(name: ts.BindingName): readonly ts.Node[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) =>
    ts.isBindingElement(element) ? listPattern(element.name) : [],
  );
}

function listAssigned({ left, right, operatorToken }: ts.BinaryExpression): readonly Named[] {
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken) return [];
  if (!ts.isPropertyAccessExpression(left) || ts.isIdentifier(right)) return [];
  const owner = left.expression.getText();
  const isExported = owner === 'exports' || owner === 'module.exports';
  if (left.getText() === 'module.exports' || !/^[\w$.]+$/.test(owner)) return [];
  return isExported || isFunctionValue(right) ? [{ name: left.name, kind: 'assigned' }] : [];
}

function isFunctionValue(value: ts.Expression): boolean {
  return ts.isArrowFunction(value) || ts.isFunctionExpression(value) || ts.isClassExpression(value);
}
