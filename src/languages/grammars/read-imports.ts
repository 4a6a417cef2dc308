/**
 * Readers of import statements, text to value, one for each way of writing. They get the text of one
 * syntax node and are total: text that does not look like an import gives nothing.
 */
import type { ParsedImport } from './grammar.ts';

/** Reads `#include "a.h"` and `#include <a/b.h>`. */
export function readInclude(text: string): readonly ParsedImport[] {
  const match = /#\s*(?:include|import)(?:_next)?\s*(?:"([^"]+)"|<([^>]+)>)/.exec(text);
  return toImport(match?.[1] ?? match?.[2]);
}

/** Reads `import a, { b as c } from 'm'`, `import * as n from 'm'`, `import 'm'`, `import x = require('m')`. */
export function readEsImport(text: string): readonly ParsedImport[] {
  const required = /=\s*require\(\s*['"]([^'"]+)['"]/.exec(text);
  if (required !== null) return toImport(required[1]);
  const match = /^import\s+(?:type\s+)?(?:([^'"]*?)\s*from\s*)?['"]([^'"]+)['"]/.exec(text);
  return match === null ? [] : toImport(match[2], listEsNames(match[1] ?? ''));
}

/** Reads `export { a } from 'm'` and `export * from 'm'`; other exports are no imports. */
export function readEsExport(text: string): readonly ParsedImport[] {
  const match =
    /^export\s+(?:type\s+)?(\*(?:\s*as\s+[\w$]+)?|\{[^}]*\})\s*from\s*['"]([^'"]+)['"]/.exec(text);
  return match === null ? [] : toImport(match[2], listEsNames(match[1] ?? ''));
}

/** Reads `const { a } = require('m')` and a bare `require('m')` or `import('m')`. */
export function readRequire(text: string): readonly ParsedImport[] {
  const match =
    /^(?:([^=()]{1,400}?)\s*=\s*)?(?:await\s+)?(?:require|import)\(\s*['"]([^'"]+)['"]\s*\)/.exec(
      text,
    );
  if (match === null) return [];
  const target = match[1] ?? '';
  return toImport(match[2], target.startsWith('{') ? listEsNames(target) : []);
}

/** Reads `import a.b as c, d`. */
export function readPythonImport(text: string): readonly ParsedImport[] {
  return text
    .replace(/^import\s+/, '')
    .split(',')
    .flatMap((part) => toImport(/^\s*([\w.]+)/.exec(part)?.[1]));
}

/** Reads `from .a import (b, c as d)` and `from a import *`. */
export function readPythonFrom(text: string): readonly ParsedImport[] {
  const match = /^from\s+(\.*\s*[\w.]*)\s+import\s+([^]*)$/.exec(text);
  if (match === null) return [];
  const names = (match[2] ?? '').replace(/#.*$/gm, '').replace(/[()\\]/g, ' ');
  return toImport((match[1] ?? '').replace(/\s/g, ''), listNames(names, /\s+as\s+\w+/));
}

/** Reads one line of an import block: `alias "module/path"`. */
export function readGoImport(text: string): readonly ParsedImport[] {
  return toImport(/["`]([^"`]+)["`]/.exec(text)?.[1]);
}

/** Reads `use a::{b, c::d as e};`, `mod x;` and `extern crate y;`; every path of the tree is one import. */
export function readRustUse(text: string): readonly ParsedImport[] {
  const module = /^(?:pub(?:\([^)]*\))?\s+)?mod\s+(\w+)\s*;/.exec(text)?.[1];
  if (module !== undefined) return toImport(`self::${module}`);
  const crate = /^(?:pub(?:\([^)]*\))?\s+)?extern\s+crate\s+(\w+)/.exec(text)?.[1];
  if (crate !== undefined) return toImport(crate);
  const tree = /^(?:pub(?:\([^)]*\))?\s+)?use\s+([^;]+)/.exec(text)?.[1];
  return tree === undefined ? [] : expandUseTree(tree.replace(/\s+/g, ' ').trim(), '');
}

/** Reads `import a.b.C;`, `import static a.b.C.d;` and `import a.b.*;`. */
export function readJavaImport(text: string): readonly ParsedImport[] {
  const match = /^import\s+(static\s+)?([\w.]+?)(\.\*)?\s*;/.exec(text);
  const path = match?.[2];
  if (match === null || path === undefined) return [];
  if (match[1] === undefined || match[3] !== undefined) return toImport(`${path}${match[3] ?? ''}`);
  const at = path.lastIndexOf('.');
  return toImport(path.slice(0, at), [path.slice(at + 1)]);
}

/** Reads `using A.B;`, `using static A.B;` and `using X = A.B;`. */
export function readCsharpUsing(text: string): readonly ParsedImport[] {
  const match = /^(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?([\w.]+)/.exec(text);
  return toImport(match?.[1]);
}

/** Reads `require 'a'` and `require_relative 'b'`; the second becomes a path with a leading dot. */
export function readRubyRequire(text: string): readonly ParsedImport[] {
  const match = /^(require|require_relative|load)[\s(]+['"]([^'"]+)['"]/.exec(text);
  const module = match?.[2];
  if (match?.[1] !== 'require_relative' || module === undefined) return toImport(module);
  return toImport(module.startsWith('.') ? module : `./${module}`);
}

/** Reads `use A\B;` and `use A\{B, C as D};`. */
export function readPhpUse(text: string): readonly ParsedImport[] {
  const match =
    /^use\s+(?:function\s+|const\s+)?\\?([\w\\]+?)\\?(?:\{([^}]*)\})?\s*(?:as\s+\w+\s*)?(?:,[^;]*)?;/.exec(
      text,
    );
  const prefix = match?.[1];
  if (match === null || prefix === undefined) return [];
  if (match[2] === undefined) return toImport(prefix);
  return listNames(match[2], /\s+as\s+\w+/).map((name) => ({
    module: `${prefix}\\${name}`,
    names: [],
  }));
}

/** Reads `require __DIR__ . '/x.php';`, with a leading dot when the folder of the file is meant. */
export function readPhpInclude(text: string): readonly ParsedImport[] {
  const match =
    /^(?:require|include)(?:_once)?\b\s*\(?\s*(__DIR__\s*\.\s*|dirname\(__FILE__\)\s*\.\s*)?['"]([^'"]+)['"]/.exec(
      text,
    );
  const path = match?.[2];
  return toImport(match?.[1] === undefined || path === undefined ? path : `.${path}`);
}

/** Reads `import a.b.C`, `import a.b.*` and `import a.b.C as D`. */
export function readKotlinImport(text: string): readonly ParsedImport[] {
  return toImport(/^import\s+([\w`]+(?:\.[\w`]+)*(?:\.\*)?)/.exec(text)?.[1]?.replace(/`/g, ''));
}

/** Reads `import Foundation` and `import struct A.B`. */
export function readSwiftImport(text: string): readonly ParsedImport[] {
  const match =
    /import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?([\w.]+)/.exec(text);
  return toImport(match?.[1]);
}

/** Reads `import a.b.{C, D => E}`, `import a.b._` and `import a.b, c.d`. */
export function readScalaImport(text: string): readonly ParsedImport[] {
  return text
    .replace(/^import\s+/, '')
    .split(/,(?![^{]*\})/)
    .flatMap((part) => {
      const match = /^\s*([\w.$]+?)\.?(?:\{([^}]*)\}|([_*]))?\s*$/.exec(
        part.replace(/\s+as\s+\w+\s*$/, ''),
      );
      if (match === null) return [];
      return toImport(match[1], listNames(match[2] ?? '', /\s*(?:=>|\bas\b)\s*\w+/));
    });
}

/** Reads `require "a.b"` with or without a local name before it. */
export function readLuaRequire(text: string): readonly ParsedImport[] {
  return toImport(/^(?:local\s+\w+\s*=\s*)?require\s*\(?\s*['"]([^'"]+)['"]/.exec(text)?.[1]);
}

/** Reads `source a.sh` and `. a.sh`; a leading variable that names a folder is left out. */
export function readShellSource(text: string): readonly ParsedImport[] {
  const match = /^(?:source|\.)\s+(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(text);
  const path = match?.[1] ?? match?.[2] ?? match?.[3];
  return toImport(path?.replace(/^\$(?:\{[^}]*\}|\([^)]*\)|\w+)\//, './'));
}

/** Reads `alias A.{B, C}`, `import A`, `use A` and `require A`. */
export function readElixirUse(text: string): readonly ParsedImport[] {
  const match =
    /^(?:alias|import|use|require)[\s(]+([A-Z][\w.]*?)(?:\.\{([^}]*)\})?(?:\s|,|\)|$)/.exec(text);
  const prefix = match?.[1];
  if (match === null || prefix === undefined) return [];
  if (match[2] === undefined) return toImport(prefix);
  return listNames(match[2], /\s*$/).map((name) => ({ module: `${prefix}.${name}`, names: [] }));
}

/** Reads `const a = @import("a.zig");`. */
export function readZigImport(text: string): readonly ParsedImport[] {
  return toImport(/^[^=]{0,200}=\s*@import\("([^"]+)"\)/.exec(text)?.[1]);
}

/** Reads `import 'a.dart' show B;`, `export 'c.dart';` and `part 'd.dart';`. */
export function readDartImport(text: string): readonly ParsedImport[] {
  const match =
    /^(?:import|export|part)\s+(?!of\b)(?:augment\s+)?['"]([^'"]+)['"](?:[^;]*?\bshow\s+([\w\s,]+))?/.exec(
      text,
    );
  return match === null ? [] : toImport(match[1], listNames(match[2] ?? '', /\s+hide\b.*$/));
}

/** Reads `import qualified A.B as C (d, e)`. */
export function readHaskellImport(text: string): readonly ParsedImport[] {
  const match =
    /^import\s+(?:safe\s+)?(?:qualified\s+)?(?:"[^"]*"\s+)?([\w.]+)(?:\s+qualified)?(?:\s+as\s+[\w.]+)?\s*(hiding)?\s*(?:\(([^]*)\))?/.exec(
      text,
    );
  if (match === null) return [];
  const list = match[2] === undefined ? (match[3] ?? '').replace(/\([^()]*\)/g, '') : '';
  return toImport(match[1], listNames(list, /^type\s+/));
}

/** Reads `open A.B` and `include A`. */
export function readOcamlOpen(text: string): readonly ParsedImport[] {
  return toImport(/^(?:open!?|include)\s+([A-Z][\w.']*)/.exec(text)?.[1]);
}

function expandUseTree(tree: string, prefix: string): readonly ParsedImport[] {
  const group = /^(.*?)\{(.*)\}$/.exec(tree);
  if (group === null) {
    const path = tree.replace(/\s+as\s+\w+$/, '').trim();
    const full = path === 'self' ? prefix.replace(/::$/, '') : `${prefix}${path}`;
    return toImport(full);
  }
  const head = `${prefix}${group[1] ?? ''}`;
  return splitTopLevel(group[2] ?? '').flatMap((part) => expandUseTree(part, head));
}

/** Splits at commas outside of braces. */
function splitTopLevel(list: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const char of list) {
    if (char === '{') depth++;
    if (char === '}') depth--;
    if (char === ',' && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += char;
  }
  return [...parts, part.trim()].filter((text) => text !== '');
}

function listEsNames(clause: string): readonly string[] {
  const braces = /\{([^}]*)\}/.exec(clause)?.[1] ?? '';
  const plain = clause.replace(/\{[^}]*\}/, '').replace(/\*\s*as\s+[\w$]+|\*/, '');
  const isDefault = /^\s*[\w$]+\s*,?\s*$/.test(plain);
  const names = listNames(
    braces.replace(/\/\/.*$/gm, '').replace(/\btype\s+(?=[\w$])/g, ''),
    /\s+as\s+[\w$]+|\s*:\s*[\w$]+|\s*=.*$/,
  );
  return isDefault && /\w/.test(plain) ? ['default', ...names] : names;
}

/** Splits at commas and drops what `alias` matches: the names as the module knows them. */
function listNames(list: string, alias: RegExp): readonly string[] {
  return list
    .split(',')
    .map((name) => name.replace(alias, '').trim())
    .filter((name) => name !== '' && name !== '*');
}

function toImport(
  module: string | undefined,
  names: readonly string[] = [],
): readonly ParsedImport[] {
  return module === undefined || module === '' ? [] : [{ module, names }];
}
