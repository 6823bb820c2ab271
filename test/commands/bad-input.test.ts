import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, put, scratchFolder, tiercel } from './run.js';
import { CONTAINER_ID, RULES, writeScene } from './scene.js';

const folder = scratchFolder();
const LINE = `22:13:20.000001000: Error Package management process launched (user=root command=apk add curl nginx (id=${CONTAINER_ID}))\n`;
let capture = '';
let rules = '';
beforeAll(() => {
  capture = join(folder, 'scene.scap');
  writeScene(capture);
  rules = put(folder, 'rules.yaml', RULES);
});

describe('bad input', () => {
  const emptyDirectory = (): string => {
    const path = join(folder, 'hollow');
    mkdirSync(path, { recursive: true });
    return path;
  };
  const cases: readonly (readonly [string, () => string, string, number])[] = [
    ['a text file', () => put(folder, 'text', 'hello, world\n'.repeat(99)), 'Code: ', 2],
    ['an empty file', () => put(folder, 'empty', ''), 'Code: ', 2],
    ['an empty directory', emptyDirectory, 'directory', 2],
    [
      'a pcapng of network packets',
      () =>
        put(
          folder,
          'x.pcapng',
          Buffer.from(
            '0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c00000001000000140000000100000000000400140000000600000000',
            'hex',
          ),
        ),
      'packet',
      2,
    ],
    ['bytes of no kind', () => put(folder, 'bytes', Buffer.alloc(9000, 0xa5)), 'Code: ', 2],
    ['a packed text file', () => put(folder, 'text.gz', gzipSync('hello'.repeat(99))), 'Code: ', 2],
    ['no such file', () => join(folder, 'nothing'), 'there is no such file', 2],
  ];
  it.each(cases.filter(([what]) => !/directory|no such/.test(what)))(
    '%s on stdin gives the same message',
    async (_why, make, told, exit) => {
      const path = make();
      const args = ['-r', rules, '--no-store'];
      const file = await tiercel(folder, ['analyze', path, ...args]);
      const input = readFileSync(path);
      const piped = await tiercel(folder, ['analyze', '-', ...args], { input });
      expect(piped.err).toContain(told);
      expect(piped.err).toBe(file.err.replace(`where: ${path}`, 'where: stdin'));
      expect([piped.out, piped.code]).toEqual(['', exit]);
    },
  );

  it.each(cases)('%s gives one clear message', async (_why, make, told, exit) => {
    const { code, err, out } = await tiercel(folder, [
      ...['analyze', make(), '-r', rules, '--no-store', '--no-summary'],
    ]);
    expect(err).toContain(told);
    for (const part of ['Error: ', '  where: ', '  why: ', '  Code: ', '  Try this: ']) {
      expect(err.split(part), part).toHaveLength(2);
    }
    expect([out, code]).toEqual(['', exit]);
  });

  /** Where the block of the capture's openat begins, and its length. */
  const lastEvents = (): { bytes: Buffer; at: number; length: number } => {
    const bytes = readFileSync(capture);
    const exitLength = bytes.readUInt32LE(bytes.length - 4);
    const end = bytes.length - exitLength;
    const length = bytes.readUInt32LE(end - 4);
    return { bytes, at: end - length, length };
  };
  const damaged: readonly (readonly [string, () => Uint8Array])[] = [
    [
      'a gzip cut short',
      () => {
        const long = join(folder, 'cut.scap');
        writeScene(long, { runs: 2000 });
        return gzipSync(readFileSync(long)).subarray(0, -2000);
      },
    ],
    [
      'a block whose length points beyond the file',
      () => {
        const { bytes, at } = lastEvents();
        bytes.writeUInt32LE(0x7fff_fff0, at + 4);
        return bytes.subarray(0, at + 40);
      },
    ],
    [
      'an event with more parameter bytes than its block',
      () => {
        const { bytes, at } = lastEvents();
        bytes.writeUInt16LE(0xfff0, at + 8 + 28);
        return bytes;
      },
    ],
  ];
  it.each(damaged)(
    '%s: what was found is kept, the loss is reported, exit code 4',
    async (_why, make) => {
      const path = put(folder, 'damaged.scap', make());
      const { code, err, out } = await tiercel(folder, [
        'analyze',
        path,
        '-r',
        rules,
        '--no-store',
      ]);
      expect(out.startsWith(LINE)).toBe(true);
      expect(err).toContain('Data loss: parts of the evidence were not seen');
      expect(code).toBe(4);

      const input = readFileSync(path);
      const piped = await tiercel(folder, ['analyze', '-', '-r', rules, '-s', `${path}.db`], {
        input,
      });
      expect([piped.out, piped.code]).toEqual([out, code]);
      const sha256 = createHash('sha256').update(input).digest('hex');
      expect(piped.err.replace(`  SHA-256 ${sha256}\n`, '')).toBe(
        `${err.replaceAll(path, 'stdin')}Case: ${path}.db, see "tiercel query"\n`,
      );
      const sql = 'SELECT (SELECT count(*) FROM alerts) > 0, count(*) > 0 FROM what_was_not_seen';
      const kept = await tiercel(folder, [
        ...['query', `${path}.db`, sql, '-f', 'csv', '--no-header'],
      ]);
      expect(kept.out).toBe('1,1\n');
      rmSync(`${path}.db`);
    },
  );

  it('one piece of evidence that cannot be used does not keep others from being analysed', async () => {
    const { code, err, out } = await tiercel(folder, [
      ...['analyze', put(folder, 'no', 'no'), capture, '-r', rules, '--no-store'],
    ]);
    expect([out.startsWith(LINE), code]).toEqual([true, 2]);
    expect(err.match(/Error: /g)).toHaveLength(1);
  });

  it('a condition with an unknown field is reported with its place and the nearest name', async () => {
    const { code, err, out } = await tiercel(folder, [
      ...['analyze', capture, '-r', rules, '--no-store', '--filter', 'proc.nmae = apk'],
    ]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('proc.name');
  });

  it('a rules file with a syntax error loads nothing, and all mistakes are reported', async () => {
    const bad = put(
      folder,
      'bad.yaml',
      RULES.replace('proc.name = apk', 'proc.nme = apk').replace('/etc\n', '/etc and (\n'),
    );
    const { code, err, out } = await tiercel(folder, ['analyze', capture, '-r', bad, '--no-store']);
    expect(err.match(/LOAD_ERR_COMPILE_CONDITION/g)).toHaveLength(2);
    expect(err).toContain('proc.name');
    expect([code, out]).toEqual([2, '']);
  });
});

/** Nobody, who has no right at all, and a home folder that cannot be read (as after `su` without `-`). */
const NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs', '--inh-caps=-all']; // prettier-ignore
const isRoot = process.getuid?.() === 0;
const canBeNobody = isRoot && spawnSync('setpriv', [...NOBODY, process.execPath, '--version']).status === 0; // prettier-ignore
const note = canBeNobody || !isRoot ? '' : ' (skipped: setpriv cannot become nobody here)';

describe.skipIf(isRoot && !canBeNobody)(`without privileges${note}`, () => {
  /** Run as nobody; without root, as whoever this is. */
  const run = (cwd: string, ...args: string[]) => {
    const program = [process.execPath, PROGRAM, ...args];
    const [file = '', ...rest] = isRoot ? ['setpriv', ...NOBODY, ...program] : program;
    return spawnSync(file, rest, {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], NO_COLOR: '1', HOME: isRoot ? '/root' : folder },
    });
  };
  const own = mkdtempSync(join(tmpdir(), 'tiercel-nobody-'));
  afterAll(() => {
    rmSync(own, { recursive: true });
  });
  beforeAll(() => {
    chmodSync(folder, 0o755);
    chmodSync(capture, 0o644);
    if (isRoot) {
      chownSync(own, 65534, 65534);
    }
  });

  it('evidence is analysed, a case is kept and asked, tests run', () => {
    const analysis = run(own, 'analyze', capture, '-r', rules, '--no-summary');
    expect([analysis.stdout.startsWith(LINE), analysis.status]).toEqual([true, 0]);
    expect(analysis.stderr).not.toContain('EACCES');
    const sql = 'SELECT status FROM runs';
    const asked = run(own, 'query', 'case.db', sql, '-f', 'csv', '--no-header');
    expect([asked.stdout, asked.stderr]).toEqual(['complete\n', '']);
    put(own, 'a.test.yaml', `capture: ${capture}\nrules: ${rules}\nunexpected: ignore\n`);
    expect(run(own, 'test', '.').status).toBe(0);
    expect(run(own, 'events', capture, '--limit', '1').status).toBe(0);
  });

  it('evidence, rules and cases that may not be read are reported', () => {
    const secret = put(own, 'secret.scap', 'x');
    chmodSync(secret, 0);
    for (const args of [
      ['analyze', secret, '-r', rules, '--no-store'],
      ['analyze', capture, '-r', secret, '--no-store'],
      ['analyze', capture, '-r', rules, '-c', secret, '--no-store'],
      ['query', secret],
    ]) {
      const { status, stderr, stdout } = run(own, ...args);
      expect([args, status, stdout]).toEqual([args, 2, '']);
      expect(stderr).toMatch(/may not read|permission/);
      expect(stderr.match(/Error: /g)).toHaveLength(1);
    }
  });

  it('a case or an output in a folder of others is reported', () => {
    chmodSync(own, 0o555);
    for (const args of [
      ['analyze', capture, '-r', rules],
      ['analyze', capture, '-r', rules, '--no-store', '--output', 'x'],
      ['events', capture, '-w', 'x.scap'],
    ]) {
      const { status, stderr } = run(own, ...args);
      expect([args, status]).toEqual([args, 2]);
      expect(stderr).toMatch(/permission|may not/);
    }
    chmodSync(own, 0o755);
  });
});
