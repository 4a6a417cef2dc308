/** The log: formats, masking, and a level that changes for children too. */
import { describe, expect, test } from 'vitest';
import { createLog, formatTextLine, type Log } from '../../src/log.ts';

function createCollected(format: 'json' | 'text'): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const target = { write: (text: string) => lines.push(text) };
  return { log: createLog({ level: 'info', format }, target), lines };
}

describe('the log', () => {
  test('writes one JSON object with time, level, room, message and fields', () => {
    const { log, lines } = createCollected('json');
    log.logger.child({ room: 'jobs' }).info({ durationMs: 5 }, 'job ended');
    const event: unknown = JSON.parse(lines[0] ?? '');
    expect(event).toMatchObject({ level: 'info', room: 'jobs', msg: 'job ended', durationMs: 5 });
    expect((event as { time: string }).time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  test('masks secrets by name, up to two levels down', () => {
    const { log, lines } = createCollected('json');
    log.logger.info(
      { token: 'S1', req: { authorization: 'S2', headers: { authorization: 'Bearer S3' } } },
      'request',
    );
    expect(lines[0]).not.toMatch(/S[123]/);
    expect(lines[0]?.match(/\[secret\]/g)).toHaveLength(3);
  });

  test('changes the level of children that exist', () => {
    const { log, lines } = createCollected('json');
    const child = log.logger.child({ room: 'pool' }).child({ thread: 1 });
    child.debug('before');
    log.setLevel('debug');
    child.debug('between');
    log.setLevel('info');
    child.debug('after');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['between']);
  });

  test('writes text for people, errors with their stack', () => {
    const { log, lines } = createCollected('text');
    log.logger.child({ room: 'store' }).warn({ err: new Error('full'), sizeBytes: 3 }, 'no room');
    expect(lines[0]).toMatch(/^\S+Z WARN {2}\[store\] no room sizeBytes=3\n {4}Error: full\n/);
  });

  test('leaves a line alone that is not JSON', () => {
    expect(formatTextLine('plain\n')).toBe('plain\n');
  });
});
