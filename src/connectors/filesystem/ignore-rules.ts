/**
 * Which entries of a root are ignored, with git's own semantics. Three layers are asked in order and the
 * first that has an opinion decides: `.conexusignore` files (the deepest first), git's rules
 * (`.gitignore` files from the deepest to the top of the work tree, then info/exclude, then the user's
 * own file), the built-in deny list. Git's negations do not lift the deny list, `.conexusignore` does.
 *
 * A folder that is ignored is never entered, so nothing below it can be taken back. Rules hold below
 * the root only: the root is listed wherever it lies, and a rule from above it that would hide the root
 * itself is left out. A nested repository (submodule, clone) starts with git rules of its own; another
 * work tree of the same repository is ignored, since its content is in the index already.
 */
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { findRepository, type GitRepository, openRepository } from '../git-repository.ts';
import {
  BUILT_IN_RULES,
  findDenyRule,
  GIT_FOLDER_RULE,
  VIRTUAL_ENVIRONMENT_MARK,
} from './deny-list.ts';
import {
  type GitIgnoreSettings,
  type GitUserFolders,
  loadGitIgnoreSettings,
} from './git-config.ts';
import { type IgnoreCandidate, type IgnoreFile, parseIgnoreFile } from './ignore-file.ts';
import { type IgnoreRule, readRuleText } from './ignore-file.ts';
import { toByteString } from './wildmatch.ts';

/** What the rules of a root are made from. */
export interface IgnoreOptions {
  /** Absolute. */
  readonly root: string;
  /** Where the user's git configuration is; default: the home folder of the process. */
  readonly user?: GitUserFolders;
}

/** The rule that ignores an entry. */
export interface RuleOrigin {
  /** The line as written. */
  readonly rule: string;
  /** Absolute path of the ignore file, or `built-in`. */
  readonly file: string;
  /** 1-based; 0 for built-in rules. */
  readonly line: number;
}

/** An entry of a folder, as its rules are asked. */
export interface EntryName {
  readonly name: string;
  readonly isFolder: boolean;
}

/** The rules that hold for the entries of one folder. Immutable; cheap to keep. */
export interface FolderRules {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Git's files in order of precedence. */
  readonly git: readonly IgnoreFile[];
  /** `.conexusignore` files, the deepest first. */
  readonly own: readonly IgnoreFile[];
  readonly ignoresCase: boolean;
}

/** Names that a folder may hold and that change the rules below it; a reader of folders knows them for free. */
export interface FolderMarks {
  readonly hasGitIgnore: boolean;
  readonly hasOwnIgnore: boolean;
  readonly hasGitPointer: boolean;
  readonly hasVirtualEnvironment: boolean;
}

const GIT_IGNORE_NAME = '.gitignore';
const OWN_IGNORE_NAME = '.conexusignore';
const IGNORE_FILE_NAMES: readonly string[] = [GIT_IGNORE_NAME, OWN_IGNORE_NAME];

/** Finds the marks among the names of a folder's entries. */
export function toFolderMarks(names: ReadonlySet<string>): FolderMarks {
  return {
    hasGitIgnore: names.has(GIT_IGNORE_NAME),
    hasOwnIgnore: names.has(OWN_IGNORE_NAME),
    hasGitPointer: names.has('.git'),
    hasVirtualEnvironment: names.has(VIRTUAL_ENVIRONMENT_MARK),
  };
}

/** The rules of one root. Reads ignore files synchronously; keeps none but those it hands out. */
export class IgnoreRules {
  readonly #root: string;
  readonly #user: GitUserFolders;
  readonly #repository: GitRepository | null;

  constructor(options: IgnoreOptions) {
    this.#root = options.root;
    this.#user = options.user ?? { homeFolder: homedir() };
    this.#repository = findRepository(options.root);
  }

  /**
   * Gives the rules for the entries of the root, those from above it included. An allow-list (a rule that
   * hides everything, then rules that take back) that leaves nothing was written for another layout:
   * outside any work tree, where no index says which files are kept all the same, its rules that hide
   * everything are left out. Debian's kernel sources come with such a file.
   */
  openRoot(entries: readonly EntryName[]): FolderRules {
    const marks = toFolderMarks(new Set(entries.map(({ name }) => name)));
    const settings = loadGitIgnoreSettings(this.#repository, this.#user);
    const outer: FolderRules = {
      folder: dirname(this.#root),
      git: this.#loadOuterFiles(settings),
      own: [],
      ignoresCase: settings.ignoresCase,
    };
    const rules = this.#addFolderFiles(outer, this.#root, marks);
    const [own] = rules.git;
    const others = entries.filter(({ name }) => !IGNORE_FILE_NAMES.includes(name));
    if (this.#repository !== null || own?.base !== toBase(this.#root)) return rules;
    if (others.some((entry) => findIgnoreRule(rules, entry) === null)) return rules;
    const hides = (only: IgnoreFile, line: number): boolean =>
      line < own.lastNegatedLine && others.every((entry) => isHidden(only, this.#root, entry));
    return {
      ...rules,
      git: [...loadRules(own.file, this.#root, { settings, hides }), ...outer.git],
    };
  }

  /**
   * Gives the rules for the entries of a folder inside `parent`, or the built-in rule that ignores the
   * folder for what it contains.
   */
  openFolder(parent: FolderRules, name: string, marks: FolderMarks): FolderRules | RuleOrigin {
    const folder = join(parent.folder, name);
    if (!marks.hasGitPointer && !marks.hasVirtualEnvironment)
      return this.#addFolderFiles(parent, folder, marks);
    const isWanted = findOwnRule(parent, { name, isFolder: true })?.isNegated === true;
    if (marks.hasVirtualEnvironment && !isWanted)
      return { rule: `*/${VIRTUAL_ENVIRONMENT_MARK}`, file: BUILT_IN_RULES, line: 0 };
    const repository = marks.hasGitPointer ? openRepository(folder) : null;
    if (repository === null) return this.#addFolderFiles(parent, folder, marks);
    if (repository.commonFolder === this.#repository?.commonFolder && !isWanted)
      return { rule: 'work tree of the same repository', file: BUILT_IN_RULES, line: 0 };
    return this.#addFolderFiles(this.#enterRepository(parent, repository), folder, marks);
  }

  #enterRepository(parent: FolderRules, repository: GitRepository): FolderRules {
    const settings = loadGitIgnoreSettings(repository, this.#user);
    const git = listSharedFiles(repository, settings).flatMap((file) =>
      loadRules(file, repository.workTree, { settings, hides: () => false }),
    );
    return { ...parent, git, ignoresCase: settings.ignoresCase };
  }

  /** Rules that stand above the root or outside the work tree, without those that hide the root. */
  #loadOuterFiles(settings: GitIgnoreSettings): IgnoreFile[] {
    const top = this.#repository?.workTree ?? this.#root;
    const folders: string[] = [];
    for (let at = this.#root; at !== top && at !== dirname(at);) {
      at = dirname(at);
      folders.push(at);
    }
    const parents = folders.flatMap((folder) =>
      this.#loadOuterFile(join(folder, GIT_IGNORE_NAME), folder, settings),
    );
    const shared = listSharedFiles(this.#repository, settings).flatMap((file) =>
      this.#loadOuterFile(file, top, settings),
    );
    return [...parents, ...shared];
  }

  #loadOuterFile(file: string, base: string, settings: GitIgnoreSettings): IgnoreFile[] {
    const hides = (only: IgnoreFile): boolean => hidesFolder(only, base, this.#root);
    return loadRules(file, base, { settings, hides });
  }

  #addFolderFiles(parent: FolderRules, folder: string, marks: FolderMarks): FolderRules {
    const rulesFor = (name: string, isThere: boolean): IgnoreFile[] => {
      const text = isThere ? readRuleText(join(folder, name), 'nofollow') : null;
      const { ignoresCase } = parent;
      const file = join(folder, name);
      const rules =
        text === null ? null : parseIgnoreFile(text, { file, base: toBase(folder), ignoresCase });
      return rules === null ? [] : [rules];
    };
    const git = rulesFor(GIT_IGNORE_NAME, marks.hasGitIgnore);
    const own = rulesFor(OWN_IGNORE_NAME, marks.hasOwnIgnore);
    return {
      folder,
      git: git.length === 0 ? parent.git : [...git, ...parent.git],
      own: own.length === 0 ? parent.own : [...own, ...parent.own],
      ignoresCase: parent.ignoresCase,
    };
  }
}

/** True for the rule that ignores a folder, as told apart from the rules for its entries. */
export function isRuleOrigin(value: FolderRules | RuleOrigin): value is RuleOrigin {
  return 'rule' in value;
}

/** Gives the rule that ignores an entry of the folder, or null when it is to be listed. */
export function findIgnoreRule(rules: FolderRules, entry: EntryName): RuleOrigin | null {
  if (entry.name === GIT_FOLDER_RULE)
    return { rule: GIT_FOLDER_RULE, file: BUILT_IN_RULES, line: 0 };
  const candidate = toCandidate(rules.folder, entry);
  const own = findFirst(rules.own, candidate);
  if (own !== undefined) return own.rule.isNegated ? null : own.origin;
  const git = findFirst(rules.git, candidate);
  if (git !== undefined && !git.rule.isNegated) return git.origin;
  if (!entry.isFolder) return null;
  const denied = findDenyRule(entry.name, basename(rules.folder));
  return denied === undefined ? null : { rule: denied, file: BUILT_IN_RULES, line: 0 };
}

interface FoundRule {
  readonly rule: IgnoreRule;
  readonly origin: RuleOrigin;
}

function findOwnRule(rules: FolderRules, entry: EntryName): IgnoreRule | undefined {
  return findFirst(rules.own, toCandidate(rules.folder, entry))?.rule;
}

type OpenCandidate = Omit<IgnoreCandidate, 'getPath'> & { readonly folder: string };

function toCandidate(folder: string, entry: EntryName): OpenCandidate {
  return { folder, name: toByteString(entry.name), isFolder: entry.isFolder };
}

function findFirst(files: readonly IgnoreFile[], entry: OpenCandidate): FoundRule | undefined {
  for (const file of files) {
    const { name, isFolder } = entry;
    const getPath = (): string => toByteString(toBase(entry.folder).slice(file.base.length)) + name;
    const rule = file.find({ name, isFolder, getPath });
    if (rule !== undefined)
      return { rule, origin: { rule: rule.text, file: file.file, line: rule.line } };
  }
  return undefined;
}

function toBase(folder: string): string {
  return folder.endsWith('/') ? folder : `${folder}/`;
}

/** Files that hold for a whole repository: its info/exclude before the user's own file. */
function listSharedFiles(repository: GitRepository | null, settings: GitIgnoreSettings): string[] {
  const exclude = repository === null ? [] : [join(repository.commonFolder, 'info/exclude')];
  return [...exclude, settings.excludesFile];
}

interface RuleFilter {
  readonly settings: GitIgnoreSettings;
  /** Asked with each rule alone and its 1-based line; a rule for which it is true is left out. */
  readonly hides: (only: IgnoreFile, line: number) => boolean;
}

function loadRules(file: string, base: string, filter: RuleFilter): IgnoreFile[] {
  const text = readRuleText(file, basename(file) === GIT_IGNORE_NAME ? 'nofollow' : 'follow');
  if (text === null) return [];
  const { ignoresCase } = filter.settings;
  const place = { file, base: toBase(base), ignoresCase };
  const hidingLines = new Set<number>();
  text.split('\n').forEach((line, index) => {
    const only = parseIgnoreFile(line, place);
    if (only !== null && filter.hides(only, index + 1)) hidingLines.add(index + 1);
  });
  const rules = parseIgnoreFile(text, { ...place, keepRule: ({ line }) => !hidingLines.has(line) });
  return rules === null ? [] : [rules];
}

/** True when the rules, asked alone, ignore the folder or one of its parents below `base`. */
function hidesFolder(rules: IgnoreFile, base: string, folder: string): boolean {
  for (let at = folder; at.length > base.length && at !== dirname(at); at = dirname(at)) {
    if (isHidden(rules, dirname(at), { name: basename(at), isFolder: true })) return true;
  }
  return false;
}

function isHidden(rules: IgnoreFile, folder: string, entry: EntryName): boolean {
  return findFirst([rules], toCandidate(folder, entry))?.rule.isNegated === false;
}
