/**
 * Packs the npm package: `node tools/pack.mjs [folder]` builds, bundles into a temporary folder, adds what
 * `files` of package.json names, writes a manifest without the parts that serve development only
 * (scripts, development packages, the pinned Node binaries) and with those dependencies alone that
 * cannot be bundled, and runs `npm pack` there. Prints the path of the archive as its only line on
 * standard output. Publishing is `npm publish <archive>`.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { build } from '../bin/build.mjs';
import { KEPT_IN_PACKAGE } from './kept-packages.mjs';

/** Fields of the manifest that a user of the package needs. Others are left out, also future ones. */
const KEPT_FIELDS =
  'name version description keywords license homepage repository bugs type bin engines';
/** npm adds these by itself when they are there. */
const ALWAYS = ['README.md', 'LICENSE'];
/** Tools of a checkout that lie beside the launcher. */
const DEVELOPMENT = new Set([
  'build.mjs',
  'complete-lock.mjs',
  'copy-grammars.mjs',
  'with-node24.mjs',
  'write-example.mjs',
]);

const top = join(import.meta.dirname, '..');
const target = resolve(process.argv[2] ?? '.');

if (!(await build())) process.exit(1);
const staging = mkdtempSync(join(tmpdir(), 'conexus-pack-'));
try {
  const manifest = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'));
  const bundle = join(import.meta.dirname, 'bundle.mjs');
  execFileSync(process.execPath, [bundle, staging, '--npm'], { stdio: ['ignore', 2, 2] });
  for (const name of [...manifest.files, ...ALWAYS]) {
    if (name !== 'dist' && existsSync(join(top, name))) copy(name);
  }
  const kept = KEPT_FIELDS.split(' ').filter((field) => manifest[field] !== undefined);
  const cleaned = Object.fromEntries(kept.map((field) => [field, manifest[field]]));
  cleaned.dependencies = Object.fromEntries(
    KEPT_IN_PACKAGE.map((name) => [name, manifest.dependencies[name]]),
  );
  writeFileSync(join(staging, 'package.json'), `${JSON.stringify(cleaned, null, 2)}\n`);
  mkdirSync(target, { recursive: true });
  const options = ['--json', '--ignore-scripts', '--no-update-notifier'];
  const args = ['pack', ...options, '--pack-destination', target];
  const [{ filename }] = JSON.parse(execFileSync('npm', args, { cwd: staging, encoding: 'utf8' }));
  process.stdout.write(`${join(target, filename)}\n`);
} finally {
  rmSync(staging, { recursive: true, force: true });
}

function copy(name) {
  cpSync(join(top, name), join(staging, name), {
    recursive: true,
    filter: (from) => !DEVELOPMENT.has(basename(from)) && !basename(from).startsWith('.built'),
  });
}
