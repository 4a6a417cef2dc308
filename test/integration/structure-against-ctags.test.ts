/**
 * Symbols against universal-ctags on the sources of installed packages and of this repository. Floors, not
 * targets: `bench/structure.ts` measures larger trees and lists the disagreements.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createStructureExtractor } from '../../src/analysis/structure/extractor.ts';
import { hasCtags, runCtags } from '../support/ctags.ts';
import { loadGrammar } from '../support/load-grammar.ts';

const top = join(import.meta.dirname, '..', '..');
const extractor = await createStructureExtractor({ loadGrammar });

if (!hasCtags()) console.log('structure-against-ctags: skipped, universal-ctags is not installed');

function listFiles(folder: string, suffix: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(suffix))
    .sort()
    .map((name) => join(folder, name));
}

test.skipIf(!hasCtags()).each([
  // Kinds that both sides know: ctags reports local variables of TypeScript, too.
  {
    languageId: 'typescript',
    ctags: 'TypeScript',
    kinds: 'cefgimn',
    folder: join(top, 'src'),
    suffix: '.ts',
    floor: 0.98,
  },
  {
    languageId: 'cpp',
    ctags: 'C++',
    kinds: 'cdefgmnstu',
    folder: join(top, 'node_modules', 'better-sqlite3', 'src'),
    suffix: '.cpp',
    floor: 0.9,
  },
])(
  'finds what ctags finds in $languageId',
  ({ languageId, ctags, kinds, folder, suffix, floor }) => {
    const paths = listFiles(folder, suffix).slice(0, 200);
    const ours = new Set<string>();
    for (const path of paths) {
      const result = extractor.extract(languageId, readFileSync(path));
      if (result.kind !== 'structure') continue;
      for (const { name, nameLine } of result.structure.symbols)
        ours.add(`${path}:${name}:${nameLine}`);
    }
    const tags = runCtags(paths, { language: ctags, options: [`--kinds-${ctags}=${kinds}`] });
    const named = tags.filter(({ name }) => !/^__anon|^anonymous/i.test(name));
    const missed = named.filter(({ path, name, line }) => !ours.has(`${path}:${name}:${line}`));
    expect(named.length).toBeGreaterThan(50);
    const recall = 1 - missed.length / named.length;
    expect({ isEnough: recall >= floor, missed: recall >= floor ? [] : missed }).toEqual({
      isEnough: true,
      missed: [],
    });
  },
);
