/**
 * Packages that are not bundled, because they load files beside them: native code, worker threads,
 * WebAssembly. In the image their files are copied for one platform; the npm package depends on them,
 * so that npm brings what the user's platform needs.
 */
const { arch } = process;

/** For the image: package -> the files it needs. */
export const KEPT_IN_IMAGE = {
  'better-sqlite3': ['lib/**/*.js', `prebuilds/linux-${arch}.node`],
  piscina: ['dist/**/*.{js,mjs}'],
  'web-tree-sitter': ['web-tree-sitter.js', 'web-tree-sitter.wasm'],
  [`@parcel/watcher-linux-${arch}-glibc`]: ['*.node'],
};

/** For npm: the only dependencies of the published package. */
export const KEPT_IN_PACKAGE = ['@parcel/watcher', 'better-sqlite3', 'piscina', 'web-tree-sitter'];
