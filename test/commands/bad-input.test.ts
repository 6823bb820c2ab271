import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { put, scratchFolder, tiercel } from './run.js';
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
  const cases: readonly (readonly [string, () => string, string, number])[] = [
    ['a text file', () => put(folder, 'text', 'hello, world\n'.repeat(99)), 'Code: ', 2],
    ['an empty file', () => put(folder, 'empty', ''), 'Code: ', 2],
    ['a directory', () => folder, 'directory', 2],
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
    ['no such file', () => join(folder, 'nothing'), 'there is no such file', 2],
  ];
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
    '%s: what was found is kept, the loss is told, exit code 4',
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
    },
  );

  it('a rules file with a syntax error loads nothing, and all mistakes are told', async () => {
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

  it.skipIf(process.getuid?.() === 0)('a file without permission', async () => {
    const secret = put(folder, 'secret.scap', 'x');
    chmodSync(secret, 0);
    const { code, err } = await tiercel(folder, ['analyze', secret, '-r', rules, '--no-store']);
    expect([code, err]).toEqual([2, expect.stringContaining('permission')]);
  });
});
