/** Which source a test tests, by the names of both. */
import { toFolder } from './file-scores.ts';

const TEST_NAME =
  /^(?:test[_-](?<a>.+)|(?<b>.+?)[._-](?:test|tests|spec|specs|e2e)|(?<c>.+?)(?:Tests?|Spec|IT|TestCase))$/;
const MAX_SOURCES = 3;

/** The stem of the source that a test file is named for; undefined when its name says nothing. */
export function findTestedStem(path: string): string | undefined {
  const stem = toStem(path);
  const { a, b, c } = TEST_NAME.exec(stem)?.groups ?? {};
  return a ?? b ?? c;
}

/** The base name without its extensions. */
export function toStem(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  return dot <= 0 ? base : base.slice(0, dot);
}

/** Of sources with the right stem, those that share most folder names with the test; none when there are many. */
export function chooseTestedSources(
  testPath: string,
  sources: readonly string[],
): readonly string[] {
  const folders = new Set(toFolder(testPath).split('/'));
  const shared = (path: string): number =>
    toFolder(path)
      .split('/')
      .filter((name) => folders.has(name)).length;
  const best = Math.max(0, ...sources.map(shared));
  const chosen = sources.filter((path) => shared(path) === best);
  return chosen.length > MAX_SOURCES ? [] : chosen;
}
