/** Outlines that need no parser: languages whose structure stands at the start of lines. */
import type { Structure } from '../../model/symbol.ts';

/** Text and the largest number of symbols in, structure out; total. */
export type Outline = (text: string, maxSymbols: number) => Structure;

const OUTLINES: Readonly<Record<string, Outline>> = {};

/** The outline of a language that has one. */
export function findOutline(languageId: string): Outline | undefined {
  return OUTLINES[languageId];
}
