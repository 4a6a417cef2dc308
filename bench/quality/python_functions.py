"""Resolves labels of functions to lines.

Reads JSON from standard input: a list of "path:name" or "path:Class.name", paths relative to the
working folder. Writes a JSON list of [path, first line, last line], decorators included; a label
that the file does not hold is left out. A function inside a function counts as its outermost one.
"""

import ast
import json
import sys


def list_functions(body, prefix):
    """Gives (qualified name, first line, last line) of the outermost functions, one by one."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno] + [decorator.lineno for decorator in node.decorator_list])
            yield prefix + node.name, first, node.end_lineno
        elif isinstance(node, ast.ClassDef):
            yield from list_functions(node.body, prefix + node.name + ".")
        else:
            for name in ("body", "orelse", "finalbody"):
                yield from list_functions(getattr(node, name, []), prefix)
            for handler in getattr(node, "handlers", []):
                yield from list_functions(handler.body, prefix)


def resolve(labels):
    """Gives the lines of each label; the first definition where a name is defined twice."""
    found = []
    for label in labels:
        path, _, name = label.rpartition(":")
        try:
            with open(path, "rb") as file:
                tree = ast.parse(file.read())
        except (OSError, SyntaxError, ValueError) as error:
            print(f"{label}: {error}", file=sys.stderr)
            continue
        for qualified, first, last in list_functions(tree.body, ""):
            if name == qualified or name.startswith(qualified + "."):
                found.append([path, first, last])
                break
        else:
            print(f"{label}: not there", file=sys.stderr)
    return found


json.dump(resolve(json.load(sys.stdin)), sys.stdout)
