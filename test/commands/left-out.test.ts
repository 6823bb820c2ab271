/** What a recorder left out by request is said by info, analyze and the case, whatever bytes its words are. */
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createCapture } from '../../src/capture/index.js';
import { encodeEvent, EVENT } from '../../src/events/index.js';
import { scratchFolder, tiercel } from './run.js';

// five runs of the program each
vi.setConfig({ testTimeout: 120_000 });

const folder = scratchFolder();

/** A capture that begins with these statements, and has one event. */
function captureWith(name: string, statements: readonly string[]): string {
  const path = join(folder, name);
  const capture = createCapture(path, { compression: 'none', force: false });
  capture.writeSectionHeader();
  const code = EVENT.ASYNCEVENT_E;
  for (const text of statements) {
    const data = Buffer.from(`${text}\0`);
    const params = encodeEvent(code, { plugin_id: 0, name: 'recording', data });
    capture.writeEvent({ cpu: 0, time: 1n, tid: -1, code, params });
  }
  const params = encodeEvent(EVENT.CLOSE_X, { res: 0, fd: 3 });
  capture.writeEvent({ cpu: 0, time: 2n, tid: 5, code: EVENT.CLOSE_X, params });
  capture.close();
  return path;
}

const statement = (facts: object): string =>
  JSON.stringify({ recorder: 'tiercel', snaplen: 80, all: false, ...facts });

describe('what a recording left out', () => {
  it.each([
    ['one command', { only_command: './attack.sh' }, 'only the command ./attack.sh and its descendants were recorded'],
    ['one container', { container: 'c0ffee' }, 'only the container c0ffee was recorded'],
    ['some calls', { syscalls: 'open,close' }, 'only these system calls were recorded: open,close; and those by'],
    ['fewer bytes', { snaplen: 16 }, 'of what was read and written, only 16 bytes a call were recorded'],
    ['earlier files', { file: 3 }, 'this is file 3 of a rotation'],
  ])('of %s is said by info, analyze, the case, and a slice', async (name, facts, text) => {
    const path = captureWith(`${name}.scap`, [statement(facts)]);
    expect((await tiercel(folder, ['info', path])).out).toContain(`left out     ${text}`);
    const json = await tiercel(folder, ['info', '-f', 'json', path]);
    expect((JSON.parse(json.out) as { left_out: string[] }).left_out.join()).toContain(text);
    const { err, code } = await tiercel(folder, ['analyze', path, '-s', `${name}.db`]);
    expect([code, err]).toEqual([0, expect.stringContaining(`Left out: ${text}`)]);
    const sql = "SELECT severity, detail FROM diagnostics WHERE id = 'recorder/left-out'";
    const { out } = await tiercel(folder, ['query', `${name}.db`, sql, '-f', 'csv', '--no-header']);
    expect(out).toContain(text);
    expect(out).toContain('limit');
    const slice = join(folder, `slice of ${name}.scap`);
    await tiercel(folder, ['events', path, 'evt.type=close', '-w', slice]);
    expect((await tiercel(folder, ['info', slice])).out).toContain(text);
  }); // prettier-ignore

  it('is nothing where the whole machine was recorded as usual', async () => {
    const path = captureWith('usual.scap', [statement({ file: 1 })]);
    expect((await tiercel(folder, ['info', path])).out).not.toContain('left out');
    expect((await tiercel(folder, ['analyze', path, '--no-store'])).err).not.toContain('Left out');
  });

  it('is said once, by the first of many', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => statement({ container: `c${index}` }));
    const { out } = await tiercel(folder, ['info', captureWith('many.scap', many)]);
    expect(out.match(/left out/g)).toHaveLength(1);
    expect(out).toContain('only the container c0 was');
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '[1]'],
    ['null', 'null'],
    ['a word of another recorder', '{"recorder":"other","container":"x"}'],
    ['numbers for texts', statement({ container: 7, syscalls: {}, only_command: [] })],
    ['a megabyte', statement({ container: 'x'.repeat(1 << 20) })],
  ])('is not believed where it is %s', async (name, text) => {
    const { out, code } = await tiercel(folder, ['info', captureWith(`${name}.bad.scap`, [text])]);
    expect(out).not.toContain('left out');
    expect(code).toBe(0);
  });

  it('forges no line and reaches no terminal raw', async () => {
    const path = captureWith('forged.scap', [
      statement({ only_command: 'a\n  damage none\x1b[2J' }),
    ]);
    const { out } = await tiercel(folder, ['info', path]);
    expect(out).toContain('only the command a\\n  damage none\\x1b[2J and its descendants');
    const { err } = await tiercel(folder, ['analyze', path, '--no-store']);
    expect(err).toContain('only the command a\\n  damage none\\x1b[2J and its descendants');
  });
});
