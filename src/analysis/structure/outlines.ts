/** Outlines that need no parser: languages whose structure stands at the start of lines. */
import type { Structure } from '../../model/symbol.ts';
import { outlineJson, outlineToml, outlineYaml } from './outline-config.ts';
import { outlineMarkdown, outlineRst } from './outline-markup.ts';
import { outlineSql } from './outline-sql.ts';

/** Text and the largest number of symbols in, structure out; total. */
export type Outline = (text: string, maxSymbols: number) => Structure;

const OUTLINES: Readonly<Record<string, Outline>> = {
  json: outlineJson,
  jsonc: outlineJson,
  markdown: outlineMarkdown,
  restructuredtext: outlineRst,
  sql: outlineSql,
  toml: outlineToml,
  yaml: outlineYaml,
};

/** The outline of a language that has one. */
export function findOutline(languageId: string): Outline | undefined {
  return Object.hasOwn(OUTLINES, languageId) ? OUTLINES[languageId] : undefined;
}
