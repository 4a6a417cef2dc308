import { describe, expect, test } from 'vitest';
import { splitRegions } from '../../../src/query/regions.ts';
import { findTraceFrame } from '../../../src/query/trace-frames.ts';

/** `region: text` of every span, lines joined by ` | `. */
function format(query: string): string[] {
  return splitRegions(query).spans.map(
    ({ region, text }) => `${region}: ${text.trim().split('\n').join(' | ')}`,
  );
}

/** `function@file:line` of every frame. */
function formatFrames(query: string): string[] {
  return splitRegions(query).frames.map(
    ({ file, line, function: name }) => `${name ?? ''}@${file ?? ''}:${line ?? ''}`,
  );
}

describe('splitRegions', () => {
  test('one line is all title, whatever it holds', () => {
    expect(format('fix `foo` in https://example.org/x now')).toEqual(['title: fix `foo` in   now']);
    expect(format('  ')).toEqual([]);
  });

  test('cuts an issue into its parts', () => {
    const issue = [
      '# Cache returns stale rows',
      '<!-- please fill',
      'in the template -->',
      'After an update `Cache.get` gives old rows, see https://example.org/a.py.',
      '',
      '```python',
      'cache = Cache()',
      '```',
      '    cache.get("a")',
      '    and this is indented prose',
      '>>> cache.get("a")',
      '... more()',
      'In [3]: cache',
    ].join('\n');
    expect(format(issue)).toEqual([
      'title: Cache returns stale rows',
      'prose: After an update',
      'tick: Cache.get',
      'prose: gives old rows, see',
      'code: cache = Cache() |     cache.get("a")',
      'prose: and this is indented prose',
      'code: >>> cache.get("a") | ... more() | In [3]: cache',
    ]);
  });

  test('reads a Python trace inside of a fence, and gives the innermost frame first', () => {
    const query = [
      'Crash on save',
      '```',
      'Traceback (most recent call last):',
      '  File "app/main.py", line 3, in <module>',
      '    run()',
      '  File "app/db.py", line 12, in save',
      '    raise ValueError("x")',
      'ValueError: x',
      '```',
      'That is all.',
    ].join('\n');
    expect(format(query)).toEqual([
      'title: Crash on save',
      'trace: Traceback (most recent call last): |   File "app/main.py", line 3, in <module> |     run() |   File "app/db.py", line 12, in save |     raise ValueError("x")',
      'error: ValueError: x',
      'prose: That is all.',
    ]);
    expect(formatFrames(query)).toEqual(['save@app/db.py:12', '<module>@app/main.py:3']);
  });

  test('a pasted trace has no title', () => {
    const query = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\nKeyError: 1';
    expect(format(query).map((span) => span.split(':')[0])).toEqual(['trace', 'error']);
  });

  test('puts the frames of the cause first in Java', () => {
    const query = [
      'Boot fails',
      'Exception in thread "main" java.lang.IllegalStateException: no bean',
      '\tat org.app.Boot.start(Boot.java:10)',
      '\tat org.app.Main.main(Main.kt:5) ~[app.jar:1.0]',
      'Caused by: java.io.IOException: gone',
      '\tat org.app.Disk.read(Disk.java:77)',
      '\t... 2 more',
    ].join('\n');
    expect(format(query).map((span) => span.split(':')[0])).toEqual([
      'title',
      'error',
      'trace',
      'error',
      'trace',
    ]);
    expect(formatFrames(query)).toEqual([
      'org.app.Disk.read@Disk.java:77',
      'org.app.Boot.start@Boot.java:10',
      'org.app.Main.main@Main.kt:5',
    ]);
  });

  test('joins the two lines of a frame in Go and in Rust', () => {
    const go = [
      'server dies',
      'panic: runtime error: index out of range [3]',
      '',
      'goroutine 1 [running]:',
      'main.(*Server).Run(0xc000010, 0x2)',
      '\t/src/server.go:42 +0x1d',
      'created by main.main in goroutine 1',
      '\t/src/main.go:9 +0x25',
    ].join('\n');
    expect(formatFrames(go)).toEqual([
      'main.(*Server).Run@/src/server.go:42',
      'main.main@/src/main.go:9',
    ]);
    expect(format(go)[1]).toBe('error: panic: runtime error: index out of range [3]');
    const rust = [
      'it panics',
      "thread 'main' panicked at src/lib.rs:7:9:",
      'index out of bounds',
      'stack backtrace:',
      '   0: app::run',
      '             at ./src/run.rs:4:5',
    ].join('\n');
    expect(formatFrames(rust)).toEqual(['@src/lib.rs:7', 'app::run@./src/run.rs:4']);
    expect(format(rust)[1]).toBe(
      "error: thread 'main' panicked at src/lib.rs:7:9: | index out of bounds",
    );
  });

  test('knows the trace of JavaScript with its error', () => {
    const query = [
      'TypeError: x is not a function',
      '    at async Parser.run (file:///app/src/parser.js:10:7)',
      '    at /app/src/main.js:3:1',
    ].join('\n');
    expect(formatFrames(query)).toEqual([
      'Parser.run@/app/src/parser.js:10',
      '@/app/src/main.js:3',
    ]);
  });

  test('takes quoted replies as the text they quote, and an open fence to the end', () => {
    expect(format('title\n> quoted words\n```\ncode()')).toEqual([
      'title: title',
      'prose: quoted words',
      'code: code()',
    ]);
  });

  test('reads 32,000 characters of anything at once', () => {
    const startMs = performance.now();
    for (const line of [
      'at a.b(',
      '#0 0x1 in ',
      'a/'.repeat(300),
      'File "',
      '`',
      '<!--',
      ' '.repeat(900),
    ]) {
      splitRegions(`title\n${`${line}\n`.repeat(Math.floor(32_000 / (line.length + 1)))}`);
      splitRegions(`title\n${line.repeat(Math.floor(32_000 / line.length))}`);
    }
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });
});

describe('findTraceFrame', () => {
  test.each([
    ['  File "/a/b.py", line 3', '/a/b.py', 3, undefined],
    [
      '   at Ns.Web.Api.Get(String id) in C:\\src\\Api.cs:line 12',
      'C:/src/Api.cs',
      12,
      'Ns.Web.Api.Get',
    ],
    ['   at Ns.Web.Api.Get(String id)', undefined, undefined, 'Ns.Web.Api.Get'],
    ['\tat app//org.x.A$B.run(A.java:7)', 'A.java', 7, 'org.x.A$B.run'],
    [
      '\tat java.base/java.lang.Thread.run(Thread.java:833)',
      'Thread.java',
      833,
      'java.lang.Thread.run',
    ],
    ['\tat sun.X.invoke0(Native Method)', undefined, undefined, 'sun.X.invoke0'],
    ['    at new Foo (webpack:///./src/foo.ts?a1:5:2)', './src/foo.ts', 5, 'Foo'],
    ['    at Object.get [as run] (/a/b.mjs:1:2)', '/a/b.mjs', 1, 'Object.get'],
    ['run@http://localhost:3000/js/app.js:5:10', 'js/app.js', 5, 'run'],
    ['#1  0x00007f in run (a=1, b=2) at src/a.c:12', 'src/a.c', 12, 'run'],
    ['#0  main () at b.cc:3', 'b.cc', 3, 'main'],
    ['#2  0x00007f in raise () from /lib/libc.so.6', undefined, undefined, 'raise'],
    ['    #1 0x4f2 in ns::run(int) /src/a.cc:12:3', '/src/a.cc', 12, 'ns::run'],
    ['#0 /var/www/A.php(12): App\\A->run()', '/var/www/A.php', 12, 'App\\A->run'],
    ['  thrown in /var/www/A.php on line 12', '/var/www/A.php', 12, undefined],
    ["\tfrom lib/a.rb:3:in `run'", 'lib/a.rb', 3, 'run'],
    ["lib/a.rb:3:in 'A#run': undefined method (NoMethodError)", 'lib/a.rb', 3, 'A#run'],
    ['[   12.345678]  ext4_iget+0x12/0x40 [ext4]', undefined, undefined, 'ext4_iget'],
    ['tests/test_a.py:12: AssertionError', 'tests/test_a.py', 12, undefined],
    ['    (app 1.0.0) lib/a.ex:3: App.run/1', 'lib/a.ex', 3, 'App.run/1'],
    ['#0      run (package:app/b.dart:3:5)', 'app/b.dart', 3, 'run'],
  ])('%s', (...[line, file, lineNumber, name]) => {
    const frame = findTraceFrame(line);
    expect([frame?.file, frame?.line, frame?.function]).toEqual([file, lineNumber, name]);
  });

  test.each(['at the end', 'see (a) for more', 'File not found', '# Heading', '1: one', 'a: b'])(
    'prose is no frame: %s',
    (line) => {
      expect(findTraceFrame(line)).toBeUndefined();
    },
  );
});
