/**
 * Adds to package-lock.json the entries of platform packages that npm left out. A registry mirror that
 * holds the packages of one platform only makes npm write a lockfile without the others, and `npm ci`
 * of npm 11 and 12 then refuses it as out of step. An added entry has the exact version that its
 * parent names and the platform that its name says; npm skips it elsewhere. It has no checksum.
 * Run it after `npm install`; a test fails until it was.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Gives `[folder, entry]` for each optional dependency that a package names and the lockfile lacks. */
export function listMissingEntries(lock) {
  const missing = new Map();
  for (const [folder, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const places = [`${folder}/node_modules/${name}`, `node_modules/${name}`];
      if (places.some((place) => place in lock.packages)) continue;
      const flags = entry.dev === true ? { dev: true, optional: true } : { optional: true };
      missing.set(`node_modules/${name}`, { version, ...toPlatform(name), ...flags });
    }
  }
  return [...missing];
}

/** `@oxlint/binding-linux-arm-musleabihf` -> os linux, cpu arm, libc musl. */
function toPlatform(name) {
  const words = name.split('/').at(-1).split('-');
  const os = words.find((word) => SYSTEMS.includes(word));
  const cpu = words.find((word) => PROCESSORS.includes(word));
  if (os === undefined || cpu === undefined) {
    throw new Error(`${name} names no platform: run npm install where the registry has it.`);
  }
  const last = words.at(-1);
  const libc = last.startsWith('musl') ? 'musl' : 'glibc';
  const hasLibc = os === 'linux' && /^(?:gnu|musl)/.test(last);
  return { cpu: [cpu], ...(hasLibc ? { libc: [libc] } : {}), os: [os] };
}

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64'];

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = join(dirname(fileURLToPath(import.meta.url)), '..', 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const entries = [...Object.entries(lock.packages), ...listMissingEntries(lock)];
  lock.packages = Object.fromEntries(
    entries.sort(([left], [right]) => left.localeCompare(right, 'en')),
  );
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
