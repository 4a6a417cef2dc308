/**
 * The files that the baselines search: source code by suffix, without tests. It is an advantage over the
 * product, which searches everything that is text, tests and documents too. The rule is written for
 * the comparison alone and shares nothing with the product's roles.
 */

const CODE =
  /\.(?:py|pyx|[cm]?[jt]sx?|vue|svelte|go|rs|c|cc|cpp|cxx|h|hh|hpp|hxx|php|kts?|java|scala|rb|cs|swift|m|mm|lua|ex|exs|erl|hs|ml|zig|dart|sh|pl|pm)$/;
const TEST_FOLDER =
  /(?:^|\/)(?:tests?|testing|__tests__|specs?|fixtures?|testdata|test_data|testsuite|e2e|mocks?|__mocks__|(?:common|jvm|android|js|native|jvmAndPosix|posix|wasm\w*)Test)\//i;
const TEST_NAME =
  /(?:^|\/)(?:test_[^/]*|conftest|tests?)\.\w+$|[._-](?:test|tests|spec)\.\w+$|[a-z0-9]Tests?\.(?:java|kt|scala|cs|php|swift)$/;

/** True for code that is no test. `path` is relative to the root. */
export function isSourceFile(path: string): boolean {
  return CODE.test(path) && !TEST_FOLDER.test(path) && !TEST_NAME.test(path);
}
