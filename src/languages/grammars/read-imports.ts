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
