/**
 * The two settings of git that change what is ignored, read from git's configuration files: system,
 * user, repository, work tree, in this order, the last one winning. A plain `[include]` is followed;
 * `[includeIf]` is not, since its conditions are about things that the listing does not know.
 * Git is never run: a repository's configuration can name programs to run.
 */
import { dirname, join, resolve } from 'node:path';
import type { GitRepository } from '../git-repository.ts';
import { readRuleText } from './ignore-file.ts';

/** What git's configuration says about ignoring. */
export interface GitIgnoreSettings {
  /** Absolute path of the user's own ignore file; it need not exist. */
  readonly excludesFile: string;
  readonly ignoresCase: boolean;
}

/** Where the user's configuration is. */
export interface GitUserFolders {
  /** The home folder: `~` in values, `.gitconfig`. */
  readonly homeFolder: string;
  /** The folder that holds `git/config` and `git/ignore`; default `.config` in the home folder. */
  readonly configFolder?: string;
}

/** Reads the settings that hold in a repository, or outside of any. Missing files mean defaults. */
export function loadGitIgnoreSettings(
  repository: GitRepository | null,
  user: GitUserFolders,
): GitIgnoreSettings {
  const configFolder = user.configFolder ?? join(user.homeFolder, '.config');
  const files = [
    '/etc/gitconfig',
    join(configFolder, 'git/config'),
    join(user.homeFolder, '.gitconfig'),
  ];
  if (repository !== null) {
    files.push(join(repository.commonFolder, 'config'));
    files.push(join(repository.gitFolder, 'config.worktree'));
  }
  const values = new Map<string, string>();
  for (const file of files) collectValues(file, { values, user, depth: 0 });
  const excludesFile = values.get('core.excludesfile') ?? '';
  return {
    excludesFile:
      excludesFile === ''
        ? join(configFolder, 'git/ignore')
        : resolve(repository?.workTree ?? user.homeFolder, expandHome(excludesFile, user)),
    ignoresCase: /^(?:true|yes|on|1)$/i.test(values.get('core.ignorecase') ?? ''),
  };
}

function expandHome(path: string, user: GitUserFolders): string {
  return path.startsWith('~/') ? join(user.homeFolder, path.slice(2)) : path;
}

interface Collecting {
  readonly values: Map<string, string>;
  readonly user: GitUserFolders;
  readonly depth: number;
}

/** Git's own limit on includes inside includes. */
const MAX_INCLUDE_DEPTH = 10;

function collectValues(file: string, collecting: Collecting): void {
  const { values, user, depth } = collecting;
  const text = depth > MAX_INCLUDE_DEPTH ? null : readRuleText(file, 'follow');
  if (text === null) return;
  for (const { key, value } of parseGitConfig(text)) {
    values.set(key, value);
    if (key !== 'include.path') continue;
    const included = resolve(dirname(file), expandHome(value, user));
    collectValues(included, { values, user, depth: depth + 1 });
  }
}

/** One setting; `key` is `section.name` or `section.sub.name`, section and name in lower case. */
export interface GitConfigEntry {
  readonly key: string;
  readonly value: string;
}

/** Parses git's configuration syntax, in file order. Lines that are not understood are left out. */
function parseGitConfig(text: string): readonly GitConfigEntry[] {
  const entries: GitConfigEntry[] = [];
  let section = '';
  for (const line of joinContinuedLines(text)) {
    const header = /^\s*\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\](.*)$/.exec(line);
    if (header !== null) {
      const sub = header[2]?.replace(/\\(.)/g, '$1');
      section = (header[1] ?? '').toLowerCase() + (sub === undefined ? '' : `.${sub}`);
    }
    const setting = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=(.*))?$/.exec(header?.[3] ?? line);
    if (setting === null) continue;
    const value = setting[2] === undefined ? 'true' : parseValue(setting[2]);
    entries.push({ key: `${section}.${(setting[1] ?? '').toLowerCase()}`, value });
  }
  return entries;
}

/** A backslash at the end of a line continues it. */
function joinContinuedLines(text: string): readonly string[] {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n/g, '\n')
    .replace(/(^|[^\\])((?:\\\\)*)\\\n/g, '$1$2')
    .split('\n');
}

/** Resolves quotes and escapes, drops a comment, and trims what stands outside quotes. */
function parseValue(raw: string): string {
  let value = '';
  /** Length of the value without blanks that may turn out to be the last ones. */
  let keptLength = 0;
  for (const [part] of raw.trimStart().matchAll(/"(?:[^"\\]|\\.)*"?|\\.|[#;]|\s+|[^"\\#;\s]+/g)) {
    if (part === '#' || part === ';') break;
    const isBlank = part.trim() === '';
    value += isBlank ? part : unescape(part.replace(/^"|(?<!\\)"$/g, ''));
    if (!isBlank) keptLength = value.length;
  }
  return value.slice(0, keptLength);
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, (_, escaped: string) => VALUE_ESCAPES[escaped] ?? escaped);
}

const VALUE_ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', b: '\b' };
