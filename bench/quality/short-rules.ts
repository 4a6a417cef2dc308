/**
 * Makes short queries from source text, each with the lines that answer it:
 *
 * - `doc`: the first sentence of a function's documentation, without the function's name -> the function;
 * - `question`: the same of another function, turned into a question -> the function;
 * - `error`: an error message as a user would see it, values filled in -> the line that makes it;
 * - `symbol`: a name defined once in the code base -> its definition.
 *
 * Deterministic: the seed decides which of the possible queries are taken, by hash, so that a file more or less
 * changes few of them.
 */
import { createHash } from 'node:crypto';
import { type Definition, findShapeLanguage, listDefinitions } from './definitions.ts';
import type { LineRange } from './metrics.ts';
import { isSourceFile } from './source-files.ts';

/** The rules. */
export const SHORT_KINDS = ['doc', 'question', 'error', 'symbol'] as const;
export type ShortKind = (typeof SHORT_KINDS)[number];

/** One query with its answer. */
export interface ShortQuery {
  readonly kind: ShortKind;
  readonly query: string;
  readonly gold: LineRange;
  readonly language: string;
}

/** A file of the code base. */
export interface SourceText {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

/** How many of each kind are taken, and which. */
export interface ShortSelection {
  readonly seed: number;
  readonly perKind: number;
}

/** Makes the queries of one code base, at most one for each file and kind. */
export function makeShortQueries(
  files: readonly SourceText[],
  { seed, perKind }: ShortSelection,
): readonly ShortQuery[] {
  const possible = files
    .filter(({ path }) => isSourceFile(path))
    .flatMap((file) => listPossible(file));
  const counts = new Map<string, number>();
  for (const { kind, key } of possible) {
    counts.set(`${kind}\t${key}`, (counts.get(`${kind}\t${key}`) ?? 0) + 1);
  }
  const used = new Set<string>();
  return SHORT_KINDS.flatMap((kind) => {
    const ordered = possible
      .filter((entry) => entry.kind === kind && counts.get(`${kind}\t${entry.key}`) === 1)
      .map((entry) => ({ entry, order: toOrder(seed, entry) }))
      .toSorted((left, right) => (left.order < right.order ? -1 : 1));
    const taken: ShortQuery[] = [];
    for (const { entry } of ordered) {
      const place = `${entry.gold.path}:${entry.gold.startLine}`;
      const file = `${kind}\t${entry.gold.path}`;
      if (taken.length === perKind) break;
      if (entry.query === '' || used.has(place) || used.has(file)) continue;
      used.add(place).add(file);
      taken.push({ kind, query: entry.query, gold: entry.gold, language: entry.language });
    }
    return taken;
  });
}

interface Possible extends ShortQuery {
  /** What must be there only once in the code base for the answer to be the only one. */
  readonly key: string;
}

function toOrder(seed: number, { kind, gold, query }: ShortQuery): string {
  return createHash('sha256').update(`${seed}\t${kind}\t${gold.path}\t${query}`).digest('hex');
}

function listPossible({ path, text }: SourceText): readonly Possible[] {
  const language = findShapeLanguage(path);
  if (language === null) return [];
  const fromDefinitions = listDefinitions(path, text).flatMap((definition) => {
    const gold = { path, startLine: definition.startLine, endLine: definition.endLine };
    const sentence = toPlainSentence(definition);
    const key = sentence.toLowerCase();
    const common = { gold, language };
    return [
      {
        kind: 'symbol' as const,
        query: toSymbolQuery(definition),
        key: definition.name,
        ...common,
      },
      ...(sentence === ''
        ? []
        : [
            { kind: 'doc' as const, query: sentence, key, ...common },
            { kind: 'question' as const, query: toQuestion(sentence), key, ...common },
          ]),
    ];
  });
  return [...fromDefinitions, ...listErrors(path, text, language)];
}

/** Names that say something: two words or more. An empty query still counts against uniqueness. */
function toSymbolQuery({ name }: Definition): string {
  return name.length >= 7 && /[a-z][A-Z]|[a-zA-Z]_[a-zA-Z]/.test(name) ? name : '';
}

/** The summary without the function's name; empty unless it reads as prose of 5 to 25 words. */
function toPlainSentence({ name, summary, isFunction }: Definition): string {
  const sentence = summary.startsWith(`${name} `) ? summary.slice(name.length + 1) : summary;
  const words = sentence.split(' ');
  const isProse =
    /^[\x20-\x7e]+$/.test(sentence) && !/[{}<>@|\\=]|https?:|TODO|deprecated/i.test(sentence);
  const namesItself = words.some((word) => word.replaceAll(/\W/g, '') === name);
  const isLong = words.length >= 5 && words.length <= 25;
  return isFunction && isProse && isLong && !namesItself ? sentence : '';
}

const VERBS = new Set(
  (
    'add append apply assert build calculate check clean clear close collect compare compile compute convert copy count ' +
    'create decode define delete detect determine disable dispatch drop emit enable encode ensure escape evaluate execute ' +
    'expand extract fetch fill filter find flush format generate get handle insert invoke join list load lock look make ' +
    'map mark match merge move normalize notify open parse perform prepare print process push put query read receive ' +
    'record register release remove render replace report reset resolve restore retrieve return rewrite run save schedule ' +
    'search select send set sort split start stop store strip translate try update validate verify wait walk wrap write'
  ).split(' '),
);

/** A question about what a sentence that starts with a verb says; empty for other sentences. */
function toQuestion(sentence: string): string {
  const [first = '', ...rest] = sentence.split(' ');
  const verb = toBaseForm(first.toLowerCase());
  if (verb === null) return '';
  const openings = [
    'how does it',
    'where does the code',
    'where do we',
    'which function should',
  ] as const;
  return `${openings[sentence.length % openings.length]} ${verb} ${rest.join(' ')}?`;
}

function toBaseForm(word: string): string | null {
  const forms = [word, word.replace(/s$/, ''), word.replace(/es$/, ''), word.replace(/ies$/, 'y')];
  return forms.find((form) => VERBS.has(form)) ?? null;
}

/** Message after what raises it; the quotes differ by language. */
const RAISES: Readonly<Record<string, RegExp>> = {
  Python: /\braise\s+[\w.]+\(\s*[fr]?(["'])(.+?)\1/,
  TypeScript: /(?:\bthrow new \w+|\bnew \w*Error|\bwarn)\(\s*(["'`])(.+?)\1/,
  JavaScript: /(?:\bthrow new \w+|\bnew \w*Error|\bwarn)\(\s*(["'`])(.+?)\1/,
  Go: /\b(?:errors\.New|fmt\.Errorf|errors\.Errorf|errors\.Wrapf?)\([^"]*(")(.+?)"/,
  Rust: /\b(?:panic!|bail!|assert!|expect|Error::new)\([^"]*(")(.+?)"/,
  C: /\b(?:addReplyError\w*|fprintf|serverLog|serverPanic|perror|panic\w*|sds\w*fmt)\([^"]*(")(.+?)"/,
  PHP: /\bthrow new \w+\(\s*(["'])(.+?)\1/,
  Kotlin: /(?:\bthrow \w+|\berror|\brequire|\bcheck)\([^"]*(")(.+?)"/,
};
const PLACEHOLDER = /\$\{[^}]*\}|\$\w+|%[-+#0-9.]*[a-zA-Z]|\{[^}]*\}/g;

function listErrors(path: string, text: string, language: string): readonly Possible[] {
  const raises = RAISES[language];
  if (raises === undefined) return [];
  return text.split('\n').flatMap((line, index) => {
    const message = line.length > 400 ? undefined : raises.exec(line)?.[2];
    if (message === undefined) return [];
    const words = message.replaceAll(PLACEHOLDER, ' ').match(/[A-Za-z]{2,}/g) ?? [];
    const seen = message
      .replaceAll(/\\[nrt"']/g, ' ')
      .replaceAll(PLACEHOLDER, 'foo')
      .trim();
    const gold = { path, startLine: index + 1, endLine: index + 1 };
    const query = words.length >= 4 ? seen : '';
    return [{ kind: 'error' as const, query, key: message, gold, language }];
  });
}
