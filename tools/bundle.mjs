/**
 * Bundles the compiled program: `node tools/bundle.mjs <empty folder> [--npm]` after a build.
 *
 * The folder becomes a smaller twin of the checkout: `package.json`, `dist/src/main.js`,
 * `dist/workers/*.js`, shared parts in `dist/chunks/`, the other files of `dist` as they are, grammars packed
 * at the strongest level, and in `node_modules` only the packages that load files of their own at run
 * time; with `--npm` these are left to npm. Every JavaScript file
 * lies two folders deep; modules of ours that ask where they are get the place they have in `dist`,
 * so paths to worker threads, grammars and the manifest hold.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { KEPT_IN_IMAGE, KEPT_IN_PACKAGE } from './kept-packages.mjs';

const top = join(import.meta.dirname, '..');
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { npm: { type: 'boolean', default: false } },
});
const target = resolve(positionals[0] ?? '');
const require = createRequire(import.meta.url);
const external = values.npm ? KEPT_IN_PACKAGE : Object.keys(KEPT_IN_IMAGE);

/** CommonJS packages in an ES module expect these names. */
const BANNER = [
  "import { createRequire as __createRequire } from 'node:module';",
  'const require = __createRequire(import.meta.url);',
  'const __filename = import.meta.filename, __dirname = import.meta.dirname;',
].join('\n');

const keepPlaces = {
  name: 'keep-places',
  setup(plugin) {
    plugin.onLoad({ filter: /[/\\]dist[/\\](src|workers)[/\\].*\.js$/ }, ({ path }) => ({
      contents: keepPlace(readFileSync(path, 'utf8'), relative(top, path)),
      loader: 'js',
    }));
  },
};

/**
 * Gives a package that is imported on demand the names that Node gives it. The bundler knows only the
 * default export of a CommonJS module there, so the names come from importing it here.
 */
const keepNames = {
  name: 'keep-names',
  setup(plugin) {
    plugin.onResolve({ filter: /^[^./]/ }, ({ path, kind, namespace, resolveDir }) => {
      const isBundled = !isBuiltin(path) && !external.includes(path);
      if (kind !== 'dynamic-import' || namespace !== 'file' || !isBundled) return undefined;
      return { path, namespace: 'names', pluginData: resolveDir };
    });
    plugin.onLoad({ filter: /./, namespace: 'names' }, async ({ path, pluginData }) => {
      const names = Object.keys(await import(path)).filter((name) => /^[a-z_$][\w$]*$/i.test(name));
      const from = JSON.stringify(path);
      return { contents: `export { ${names.join(', ')} } from ${from};`, resolveDir: pluginData };
    });
  },
};

/** Code for the address that a file of `dist` has, seen from any file of the bundle. */
function toUrl(path) {
  return `new URL(${JSON.stringify(`../../${path}`)}, import.meta.url)`;
}

/** Makes a module of ours answer with its place in `dist` wherever it is bundled to. */
function keepPlace(code, place) {
  if (!code.includes('import.meta.')) return code;
  const answers = {
    url: `${toUrl(place)}.href`,
    filename: `__toPath(${toUrl(place)})`,
    dirname: `__toPath(${toUrl(dirname(place))})`,
  };
  const head = "import { fileURLToPath as __toPath } from 'node:url';\n";
  const body = code.replaceAll(
    /\bimport\.meta\.(url|filename|dirname)\b/g,
    (_, name) => `(${answers[name]})`,
  );
  return code.startsWith('#!') ? body.replace('\n', `\n${head}`) : head + body;
}

/** Folder of an installed package, wherever npm put it. */
function locate(name) {
  for (const folder of require.resolve.paths(name) ?? []) {
    const found = join(folder, name);
    if (globSync('package.json', { cwd: found }).length > 0) return found;
  }
  throw new Error(`${name} is not installed`);
}

function copyKept() {
  for (const [name, patterns] of Object.entries(KEPT_IN_IMAGE)) {
    const from = locate(name);
    const files = globSync(['package.json', '{LICENSE,license}*', ...patterns], { cwd: from });
    for (const file of files) cpSync(join(from, file), join(target, 'node_modules', name, file));
  }
}

/** Licence texts of the packages that went into the bundle, each once. */
function writeNotices(metafile) {
  const folders = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
    if (match !== null) folders.add(join(top, match[0]));
  }
  const notices = [...folders].toSorted().map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    const [file] = globSync('{LICENSE,LICENCE,license,licence}*', { cwd: folder });
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  writeFileSync(join(target, 'THIRD-PARTY-LICENSES'), notices.join(`\n${'-'.repeat(80)}\n\n`));
}

/** Compiled into the bundle, for development only, or packed anew. */
const LEFT_OUT = new Set(['.js', '.ts', '.map', '.zst']);

const entryPoints = [
  join(top, 'dist/src/main.js'),
  ...globSync(join(top, 'dist/workers/*.worker.js')),
];
const { metafile } = await build({
  entryPoints,
  outdir: join(target, 'dist'),
  outbase: join(top, 'dist'),
  chunkNames: 'chunks/[name]-[hash]',
  absWorkingDir: top,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Names stay, so that a stack in the log can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  external,
  banner: { js: BANNER },
  plugins: [keepPlaces, keepNames],
  metafile: true,
  logLevel: 'warning',
});
for (const file of globSync('**/*', { cwd: join(top, 'dist'), withFileTypes: true })) {
  const from = join(file.parentPath, file.name);
  if (!file.isFile() || LEFT_OUT.has(extname(file.name))) continue;
  const to = join(target, relative(top, from));
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}
for (const file of globSync(['package.json', 'LICENSE', 'web/**/*.*'], { cwd: top })) {
  cpSync(join(top, file), join(target, file));
}
execFileSync(
  process.execPath,
  [join(top, 'bin/copy-grammars.mjs'), join(target, 'dist/grammars'), '--level', '19'],
  { stdio: ['ignore', 2, 2] },
);
if (!values.npm) copyKept();
writeNotices(metafile);
