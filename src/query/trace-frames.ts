/**
 * Lines of stack traces as the common languages print them: one row for each form. Knows lines, not
 * traces: which lines belong together, and which frame is the innermost, is decided in `regions.ts`.
 */

/** One frame as written; the path is not resolved, separators are `/`. */
export interface TraceFrame {
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** As printed, without arguments: `run`, `Cache.get`, `main.(*T).Run`. */
  readonly function?: string;
}

/** The group names are those of `TraceFrame`. All are tried on one line, the first that matches counts. */
const FRAME_FORMS: readonly RegExp[] = [
  // Python: `File "a/b.py", line 3, in run`
  /^\s*File "(?<file>[^"]{1,400})", line (?<line>\d+)(?:, in (?<function>[\w.<>]+))?/,
  // C#: `at Ns.Class.Method(String a) in /src/A.cs:line 12`
  /^\s*at (?<function>[\w.`<>[\]+]+)\(.*\) in (?<file>.{1,400}):line (?<line>\d+)/,
  // Java, Kotlin, Scala: `at app//pkg.Class.method(File.java:12)`
  /^\s*at (?:[\w.@-]+\/{1,2})*(?<function>[\w.$<>]+)\((?<file>[\w$-]+\.\w+)(?::(?<line>\d+))?\)/,
  /^\s*at (?<function>[\w.$<>]+)\((?:Native Method|Unknown Source)\)/,
  // JavaScript: `at async Class.run (file:///a/b.js:3:5)`, `at /a/b.js:3:5`, Firefox: `run@http://x/b.js:3:5`
  /^\s*at (?:async |new )?(?<function>[\w.$<>]+(?: \[as \w+\])?) \((?<file>[^()\s]{1,400}?):(?<line>\d+)(?::\d+)?\)/,
  /^\s*at (?:async )?(?<file>[^()\s]{1,400}?):(?<line>\d+):\d+\)?$/,
  /^(?<function>[\w.$</]*)@(?<file>(?:https?|file):[^\s]{1,400}?):(?<line>\d+):\d+$/,
  // Rust: `at ./src/main.rs:4:5`; Go: a tab, `/src/main.go:12 +0x1d`
  /^\s+at (?<file>[^()\s]{1,400}?\.rs):(?<line>\d+)(?::\d+)?$/,
  /^\s*(?<file>[^\s:]{1,400}\.(?:go|s)):(?<line>\d+)(?: \+0x[\da-f]+)?$/,
  // Rust: `thread 'main' panicked at src/main.rs:2:5:`, or with the message in between
  /^thread '[^']*'(?: \(\d+\))? panicked at (?:'.*', )?(?<file>[^\s:']{1,400}):(?<line>\d+):\d+/,
  // gdb: `#1  0x0000 in run (a=1) at src/a.c:12`
  /^\s*#\d+\s+(?:0x[\da-f]+ in )?(?<function>[\w:~<>.]+) ?\(.*\) at (?<file>[^\s:]{1,400}):(?<line>\d+)/,
  // Sanitizers: `#1 0x4f in run /src/a.c:12:3`
  /^\s*#\d+ 0x[\da-f]+ in (?<function>[\w:~<>.]+)(?:\([^)]*\))? (?<file>[^\s:]{1,400}):(?<line>\d+)/,
  // PHP: `#0 /src/A.php(12): App\\A->run()`, `thrown in /src/A.php on line 12`
  /^\s*#\d+ (?<file>[^\s(]{1,400})\((?<line>\d+)\): (?<function>[\w\\:>-]+)/,
  /^\s*thrown in (?<file>\S{1,400}) on line (?<line>\d+)/,
  // Ruby: `from a/b.rb:3:in 'run'`, "a/b.rb:3:in `run': message"
  /^\s*(?:\d+: )?(?:from )?(?<file>[^\s:]{1,400}\.\w+):(?<line>\d+):in [`'](?<function>[^'`]+)'/,
  // Kernel: `[   12.3]  run+0x12/0x40 [module]`
  /^(?:\[\s*\d+\.\d+\]\s*)?(?:<\w+>)?\s*(?:\? )?(?:RIP: \d+:)?(?<function>[\w.]+)\+0x[\da-f]+\/0x[\da-f]+/,
  // pytest: `tests/test_a.py:12: AssertionError`
  /^(?<file>[^\s:]{1,400}\.py):(?<line>\d+): (?:in (?<function>\w+)|[A-Z]\w+)/,
  // No place: `at Ns.Class.Method(String a)`, `#2 0x7f in main () from /lib/libc.so`
  /^\s*at (?<function>[\w.$<>`[\]+]+)\(.*\)$/,
  /^\s*#\d+\s+0x[\da-f]+ in (?<function>[\w:~<>.]+)/,
  // Elixir, Dart: `(app 1.0.0) lib/a.ex:3: App.run/1`, `#0  run (package:a/b.dart:3:5)`
  /^\s*\([\w.-]+ [\d.]+\) (?<file>\S{1,400}\.exs?):(?<line>\d+): (?<function>[\w.!?/]+)/,
  /^#\d+\s+(?<function>[\w.<> ]+) \((?<file>[^\s()]{1,400}\.dart):(?<line>\d+)(?::\d+)?\)/,
];

/** A longer line is no frame, and is not worth trying every form on. */
const MAX_FRAME_CHARACTERS = 1_000;
const MIN_FRAME_CHARACTERS = 6;

/** Finds the frame that one line prints. */
export function findTraceFrame(line: string): TraceFrame | undefined {
  const isWorthTrying =
    line.length >= MIN_FRAME_CHARACTERS &&
    line.length <= MAX_FRAME_CHARACTERS &&
    /[\d(]/.test(line);
  if (!isWorthTrying) return undefined;
  for (const form of FRAME_FORMS) {
    const groups = form.exec(line)?.groups;
    if (groups !== undefined) return toFrame(groups);
  }
  return undefined;
}

function toFrame(groups: Readonly<Record<string, string | undefined>>): TraceFrame {
  const { file, line, function: name } = groups;
  return {
    ...(file === undefined ? {} : { file: toPath(file) }),
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(name === undefined ? {} : { function: name.replace(/ \[as .*/, '') }),
  };
}

/** Takes off the scheme of a location and turns separators round. */
function toPath(file: string): string {
  return file
    .replace(/^(?:file:\/\/|webpack:\/\/[^/]*\/|https?:\/\/[^/]*\/|package:)/, '')
    .replace(/\?.*$/, '')
    .replaceAll('\\', '/');
}

/**
 * Finds the name on the first line of a frame that takes two: Go prints `main.(*T).Run(0x1, 0x2)` and
 * Rust `3: app::run` above the place. `next` is the line after.
 */
export function findFrameName(line: string, next: string | undefined): string | undefined {
  if (next === undefined || line.length > MAX_FRAME_CHARACTERS) return undefined;
  if (/^\s*\S+\.(?:go|s):\d+/.test(next)) {
    return /^(?:created by )?([\w./*()[\]{}·-]+?)(?:\([^()]*\))?(?: in goroutine \d+)?$/.exec(
      line,
    )?.[1];
  }
  if (/^\s+at \S+\.rs:\d+/.test(next)) return /^\s*\d+: (?:0x[\da-f]+ - )?(\S+)/.exec(line)?.[1];
  return undefined;
}

/** True for a line that opens a trace or separates its parts, and prints no frame itself. */
export function isTraceHeader(line: string): boolean {
  return TRACE_HEADER.test(line);
}

const TRACE_HEADER =
  /^\s*(?:(?:\+ )?(?:Exception Group )?Traceback \(most recent call last\)|goroutine \d+ \[.*\]:|stack backtrace:|Stack trace:|Call Trace:|Backtrace:|Thread \d+ .*\(crashed\)|During handling of the above exception|The above exception was the direct cause|\.\.\. \d+ more$|--- End of |#\d+ \{main\}|==\d+==\s*(?:at|by) 0x)/i;

/** True for a line that says what went wrong: the last of a Python trace, the first of most others. */
export function isErrorLine(line: string): boolean {
  return line.length <= 4_000 && ERROR_LINE.test(line);
}

const ERROR_LINE = new RegExp(
  [
    // `TypeError: x`, `java.lang.IllegalStateException: x`, `Exception in thread "main" x`
    '^\\s*(?:Uncaught |Unhandled |Caused by: |E\\s+)?(?:[A-Za-z_][\\w$]*[.:\\\\]+)*[A-Z]\\w*(?:Error|Exception|Warning|Failure|Fault|Interrupt|Exit)\\b(?:\\s*\\[\\w+\\])?(?::|$| \\()',
    '^Exception in thread "',
    '^\\s*Caused by:',
    '^(?:panic|fatal error|fatal|error|runtime error)(?:\\[E\\d+\\])?: ',
    '^(?:PHP )?(?:Fatal|Parse) error: ',
    '^\\S+:\\d+(?::\\d+)?: (?:fatal )?error: ',
    '^(?:Unhandled exception|Uncaught)\\b.*',
    '^(?:\\[\\s*\\d+\\.\\d+\\]\\s*)?(?:BUG|Oops|Kernel panic|WARNING): ',
    '^==\\d+==\\s*ERROR: ',
    '^(?:Segmentation fault|Program received signal)',
    "^thread '[^']*'(?: \\(\\d+\\))? panicked at",
    "^\\S+\\.\\w+:\\d+:in [`'][^'`]+': .",
    '^error(?: TS\\d+)?: ',
  ].join('|'),
);
