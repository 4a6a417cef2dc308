/**
 * Folders that no index wants, whatever the ignore files say: stores of version control, installed
 * packages, caches of tools. Folders that hold results of a build (dist, build, target, out, lib) are
 * not here, because projects also keep sources under these names; ignore files name them where they
 * are not sources. A `!name` in a `.conexusignore` takes an entry back; only `.git` itself stays out,
 * as in git.
 */

/** The name under which built-in rules are shown in place of an ignore file. */
export const BUILT_IN_RULES = 'built-in';

/** The rule for the folder (or pointer file) of git itself, which no listing counts. */
export const GIT_FOLDER_RULE = '.git';

/** A folder with this file is a Python virtual environment, whatever its name. */
export const VIRTUAL_ENVIRONMENT_MARK = 'pyvenv.cfg';

const DENIED_FOLDERS: ReadonlySet<string> = new Set([
  // Version control.
  '.git',
  '.hg',
  '.svn',
  '.bzr',
  '.jj',
  '.sl',
  '.pijul',
  '_darcs',
  'CVS',
  // Installed packages.
  'node_modules',
  'bower_components',
  'jspm_packages',
  '.pnpm-store',
  '.venv',
  '.bundle',
  '.eggs',
  // Caches of tools.
  '__pycache__',
  '.tox',
  '.nox',
  '.mypy_cache',
  '.pytest_cache',
  '.ruff_cache',
  '.pytype',
  '.hypothesis',
  '.ipynb_checkpoints',
  '.gradle',
  '.terraform',
  '.terragrunt-cache',
  '.turbo',
  '.cache',
  '.parcel-cache',
  '.sass-cache',
  '.nyc_output',
  '.dart_tool',
  '.stack-work',
  '.bloop',
  '.metals',
  '.ccls-cache',
  '.direnv',
  '.vagrant',
]);

/** Denied only inside the folder named first. */
const DENIED_INSIDE: Readonly<Record<string, readonly string[]>> = {
  '.yarn': ['cache', 'unplugged'],
  '.next': ['cache'],
  '.angular': ['cache'],
  '.nx': ['cache'],
  '.nuxt': ['cache'],
};

/** Gives the built-in rule that denies an entry by its name and its parent's name, or undefined. */
export function findDenyRule(name: string, parentName: string): string | undefined {
  if (DENIED_FOLDERS.has(name)) return `${name}/`;
  if (DENIED_INSIDE[parentName]?.includes(name) === true) return `${parentName}/${name}/`;
  return undefined;
}

/** Names of denied folders, for tools that take a list (the file watcher). Sorted as declared. */
export function listDeniedFolderNames(): readonly string[] {
  return [...DENIED_FOLDERS];
}
