/** Which tests belong to a file, and what a test tests: by the names of both, and by what the test imports. */
import { ROLES } from '../model/document.ts';
import { chooseTestedSources, findTestedStem, toStem } from '../ranking/test-names.ts';
import type { RelatedView } from './ports.ts';
import type { RelationContext } from './relation-context.ts';

const TEST = ROLES.indexOf('test');
const SOURCE = ROLES.indexOf('source');

/** Adds `tested_by` items of a source, or `tests` items of a test. */
export function addTests(
  context: RelationContext,
  slot: number,
  importers: ReadonlySet<number>,
): void {
  if (context.view.catalog.role[slot] === TEST) addTested(context, slot);
  else addTesting(context, slot, importers);
}

function addTesting(
  { view, draft }: RelationContext,
  slot: number,
  importers: ReadonlySet<number>,
): void {
  if (!draft.wants('tested_by')) return;
  const byName = new Set(listTestsByName(view, slot, importers));
  for (const test of byName) {
    const isImporter = importers.has(test);
    addTest(draft, test, {
      score: isImporter ? 0.83 : 0.78,
      reason: `by its name it tests the file${isImporter ? ', which it imports' : ''}`,
    });
  }
  for (const test of importers) {
    if (view.catalog.role[test] !== TEST || byName.has(test)) continue;
    addTest(draft, test, { score: 0.68, reason: 'a test that imports the file' });
  }
}

/** A test that is known to use the definition says more already. */
function addTest(
  draft: RelationContext['draft'],
  slot: number,
  facts: { readonly score: number; readonly reason: string },
): void {
  if (!draft.hasFile('tested_by', slot)) draft.addFile({ relation: 'tested_by', slot, ...facts });
}

function addTested({ view, draft }: RelationContext, slot: number): void {
  if (!draft.wants('tests')) return;
  const imported = listImported(view, slot);
  const byName = new Set(listTestedSources(view, slot, imported));
  for (const source of byName) {
    const reason = `by its name the file tests it${imported.has(source) ? ', and imports it' : ''}`;
    draft.addFile({ relation: 'tests', slot: source, score: 0.8, reason });
  }
  for (const source of imported) {
    if (view.catalog.role[source] !== SOURCE || byName.has(source)) continue;
    const reason = 'imported by this test';
    draft.addFile({ relation: 'tests', slot: source, score: 0.6, reason });
  }
}

function listImported({ catalog, symbols }: RelatedView, slot: number): ReadonlySet<number> {
  const edges = symbols.listImports(catalog.documentId[slot] as number);
  const slots = edges.map(({ documentId }) => catalog.slotOf(documentId));
  return new Set(slots.filter((target) => target >= 0));
}

/** Tests that are named like the source; one that imports a namesake of it tests that one. */
function listTestsByName(
  view: RelatedView,
  slot: number,
  importers: ReadonlySet<number>,
): number[] {
  const stem = toStem(view.catalog.paths[slot] as string).toLowerCase();
  const fitting = listSlots(view, TEST, (test) => findTestedStem(test)?.toLowerCase() === stem);
  if (fitting.length === 0) return [];
  const namesakes = listSources(view, stem);
  return fitting.filter(
    (test) =>
      importers.has(test) ||
      chooseSources(view, test, { namesakes, imported: listImported(view, test) }).includes(slot),
  );
}

/** Sources that a test is named for. */
function listTestedSources(
  view: RelatedView,
  slot: number,
  imported: ReadonlySet<number>,
): readonly number[] {
  const stem = findTestedStem(view.catalog.paths[slot] as string)?.toLowerCase();
  if (stem === undefined) return [];
  return chooseSources(view, slot, { namesakes: listSources(view, stem), imported });
}

/** Of sources with the right name those that the test imports, else those with the nearest folders. */
function chooseSources(
  { catalog }: RelatedView,
  test: number,
  known: { readonly namesakes: readonly number[]; readonly imported: ReadonlySet<number> },
): readonly number[] {
  const { namesakes, imported } = known;
  const both = namesakes.filter((source) => imported.has(source));
  if (both.length > 0) return both;
  const pathOf = (slot: number): string => catalog.paths[slot] as string;
  const chosen = new Set(chooseTestedSources(pathOf(test), namesakes.map(pathOf)));
  return namesakes.filter((source) => chosen.has(pathOf(source)));
}

function listSources(view: RelatedView, stem: string): number[] {
  return listSlots(view, SOURCE, (path) => toStem(path).toLowerCase() === stem);
}

/** Slots of a role whose path fits. Cost: a pass over all paths of the role. */
function listSlots(
  { catalog }: RelatedView,
  role: number,
  fits: (path: string) => boolean,
): number[] {
  const slots: number[] = [];
  for (const slot of catalog.listSlots()) {
    if (catalog.role[slot] === role && fits(catalog.paths[slot] as string)) slots.push(slot);
  }
  return slots;
}
