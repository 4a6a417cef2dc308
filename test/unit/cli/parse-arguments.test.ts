/** The command line: finding the command, checking flags, every fault at once. */
import { describe, expect, test } from 'vitest';
import { parseCommandLine, type ParsedCommandLine } from '../../../src/cli/parse-arguments.ts';

function parse(line: string): ParsedCommandLine {
  return parseCommandLine(line.split(' ').filter((word) => word !== ''));
}

function parseRun(line: string): { name: string; flags: object; operands: readonly string[] } {
  const parsed = parse(line);
  if (parsed.kind !== 'run') throw new Error(`${line} does not run`);
  const { command, args } = parsed;
  return { name: command.name, flags: Object.fromEntries(args.flags), operands: args.operands };
}

describe('the command', () => {
  test.each([
    ['', 'serve'],
    ['--port 9000', 'serve'],
    ['serve', 'serve'],
    ['--port 9000 stdio', 'stdio'],
    ['--root search stdio', 'stdio'],
    ['backup backup', 'backup'],
  ])('of "%s" is %s', (line, name) => {
    expect(parseRun(line).name).toBe(name);
  });

  test('takes flags before and after it', () => {
    expect(parseRun('--root a stdio --root b --db=c.db')).toEqual({
      name: 'stdio',
      flags: { root: ['a', 'b'], db: 'c.db' },
      operands: [],
    });
  });

  test.each([
    ['--help', null],
    ['help', null],
    ['-h stdio', 'stdio'],
    ['stdio --help', 'stdio'],
    ['help stdio', 'stdio'],
  ])('"%s" asks for help', (line, name) => {
    const parsed = parse(line);
    expect([parsed.kind, parsed.kind === 'help' ? (parsed.command?.name ?? null) : '']).toEqual([
      'help',
      name,
    ]);
  });

  test('--version wins over the command', () => {
    expect(parse('serve --version').kind).toBe('version');
  });
});

describe('faults', () => {
  test.each([
    ['--prot 80', /--prot: serve has no such flag\. Did you mean --port\?/],
    ['stdoi', /stdoi: there is no such command\. Did you mean stdio\?/],
    ['--port', /--port: a value is missing/],
    ['backup', /<file> is missing/],
    ['backup a b', /b: backup takes no such argument/],
    ['stdio --zzzzzz', /--zzzzzz: stdio has no such flag\.\nSee conexus stdio --help/],
  ])('%s', (line, message) => {
    expect(() => parse(line)).toThrow(message);
  });

  test('are reported together', () => {
    expect(() => parse('--prot 80 --port --db')).toThrow(/--prot: [^]*--port: a value is missing/);
  });
});
