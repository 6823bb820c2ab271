/** Where a capture goes: files that are taken away while they are written, links, devices, full disks, rotations. */
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync,
  writeFileSync,
} from 'node:fs'; // prettier-ignore
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { until } from './engines.js';
import { compile, makeFolder, NATIVE, readCapture, RECORDER, runRecorder, tiercelIn, whyNoProgram, whyNotHere } from './support.js'; // prettier-ignore

vi.setConfig({ testTimeout: 120_000 });

const reason = whyNotHere() ?? whyNoProgram();
const folder = makeFolder();
const tiercel = tiercelIn(folder.path);
let number = 0;

function newPath(): string {
  number += 1;
  return join(folder.path, `${number}.scap`);
}

interface End {
  readonly code: number | null;
  readonly said: string;
}

/** Record, do something once nothing is lost any more, and wait for the recording to end by itself. Its command is ended. */
async function recordUntilLost(
  program: readonly string[],
  args: readonly string[],
  act: () => void | Promise<void>,
): Promise<End> {
  const [file = '', ...first] = program;
  const child = spawn(file, [...first, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  // what the command inherits stays open: the end of the process counts, not that of its output
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await until(() => /^Recording to /m.test(said));
  await act();
  const code = await ended;
  await until(() => said.includes('Code: '));
  const command = /the command goes on, without being recorded: process (\d+)/.exec(said)?.[1];
  if (command !== undefined) {
    process.kill(Number(command));
  }
  return { code, said };
}

const PROGRAMS = {
  native: [RECORDER],
  tiercel: ['node', join(NATIVE, '../bin/run.js'), 'record'],
} as const;

describe.skipIf(reason !== undefined)(
  `where a recording goes${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let storm = '';
    beforeAll(() => {
      storm = compile('storm', folder.path);
    }, 60_000);
    afterAll(() => {
      folder.remove();
    });

    it.each([
      ['removed', (path: string) => { rmSync(path); }, 'was removed'],
      ['renamed', (path: string) => { renameSync(path, `${path}.away`); }, 'was renamed or moved away'],
      ['truncated', (path: string) => { truncateSync(path, 100); }, 'was truncated: 100 of'],
      ['emptied', (path: string) => { writeFileSync(path, ''); }, 'was truncated: 0 of'],
      ['replaced', (path: string) => { rmSync(path); writeFileSync(path, 'mine'); }, 'was re'],
      ['added to', (path: string) => { appendFileSync(path, 'more'); }, 'was written to by another process'],
    ])('is a file that, %s, ends the recording with code 2 and the reason', async (_, act, why) => {
      const path = newPath();
      const { code, said } = await recordUntilLost(PROGRAMS.native, ['-w', path], () => {
        act(path);
      });
      expect([code, said]).toEqual([2, expect.stringContaining(why)]);
      // at once, and at the end
      expect(said).toContain('recording stops\n');
      expect(said).toContain('Code: RECORD_FILE_LOST');
      if (existsSync(path)) {
        expect(statSync(path).size).toBeLessThanOrEqual(_ === 'added to' ? Infinity : 100);
      }
    }); // prettier-ignore

    it('is a folder that, moved away, ends the recording of tiercel too, and tells which command goes on', async () => {
      const place = join(folder.path, 'place');
      mkdirSync(place);
      const path = join(place, 'a.scap');
      const { code, said } = await recordUntilLost(
        PROGRAMS.tiercel,
        ['-w', path, '--', 'sleep', '8765'],
        () => {
          renameSync(place, `${place}.away`);
        },
      );
      expect([code, said]).toEqual([2, expect.stringContaining('was renamed or moved away')]);
      expect(said).toContain('Code: RECORD_FILE_LOST');
      expect(said).toMatch(/the command goes on, without being recorded: process \d+/);
      expect((await readCapture(join(`${place}.away`, 'a.scap'))).diagnostics).toEqual([]);
    });

    it('is a file of a rotation: the one that is written is looked after, earlier ones may go', async () => {
      const path = newPath();
      const nth = (n: number): string =>
        path.replace('.scap', `.${String(n).padStart(4, '0')}.scap`);
      const { code, said } = await recordUntilLost(
        PROGRAMS.native,
        ['-w', path, '--rotate', '6m', '--', storm, 'mix', '60'],
        async () => {
          await until(() => existsSync(nth(2)));
          rmSync(nth(1));
          await until(() => existsSync(nth(4)));
          const files = readdirSync(folder.path).filter((name) => name.startsWith(`${number}.`));
          rmSync(join(folder.path, files.sort().at(-1) ?? ''));
        },
      );
      expect([code, said]).toEqual([2, expect.stringMatching(/\.\d{4}\.scap was removed/)]);
      expect(said).not.toContain('.0001.scap was removed');
    });

    it('is a disk that fills: reported with code 2, and what was written replays', async () => {
      const small = join(folder.path, 'small');
      mkdirSync(small);
      const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', small]);
      expect(mounted.status).toBe(0);
      try {
        const path = join(small, 'a.scap');
        const run = runRecorder(['-w', path, '--', storm, 'mix', '3']);
        expect([run.status, run.stderr]).toEqual([
          2,
          expect.stringContaining('No space left on device'),
        ]);
        expect(run.stderr).toContain('Code: RECORD_CANNOT_WRITE');
        expect((await readCapture(path)).events.length).toBeGreaterThan(1000);
      } finally {
        spawnSync('umount', ['-l', small]);
      }
    });

    it('is never the target of a symbolic link, not with --force either', () => {
      const [target, link, dangling] = [newPath(), newPath(), newPath()];
      writeFileSync(target, 'precious');
      symlinkSync(target, link);
      symlinkSync(join(folder.path, 'nothing'), dangling);
      for (const path of [link, dangling]) {
        for (const words of [[], ['--force']]) {
          const run = runRecorder(['-w', path, ...words, '--', 'true']);
          expect([run.status, run.stderr]).toEqual([
            2,
            expect.stringContaining('RECORD_SYMBOLIC_LINK'),
          ]);
        }
      }
      expect(readFileSync(target, 'utf8')).toBe('precious');
      expect(existsSync(join(folder.path, 'nothing'))).toBe(false);
      expect(lstatSync(link).isSymbolicLink()).toBe(true);
    });

    it('may be a device or a pipe, whose mode stays as it is, under any name', () => {
      const device = join(folder.path, 'null');
      expect(spawnSync('mknod', ['-m', '0666', device, 'c', '1', '3']).status).toBe(0);
      expect(runRecorder(['-w', device, '--', 'true']).status).toBe(0);
      expect(statSync(device).mode & 0o777).toBe(0o666);
      const socket = spawnSync(RECORDER, ['-w', '-', '--', 'true'], { maxBuffer: 1 << 28 });
      expect([socket.status, ...socket.stdout.subarray(0, 4)]).toEqual([0, 0x0a, 0x0d, 0x0d, 0x0a]);
      for (const name of ['-', '/dev/stdout']) {
        const piped = spawnSync('sh', ['-c', `${RECORDER} -w ${name} -- true | cat`], {
          maxBuffer: 1 << 28,
        });
        expect([...piped.stdout.subarray(0, 4)]).toEqual([0x0a, 0x0d, 0x0d, 0x0a]);
      }
      const pipe = join(folder.path, 'pipe');
      const read = spawnSync(
        'sh',
        ['-c', `mkfifo ${pipe}; cat ${pipe} >${pipe}.read & ${RECORDER} -w ${pipe} -- true; wait`],
      ); // prettier-ignore
      expect(read.status).toBe(0);
      expect(statSync(`${pipe}.read`).size).toBeGreaterThan(1000);
    });

    it('is no block device and no folder', () => {
      const device = join(folder.path, 'block');
      expect(spawnSync('mknod', [device, 'b', '7', '250']).status).toBe(0);
      for (const path of [device, folder.path]) {
        const run = runRecorder(['-w', path, '--force', '--', 'true']);
        expect([run.status, run.stderr]).toEqual([
          2,
          expect.stringContaining('RECORD_CANNOT_WRITE'),
        ]);
      }
    });

    it('is a pipe whose reader may end: then the recording does, quietly', () => {
      const run = spawnSync('sh', ['-c', `${RECORDER} -w - -- ${storm} mix 3 | head -c 100 | wc -c; echo $?`], {
        encoding: 'utf8',
      }); // prettier-ignore
      expect(run.stdout.trim().split('\n').at(-2)).toBe('100');
      expect(run.stderr).toContain('(nobody reads it any longer)');
      expect(run.stderr).not.toContain('Code:');
    });

    it('with --rotate has numbers in front of the ending of its name, whatever its folder is called', () => {
      const place = join(folder.path, 'of.scaps');
      mkdirSync(place);
      for (const [name, first] of [
        ['a', 'a.0001'],
        ['b.scap', 'b.0001.scap'],
        ['c.scap.zst', 'c.0001.scap.zst'],
        ['d.scapes', 'd.scapes.0001'],
        ['e.scap.scap', 'e.scap.0001.scap'],
      ] as const) {
        runRecorder(['-w', join(place, name), '--rotate', '1g', '--', 'true']);
        expect(readdirSync(place)).toContain(first);
      }
    });

    it('with --keep reports what is kept, and says what was removed', () => {
      const path = newPath();
      const words = ['-w', path, '--rotate', '8m', '--keep', '2', '--', 'sh', '-c', `${storm} mix 3 >/dev/null`];
      const run = tiercel('record', ...words);
      const kept = readdirSync(folder.path).filter((name) => name.startsWith(`${number}.`));
      expect(kept).toHaveLength(2);
      const bytes = kept.reduce((sum, name) => sum + statSync(join(folder.path, name)).size, 0);
      expect(run.stderr).toContain(`, ${(bytes / 1e6).toFixed(1)} MB in 2 files`);
      const events = Number(/: ([\d,]+) events/.exec(run.stderr)?.[1]?.replaceAll(',', ''));
      const written = /the rest of what was recorded \(([\d,]+) events/.exec(run.stderr)?.[1];
      expect(Number(written?.replaceAll(',', ''))).toBeGreaterThan(events);
      const counts = kept.map((name) => {
        const { stdout } = tiercel('info', '-f', 'json', name);
        // each file begins with the recorder's statement, which is none of the events
        return (JSON.parse(stdout) as { records: number }).records - 1;
      });
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(events);
    }); // prettier-ignore

    it.each(['none', 'gzip', 'zstd'])(
      'refuses a rotation that is smaller than its own lists, with the number (--compress %s)',
      (kind) => {
        const path = newPath();
        const run = runRecorder(['-w', path, '--rotate', '2k', '--compress', kind, '--', 'true']);
        expect([run.status, run.stderr]).toEqual([
          2,
          expect.stringContaining('Code: RECORD_ROTATE_SMALL'),
        ]);
        const bytes = Number(/now (\d+) bytes/.exec(run.stderr)?.[1]);
        expect(bytes).toBeGreaterThan(2 << 10); // a quiet machine's lists take 10 kB
        expect(readdirSync(folder.path).some((name) => name.startsWith(`${number}.`))).toBe(false);
      },
    );

    it('shows a line every ten seconds with --progress where stderr is no terminal', () => {
      const run = tiercel('record', '-w', newPath(), '--progress', '--duration', '11s');
      expect(run.stderr).toMatch(/^[\d,]+ events {2}[\d,]+\/s {2}\d+\.\d MB {2}none lost$/m);
    });
  },
);

describe.runIf(reason !== undefined)('where a recording goes', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
