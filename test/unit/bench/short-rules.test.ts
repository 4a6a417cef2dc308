/** Definitions and short queries from small sources in each language that has a shape. */
import { describe, expect, test } from 'vitest';
import { listDefinitions } from '../../../bench/quality/definitions.ts';
import { makeShortQueries, type ShortKind } from '../../../bench/quality/short-rules.ts';

const PYTHON = `class StatementReader:
    @cached
    def read_amount(self, row,
                    sign):
        """Returns the amount of a row in the smaller unit. Raises when it is none.

        More.
        """
        if not row:
            raise ValueError(f"row {row} has no amount at all")

        return sign

    def other(self):
        pass
`;

describe('definitions', () => {
  test('of Python have their docstring and end where the indentation comes back', () => {
    expect(listDefinitions('a.py', PYTHON)).toEqual([
      { name: 'StatementReader', isFunction: false, startLine: 1, endLine: 15, summary: '' },
      {
        name: 'read_amount',
        isFunction: true,
        startLine: 3,
        endLine: 12,
        summary: 'Returns the amount of a row in the smaller unit',
      },
      { name: 'other', isFunction: true, startLine: 14, endLine: 15, summary: '' },
    ]);
  });

  test.each([
    [
      'a.ts',
      '/**\n * Opens the gate; twice is once.\n * @param at when\n */\nexport async function openGate(\n  at: number,\n) {\n  return at;\n}\nlet x;',
      'openGate',
      1,
      9,
      'Opens the gate',
    ],
    [
      'a.go',
      '// OpenGate opens\n// the gate.\nfunc (g *Gate) OpenGate(at int) {\n\treturn\n}\n',
      'OpenGate',
      1,
      5,
      'OpenGate opens the gate',
    ],
    [
      'a.rs',
      '/// Opens the gate.\n#[inline]\npub(crate) async fn open_gate(at: u8) {\n}\n',
      'open_gate',
      1,
      4,
      'Opens the gate',
    ],
    [
      'a.c',
      '/* Opens the gate. */\nstatic int *open_gate(int at)\n{\n\treturn 0;\n}\n',
      'open_gate',
      1,
      5,
      'Opens the gate',
    ],
    [
      'a.php',
      '    /**\n     * Opens the gate.\n     */\n    public static function openGate($at)\n    {\n    }\n',
      'openGate',
      1,
      6,
      'Opens the gate',
    ],
    [
      'a.kt',
      '/** Opens the gate. */\npublic suspend fun <T> Gate.openGate(at: T) {\n}\n',
      'openGate',
      1,
      3,
      'Opens the gate',
    ],
  ])('of %s have the comment above', (path, text, name, startLine, endLine, summary) => {
    expect(listDefinitions(path, text)).toEqual([
      { name, isFunction: true, startLine, endLine, summary },
    ]);
  });

  test('of C go on behind labels and lines of the preprocessor', () => {
    const text =
      'int open_gate(void)\n{\n#ifdef X\n\tgoto out;\n#endif\nout:\n\treturn 0;\n}\nint at;\n';
    expect(listDefinitions('a.c', text)[0]).toMatchObject({ startLine: 1, endLine: 8 });
  });

  test('of other files are not looked for', () => {
    expect(listDefinitions('a.md', 'function openGate() {}')).toEqual([]);
  });
});

describe('short queries', () => {
  const files = [
    { path: 'a.py', text: PYTHON },
    {
      path: 'b.ts',
      text: '/** Closes every connection that has been idle. */\nexport function sweepIdle() {\n}\n',
    },
    { path: 'tests/test_a.py', text: PYTHON },
  ];

  function make(kind: ShortKind): readonly (readonly [string, string, number])[] {
    return makeShortQueries(files, { seed: 1, perKind: 10 })
      .filter((query) => query.kind === kind)
      .map(({ query, gold }) => [query, gold.path, gold.startLine]);
  }

  test('take the documentation of a function for one kind only', () => {
    expect(new Set([...make('doc'), ...make('question')])).toEqual(
      new Set([
        ['Closes every connection that has been idle', 'b.ts', 1],
        ['Returns the amount of a row in the smaller unit', 'a.py', 3],
      ]),
    );
  });

  test('show an error as a user sees it', () => {
    expect(make('error')).toEqual([['row foo has no amount at all', 'a.py', 10]]);
  });

  test('ask for names of two words', () => {
    expect(make('symbol')).toEqual([['StatementReader', 'a.py', 1]]);
  });

  test('turn a sentence that starts with a verb into a question', () => {
    const text = '/** Writes all pending rows to the table. */\nfunction flushRows() {\n}\n';
    const other = '/** Reads all pending rows of the table. */\nfunction readRows() {\n}\n';
    const both = [
      { path: 'c.ts', text },
      { path: 'd.ts', text: other },
    ];
    const asked = makeShortQueries(both, { seed: 1, perKind: 1 });
    expect(asked.find(({ kind }) => kind === 'question')?.query).toMatch(
      / (write all pending rows to|read all pending rows of) the table\?$/,
    );
  });

  test('leave out what stands in two places', () => {
    const twice = [...files, { path: 'c.py', text: PYTHON }];
    expect(makeShortQueries(twice, { seed: 1, perKind: 10 }).map(({ gold }) => gold.path)).toEqual([
      'b.ts',
    ]);
  });

  test('are the same for the same seed', () => {
    const many = Array.from({ length: 40 }, (_, index) => ({
      path: `m${index}.py`,
      text: `def read_part_${index}():\n    raise KeyError("part number ${index} is not there")\n`,
    }));
    const first = makeShortQueries(many, { seed: 1, perKind: 5 });
    expect(first).toHaveLength(10);
    expect(makeShortQueries(many.toReversed(), { seed: 1, perKind: 5 })).toEqual(first);
    expect(makeShortQueries(many, { seed: 2, perKind: 5 })).not.toEqual(first);
  });
});
