/**
 * The shape of one language's data file: which syntax nodes are definitions, what they are called,
 * which nodes only have to be walked through, and how imports are read from their text. It is data
 * for the walker in `analysis/structure`, not a parser: a language is added by one file of this shape
 * and one fixture.
 *
 * The walk goes from the root downwards and enters only nodes that are named in `walk`, in
 * `definitions` (when the rule has a scope) or in `wrappers`; everything else is never visited. That is
 * what keeps the walk at a few percent of the parse: a query that looks at every node costs a third
 * of the parse, a walk that stays out of expressions 3 % (10 MB of C, one thread, Node 24).
 */
import type { ChunkKind } from '../../model/document.ts';

/** The part of a syntax node that rules may look at. A node of the parser satisfies it. Offsets are UTF-16. */
export interface SyntaxNode {
  readonly type: string;
  readonly text: string;
  readonly startIndex: number;
  readonly endIndex: number;
  readonly startPosition: { readonly row: number };
  readonly parent: SyntaxNode | null;
  readonly namedChildren: readonly SyntaxNode[];
  readonly children: readonly SyntaxNode[];
  readonly firstNamedChild: SyntaxNode | null;
  readonly lastNamedChild: SyntaxNode | null;
  readonly previousNamedSibling: SyntaxNode | null;
  readonly nextNamedSibling: SyntaxNode | null;
  childForFieldName(name: string): SyntaxNode | null;
  childrenForFieldName(name: string): readonly SyntaxNode[];
}

/** What encloses a node: nothing, a type-like definition, a module-like one, or a function. */
export type Place = 'file' | 'type' | 'module' | 'function';

/** One name that a definition node introduces; a node may introduce several (`int a, b;`). */
export interface DefinedName {
  /** The node that holds the name: gives the line, and the name unless `name` is set. */
  readonly node: SyntaxNode;
  readonly name?: string;
  /** Replaces the kind of the rule. */
  readonly kind?: ChunkKind;
  /** Added to the container: the receiver of a Go method, `Foo` of `Foo::bar`. */
  readonly container?: string;
  /** The definition proper when it is smaller than the node of the rule. */
  readonly span?: SyntaxNode;
  /** Opens the scope of the rule and is no symbol itself (`extension Foo` in Swift). */
  readonly isScopeOnly?: boolean;
  /** Belongs to what encloses the innermost scope (a property made by a constructor's parameter). */
  readonly isOfOuterScope?: boolean;
  /** `none`: what is inside is not visited, although the rule has a scope. */
  readonly scope?: 'none';
  /** Where the definition ends when that is behind its node. */
  readonly lastNode?: SyntaxNode;
}

/** How one node type defines symbols. */
export interface DefinitionRule {
  /** Absent: the node opens a scope but is no symbol itself (`impl Foo` in Rust, a function without a name). */
  readonly kind?: ChunkKind;
  /** Used in place of `kind` directly inside a type. */
  readonly memberKind?: ChunkKind;
  /** A field name (default `name`) or a function that lists the names; an empty list means no definition. */
  readonly names?: string | ((node: SyntaxNode, place: Place) => readonly DefinedName[]);
  /**
   * What the node is to the definitions inside it: `pass` when they belong to what is around it. Absent:
   * nothing inside is visited.
   */
  readonly scope?: 'type' | 'module' | 'function' | 'pass';
  /** Field or child type that is the body, where the signature ends. Default `body`. */
  readonly body?: string;
  /** The rule does not apply directly inside a function (local variables). */
  readonly isOutsideFunctions?: boolean;
  /** Opens its scope and never has a name (`function () {}`). */
  readonly isNameless?: boolean;
  /** The node is passed over with all below it when its text does not match; a cheap test before any node is read. */
  readonly when?: RegExp;
  /** The same, directly inside a function only. */
  readonly whenLocal?: RegExp;
}

/** An import as read from the text of its node; the walker adds the line. */
export interface ParsedImport {
  readonly module: string;
  readonly names: readonly string[];
}

/** How comments are written. */
export interface CommentSyntax {
  readonly line: readonly string[];
  readonly block: readonly (readonly [open: string, close: string])[];
}

/** Everything that the structure pass knows about one language. */
export interface Grammar {
  /** Language id, as in the table of languages. */
  readonly language: string;
  /** Name that the grammar file is loaded by. */
  readonly file: string;
  readonly comments: CommentSyntax;
  /** Node types to walk through. Error nodes and the root are always walked through. */
  readonly walk: readonly string[];
  /** Node types to walk through when their text matches: most expressions define nothing. */
  readonly walkWhen?: Readonly<Record<string, RegExp>>;
  /** Node types to walk through outside of functions only. */
  readonly walkOutsideFunctions?: readonly string[];
  /** Node types that belong to the one definition in them: decorators, `export`, template heads. */
  readonly wrappers?: readonly string[];
  /** Wrappers that count only for a definition that starts on their line (`const a = 1`, not a group). */
  readonly lineWrappers?: readonly string[];
  /** Node types that stand before a definition as its sibling and belong to it (`#[derive]`). */
  readonly prefixes?: readonly string[];
  readonly definitions: Readonly<Record<string, DefinitionRule>>;
  /** Node type -> reader of the node's text. */
  readonly imports?: Readonly<Record<string, (text: string) => readonly ParsedImport[]>>;
  /** The documentation is a string at the start of the body (Python). */
  readonly hasDocstrings?: boolean;
  /** Heads end with their line unless a parenthesis is open, as in languages without a mark before bodies. */
  readonly hasLineHeads?: boolean;
  /** Definitions of one name that follow each other are clauses of one symbol. */
  readonly mergesClauses?: boolean;
  /** Gives the documentation of the definition at an offset as written, where that is no comment; may be empty. */
  readonly findDoc?: (text: string, start: number) => string;
  /** Rewrites the text before parsing; the length must stay the same. */
  readonly prepare?: (text: string) => string;
  /** Stands at the top of a file and is put before lines from its middle, so that they parse. Without a line end. */
  readonly partPrefix?: string;
  /** Node types for the classification of references. */
  readonly references: ReferenceTypes;
}

/** Node types that tell what an occurrence of a name is. */
export interface ReferenceTypes {
  /** Leaf types that hold names. */
  readonly identifiers: readonly string[];
  readonly comments: readonly string[];
  readonly strings: readonly string[];
  /** Node types of imports; any occurrence inside is an import. */
  readonly imports: readonly string[];
  /** Call nodes with the field that holds what is called. */
  readonly calls: Readonly<Record<string, string>>;
  /** Leaf types that name a type wherever they stand. */
  readonly types: readonly string[];
}
