/**
 * What a file is for, by its path and language: ranking prefers sources to tests, vendored and generated
 * files. The path alone decides here; `isGeneratedContent` looks for the marks that generators leave in
 * the first lines. The order of the questions is the precedence: a test inside a vendored package is
 * vendored, a document about tests is a test's.
 */
import type { Role } from '../model/document.ts';

/** Folder names that say what everything below them is. */
const FOLDER_ROLES: Readonly<Record<string, Role>> = Object.fromEntries(
  (
    [
      [
        'vendor',
        'vendor vendored third_party third-party thirdparty 3rdparty node_modules bower_components site-packages dist-packages external externals Pods Carthage .yarn',
      ],
      [
        'generated',
        'dist generated __generated__ generated-sources generated_sources .next .nuxt .svelte-kit .output htmlcov',
      ],
      [
        'test',
        'test tests __tests__ __test__ spec specs testing testdata test-data test_data fixtures __fixtures__ fixture __mocks__ __snapshots__ mocks e2e cypress integration-tests integration_tests unittests unit_tests selftests kunit conformance androidTest testFixtures',
      ],
      [
        'example',
        'example examples sample samples demo demos tutorial tutorials playground quickstart quickstarts',
      ],
      ['doc', 'doc docs documentation man manpages javadoc wiki'],
      ['data', 'data dataset datasets'],
    ] as const
  ).flatMap(([role, names]) => names.split(' ').map((name) => [name.toLowerCase(), role])),
);

const ROLE_ORDER: readonly Role[] = ['vendor', 'generated', 'test', 'example', 'doc', 'data'];

const GENERATED_NAME =
  /(?:[.-]min\.(?:js|css|mjs)|\.bundle\.(?:js|css)|\.(?:js|css|mjs|cjs|ts)\.map|\.pb(?:\.gw|\.validate)?\.(?:go|cc|h|c|dart|swift)|_pb2(?:_grpc)?\.pyi?|_pb\.(?:js|ts|d\.ts|rb)|_grpc\.pb\.go|\.(?:g|freezed|gr|mocks)\.dart|\.designer\.(?:cs|vb)|\.g(?:\.i)?\.cs|\.generated\.\w+|_generated\.\w+|\.gen\.\w+|[_.]gen\.go|zz_generated[\w.]*|bindata\.go|\.snap)$/i;
const LOCK_NAME =
  /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|cargo\.lock|poetry\.lock|uv\.lock|pdm\.lock|pipfile\.lock|gemfile\.lock|composer\.lock|podfile\.lock|pubspec\.lock|mix\.lock|flake\.lock|go\.sum|go\.work\.sum|gopkg\.lock|packages\.lock\.json|package\.resolved|gradle\.lockfile|\.terraform\.lock\.hcl)$/;
const TEST_NAME =
  /(?:^test[_-].*|.*[._-](?:test|tests|spec|specs|e2e|cy|bench|benchmark|stories)\.[a-z0-9.]+|^conftest\.py|^tests?\.[a-z]+|^setup[-.]?tests?\.[a-z]+)$/;
/** Class names keep their case: `ParserTest.java`, `TestParser.java`, but not `Latest.java`. */
const TEST_CLASS =
  /(?:[a-z0-9](?:Tests?|TestCase|Spec|IT)|^Test[A-Z]\w*)\.(?:java|kt|scala|groovy|cs|swift|php|vb|m|mm|cpp|cc|hs|fs)$/;
const DOC_NAME =
  /^(?:readme|changelog|changes|contributing|license|licence|copying|authors|notice|history|news|security|code_of_conduct)(?:\.[a-z.]+)?$/;
const CONFIG_NAME =
  /^(?:package\.json|composer\.json|deno\.jsonc?|[jt]sconfig[\w.-]*\.json|.*\.config\.[cm]?[jt]s|\.[\w.-]*rc(?:\.\w+)?|\.(?:git|docker|npm|eslint|prettier)\w*|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|.*\.(?:csproj|fsproj|vbproj|vcxproj|props|targets|plist|sln)|go\.mod|setup\.cfg|codeowners|procfile)$/;

const LANGUAGE_ROLES: Readonly<Record<string, Role>> = Object.fromEntries(
  (
    [
      ['doc', 'markdown mdx restructuredtext asciidoc org latex bibtex textile typst mermaid'],
      [
        'config',
        'yaml toml ini properties dotenv editorconfig gitconfig gitignore gitattributes dockerfile nginx terraform hcl requirements go-module kconfig json5',
      ],
      ['data', 'csv tsv svg json xml po turtle diff log postscript'],
    ] as const
  ).flatMap(([role, ids]) => ids.split(' ').map((id) => [id, role])),
);

/** Gives the role of a file. `path` is relative to its root; names of folders above the root never count. */
export function findRole(path: string, language: string): Role {
  const segments = path.split('/');
  const fileName = segments.pop() ?? '';
  const name = fileName.toLowerCase();
  const folderRoles = new Set(segments.map((segment) => FOLDER_ROLES[segment.toLowerCase()]));
  if (folderRoles.has('vendor')) return 'vendor';
  if (GENERATED_NAME.test(name) || LOCK_NAME.test(name)) return 'generated';
  if (TEST_NAME.test(name) || TEST_CLASS.test(fileName)) return 'test';
  const folderRole = ROLE_ORDER.find((role) => folderRoles.has(role));
  if (folderRole !== undefined && folderRole !== 'doc' && folderRole !== 'data') return folderRole;
  return findPlainRole({ name, language, folderRole });
}

interface PlainFile {
  /** In lower case. */
  readonly name: string;
  readonly language: string;
  readonly folderRole: Role | undefined;
}

/** In folders of documents and data, code is still source: `data/loader.py`, `docs/conf.py` is not. */
function findPlainRole({ name, language, folderRole }: PlainFile): Role {
  if (folderRole === 'doc') return 'doc';
  if (DOC_NAME.test(name)) return 'doc';
  if (CONFIG_NAME.test(name)) return 'config';
  const languageRole = LANGUAGE_ROLES[language];
  if (languageRole === 'config' && folderRole === 'data') return 'data';
  if (languageRole !== undefined) return languageRole;
  if (language === 'plaintext') return folderRole === 'data' ? 'data' : 'doc';
  return 'source';
}

/** How far into a file generators put their mark. */
const MARK_BYTES = 2048;
const GENERATED_MARK =
  /@generated\b|Code generated [^\n]{0,200}DO NOT EDIT|(?:automatically|auto)[- ]?generated (?:file|code|by|from)|generated by the protocol buffer compiler|<auto-generated|DO NOT EDIT[^\n]{0,80}generated|generated[^\n]{0,80}DO NOT (?:EDIT|MODIFY)/i;
/** Words of a comment: the marks count only in one, not in a string of a generator's own source. */
const COMMENT_LINE = /^\s*(?:\/\/|\/\*|\*|#|--|;|%|<!--|\(\*|"""|'''|\{-|!|rem\b)/i;

/** True when the first lines say that a generator wrote the file. Reads at most 2 KB of what it is given. */
export function isGeneratedContent(firstBytes: Uint8Array): boolean {
  const head = Buffer.from(
    firstBytes.buffer,
    firstBytes.byteOffset,
    Math.min(firstBytes.byteLength, MARK_BYTES),
  ).toString('latin1');
  if (!/generated/i.test(head)) return false;
  return head.split('\n').some((line) => COMMENT_LINE.test(line) && GENERATED_MARK.test(line));
}
