"""Definitions of Python files by the language's own parser.

Reads paths from standard input, one a line; writes `path<TAB>name<TAB>line<TAB>kind` for each function and class
at any depth and for each name that is assigned in a module or class outside of functions. Files that the
running version cannot parse are named on standard error and give nothing.
"""

import ast
import sys
import warnings

warnings.simplefilter("ignore")


def list_targets(target):
    if isinstance(target, ast.Name):
        yield target
    elif isinstance(target, (ast.Tuple, ast.List)):
        for element in target.elts:
            yield from list_targets(element)


def visit(node, in_function, emit):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            emit(child.name, child.lineno, "function")
            visit(child, True, emit)
        elif isinstance(child, ast.ClassDef):
            emit(child.name, child.lineno, "class")
            visit(child, False, emit)
        else:
            if not in_function:
                targets = []
                if isinstance(child, ast.Assign):
                    targets = child.targets
                elif isinstance(child, ast.AnnAssign):
                    targets = [child.target]
                for target in targets:
                    for name in list_targets(target):
                        emit(name.id, name.lineno, "variable")
            visit(child, in_function or isinstance(child, ast.Lambda), emit)


for line in sys.stdin:
    path = line.rstrip("\n")
    with open(path, "rb") as file:
        source = file.read()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        continue
    visit(tree, False, lambda name, at, kind: print(path, name, at, kind, sep="\t"))
