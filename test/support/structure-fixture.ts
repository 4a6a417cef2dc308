/**
 * The written form of a structure, one line for each symbol and import, in which expected results are kept:
 *
 *   12-20 method Outer.Inner.name | signature | doc
 *   import 3 module name,name
 *
 * `@14` behind the range gives the line of the name where it is not the first.
 */
import type { Structure, SymbolDefinition } from '../../src/model/symbol.ts';

/** The written form, without an end of line after the last one. */
export function formatStructure({ symbols, imports }: Structure): string {
  return [
    ...symbols.map(formatSymbol),
    ...imports.map(({ line, module, names }) =>
      `import ${line} ${module} ${names.join(',')}`.trimEnd(),
    ),
  ].join('\n');
}

function formatSymbol(symbol: SymbolDefinition): string {
  const { startLine, endLine, nameLine, container, name } = symbol;
  const range = startLine === endLine ? `${startLine}` : `${startLine}-${endLine}`;
  const at = nameLine === startLine ? '' : `@${nameLine}`;
  const full = container === '' ? name : `${container}.${name}`;
  const doc = symbol.doc === '' ? '' : ` | ${symbol.doc}`;
  return `${range}${at} ${symbol.kind} ${full} | ${symbol.signature}${doc}`;
}
