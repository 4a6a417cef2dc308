/**
 * Which language a file is in, by name, suffix or interpreter line, and what is known about a language.
 * Content is never analysed here: a suffix that two languages share belongs to the one that code bases
 * hold more of (`.h` is C, `.m` Objective-C, `.v` Verilog, `.pl` Perl, `.ts` TypeScript).
 */
import { LANGUAGE_TABLE } from './language-table.ts';

/** How comments are written. All lists may be empty. */
export interface CommentSyntax {
  /** What starts a comment that ends with the line. */
  readonly line: readonly string[];
  /** Pairs of start and end. */
  readonly block: readonly (readonly [start: string, end: string])[];
}

/** One language. Suffixes and file names are in lower case; suffixes start with a dot. */
export interface Language {
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly suffixes: readonly string[];
  readonly fileNames: readonly string[];
  readonly interpreters: readonly string[];
  readonly mimeType: string;
  readonly comments: CommentSyntax;
}

/** The id of a file that is in no known language. */
const PLAINTEXT = 'plaintext';

const BLOCK: readonly [string, string] = ['/*', '*/'];
const MARKUP: readonly [string, string] = ['<!--', '-->'];

const COMMENT_STYLES: Readonly<Record<string, CommentSyntax>> = {
  none: { line: [], block: [] },
  c: { line: ['//'], block: [BLOCK] },
  css: { line: [], block: [BLOCK] },
  slashes: { line: ['//'], block: [] },
  hash: { line: ['#'], block: [] },
  hcl: { line: ['#', '//'], block: [BLOCK] },
  php: { line: ['//', '#'], block: [BLOCK] },
  nix: { line: ['#'], block: [BLOCK] },
  jsonnet: { line: ['//', '#'], block: [BLOCK] },
  powershell: { line: ['#'], block: [['<#', '#>']] },
  ini: { line: ['#', ';'], block: [] },
  html: { line: [], block: [MARKUP] },
  jinja: { line: [], block: [['{#', '#}'], MARKUP] },
  dash: { line: ['--'], block: [] },
  sql: { line: ['--'], block: [BLOCK] },
  lua: { line: ['--'], block: [['--[[', ']]']] },
  haskell: { line: ['--'], block: [['{-', '-}']] },
  ocaml: { line: [], block: [['(*', '*)']] },
  fsharp: { line: ['//'], block: [['(*', '*)']] },
  pascal: {
    line: ['//'],
    block: [
      ['{', '}'],
      ['(*', '*)'],
    ],
  },
  percent: { line: ['%'], block: [] },
  percents: { line: ['%%'], block: [] },
  prolog: { line: ['%'], block: [BLOCK] },
  semicolon: { line: [';'], block: [] },
  'lisp-wasm': { line: [';;'], block: [['(;', ';)']] },
  assembly: { line: [';', '#', '//'], block: [BLOCK] },
  bang: { line: ['!'], block: [] },
  batch: { line: ['REM', '::'], block: [] },
  vim: { line: ['"'], block: [] },
  vb: { line: ["'"], block: [] },
};

/** All languages, in the order of the table. Frozen. */
export const LANGUAGES: readonly Language[] = Object.freeze(
  LANGUAGE_TABLE.trim().split('\n').map(parseRow),
);

function parseRow(row: string): Language {
  const [id = '', name = '', suffixes, fileNames, interpreters, mimeType, comments] = row
    .split('|')
    .map((cell) => cell.trim());
  return {
    id,
    name,
    suffixes: toList(suffixes),
    fileNames: toList(fileNames),
    interpreters: toList(interpreters),
    mimeType: mimeType || `text/x-${id}`,
    comments: COMMENT_STYLES[comments ?? ''] ?? { line: [], block: [] },
  };
}

function toList(cell: string | undefined): readonly string[] {
  return (cell ?? '').split(/\s+/).filter((word) => word !== '');
}

const BY_ID = new Map(LANGUAGES.map((language) => [language.id, language]));
const BY_DISPLAY_NAME = indexBy(({ name }) => [name.toLowerCase()]);
const BY_SUFFIX = indexBy(({ suffixes }) => suffixes);
const BY_FILE_NAME = indexBy(({ fileNames }) => fileNames);
const BY_INTERPRETER = indexBy(({ interpreters }) => interpreters);

function indexBy(list: (language: Language) => readonly string[]): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  for (const language of LANGUAGES) {
    for (const key of list(language)) if (!index.has(key)) index.set(key, language.id);
  }
  return index;
}

/** Gives a language by its id. */
export function findLanguageById(id: string): Language | undefined {
  return BY_ID.get(id);
}

/**
 * Gives the id of the language that people mean by a name: an id, a display name (`C++`), a suffix without
 * its dot (`ts`), a program (`python3`). Case aside.
 */
export function findLanguageIdByName(name: string): string | undefined {
  const wanted = name.trim().toLowerCase();
  if (BY_ID.has(wanted)) return wanted;
  return BY_DISPLAY_NAME.get(wanted) ?? BY_SUFFIX.get(`.${wanted}`) ?? BY_INTERPRETER.get(wanted);
}

/** The MIME type of a language; `text/plain` for an unknown id. */
export function getMimeType(id: string): string {
  return BY_ID.get(id)?.mimeType ?? 'text/plain';
}

/**
 * Gives the id of a file's language, `plaintext` when none is known. Asked in order: the whole name, the
 * longest suffix, the name before its last dot (`Dockerfile.dev`), the interpreter on the first line.
 * Case is ignored, except that `.C` and `.H` are C++, and `BUILD` in capitals is Bazel's.
 */
export function findLanguage(path: string, firstLine?: string): string {
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  const name = fileName.toLowerCase();
  if (/\.[CH]$/.test(fileName)) return 'cpp';
  if (fileName === 'BUILD') return 'bazel';
  return (
    BY_FILE_NAME.get(name) ??
    findBySuffix(name) ??
    findByInterpreter(firstLine) ??
    BY_FILE_NAME.get(name.replace(/\.[^.]*$/, '')) ??
    PLAINTEXT
  );
}

function findBySuffix(name: string): string | undefined {
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const id = BY_SUFFIX.get(name.slice(dot));
    if (id !== undefined) return id;
  }
  return undefined;
}

/** `#!/usr/bin/env -S python3.12 -u` names python3.12, which is python3, which is Python. */
function findByInterpreter(firstLine: string | undefined): string | undefined {
  if (firstLine === undefined || !firstLine.startsWith('#!')) return undefined;
  const words = firstLine.slice(2, 300).trim().split(/\s+/);
  const command = toCommand(words[0]);
  const isEnv = command === 'env';
  const argument = words.slice(1).find((word) => !word.startsWith('-') && !word.includes('='));
  const name = (isEnv ? toCommand(argument) : command).toLowerCase();
  return BY_INTERPRETER.get(name) ?? BY_INTERPRETER.get(name.replace(/[\d.-]+$/, ''));
}

function toCommand(path: string | undefined): string {
  return path?.slice(path.lastIndexOf('/') + 1) ?? '';
}
