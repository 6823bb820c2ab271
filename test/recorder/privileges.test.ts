/** Who may record, what the recorder keeps of its rights, whom a command runs as, and where recording is refused. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { drive, lookerOf } from './driver.js';
import { missingPrograms, until } from './engines.js';
import {
  compile,
  makeFolder,
  NATIVE,
  readCapture,
  RECORDER,
  runRecorder,
  tiercelIn,
  whyNoProgram,
  whyNotHere,
} from './support.js';

// what takes a second or two takes much longer on a busy machine
vi.setConfig({ testTimeout: 120_000 });

const reason = whyNotHere() ?? whyNoProgram();
const folder = makeFolder();
const tiercel = tiercelIn(folder.path);
/** The machine in the header of an ELF file. */
const EM_AARCH64 = 183;
const NOBODY = '65534';
/** Capabilities that are kept: bpf, perfmon, sys_ptrace, dac_read_search; those of the process that looks: the last two. */
const TO_LOOK = (1n << 19n) | (1n << 2n);
const KEPT = (1n << 39n) | (1n << 38n) | TO_LOOK;

/** Permitted and effective capabilities of a process. */
function rightsOf(pid = 0): readonly bigint[] {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return [...status.matchAll(/^Cap(?:Prm|Eff):\t(\w+)/gm)].map(([, digits = '']) =>
    BigInt(`0x${digits}`),
  );
}

const run = (program: string, ...args: readonly string[]): ReturnType<typeof runRecorder> =>
  spawnSync(program, args, { encoding: 'utf8', timeout: 60_000 });

describe.skipIf(reason !== undefined)(
  `the recorder's rights${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    beforeAll(() => {
      chmodSync(folder.path, 0o755);
    });
    afterAll(() => {
      folder.remove();
    });

    it('are named where all of them are missing, with the line that grants them', () => {
      const copy = join(folder.path, 'plain-recorder');
      copyFileSync(RECORDER, copy);
      const { stderr, status } = run('setpriv', '--reuid', NOBODY, '--clear-groups', copy, '-w', '/dev/null'); // prettier-ignore
      expect(stderr).toContain('why: missing: cap_bpf, cap_perfmon, cap_sys_ptrace\n');
      expect(stderr).toContain('Code: RECORD_NO_CAPABILITY');
      expect(stderr).toContain(
        `sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search+ep ${copy}`,
      );
      expect(status).toBe(2);
    });

    it('are named where one of them is missing, through tiercel too', () => {
      const words = ['--bounding-set=-sys_ptrace', '--inh-caps=-sys_ptrace'];
      const alone = run('setpriv', ...words, RECORDER, '-w', join(folder.path, 'no.scap'));
      expect(alone.stderr).toContain('why: missing: cap_sys_ptrace\n');
      const program = join(folder.path, 'driven');
      writeFileSync(program, `#!/bin/sh\nexec setpriv ${words.join(' ')} ${RECORDER} "$@"\n`, {
        mode: 0o755,
      });
      const driven = spawnSync(
        'node',
        [join(NATIVE, '../bin/run.js'), 'record', '-w', 'no.scap', '--', 'true'],
        {
          encoding: 'utf8',
          cwd: folder.path,
          env: { ...process.env, TIERCEL_RECORDER: program },
        },
      );
      expect(driven.stderr).toContain('why: missing: cap_sys_ptrace\n');
      expect(driven.stderr).toContain('Code: RECORD_NO_CAPABILITY');
      expect(driven.stderr).toContain('Try this: sudo setcap cap_bpf,');
      expect(driven.status).toBe(2);
    });

    it('can be given to the file: then anybody records, and no limit of locked memory matters', async () => {
      const copy = join(folder.path, 'granted-recorder');
      copyFileSync(RECORDER, copy);
      const { status: granted } = run(
        'setcap',
        'cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search+ep',
        copy,
      );
      expect(granted).toBe(0);
      const place = join(folder.path, 'nobodys');
      mkdirSync(place, { mode: 0o777 });
      chmodSync(place, 0o777);
      const path = join(place, 'out.scap');
      const { stderr, status } = run(
        'prlimit', '--memlock=0', 'setpriv', '--reuid', NOBODY, '--clear-groups',
        copy, '-w', path, '--only-command', '--', 'sh', '-c', `grep -E '^(Uid|Cap)' /proc/self/status > ${place}/status`,
      ); // prettier-ignore
      expect([stderr.includes('Code:'), status]).toEqual([false, 0]);
      const own = readFileSync(join(place, 'status'), 'utf8');
      expect(own).toMatch(/Uid:\t65534\t65534\t65534\t65534/);
      expect(own).toMatch(/CapPrm:\t0{16}\nCapEff:\t0{16}/);
      const { events } = await readCapture(path);
      expect(events.map(({ name }) => name)).toContain('execve');
    });

    it('are given up after loading, but for those that are needed', async () => {
      const path = join(folder.path, 'dropped.scap');
      const child = spawn(RECORDER, ['-w', path, '--syscalls', 'execve'], { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await until(
        () => existsSync(path) && rightsOf(child.pid).every((each) => (each & ~KEPT) === 0n),
      );
      expect(rightsOf(child.pid).every((each) => each !== 0n)).toBe(true);
      child.kill('SIGTERM');
      await ended;
    });

    it('are two alone where containers are looked into, in a process without the recorder’s descriptors, which ends with it', async () => {
      const driver = await drive(join(folder.path, 'looking.scap'), 'none');
      await until(() => lookerOf(driver) > 0);
      const looker = lookerOf(driver);
      expect(rightsOf(looker)).toEqual([TO_LOOK, TO_LOOK]);
      const descriptors = readdirSync(`/proc/${looker}/fd`).map((name) =>
        readlinkSync(`/proc/${looker}/fd/${name}`).replace(/\d+/, 'N'),
      );
      expect(descriptors).toEqual(['/dev/null', '/dev/null', '/dev/null', 'socket:[N]']);
      await driver.stop();
      await until(() => !existsSync(`/proc/${looker}`));
    });
  },
);

describe.skipIf(reason !== undefined)(
  `a command that is recorded${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    it('runs as the user who called sudo, with that user’s groups and without capabilities', () => {
      const place = makeFolder();
      chmodSync(place.path, 0o777);
      const group = /^www-data:.*$/m.exec(readFileSync('/etc/group', 'utf8'))?.[0].split(':') ?? [];
      const said = join(place.path, 'said');
      const { stderr } = spawnSync(
        RECORDER,
        ['-w', join(place.path, 'sudo.scap'), '--', 'sh', '-c', `(id -u; id -g; id -G; grep ^Cap /proc/self/status; ls -l /proc/self/fd) > ${said}`],
        {
          encoding: 'utf8',
          env: { PATH: process.env['PATH'], SUDO_UID: '33', SUDO_GID: group[2], SUDO_USER: 'www-data' },
        },
      ); // prettier-ignore
      expect(stderr).not.toContain('Code:');
      const [user, main, groups, ...rest] = readFileSync(said, 'utf8').split('\n');
      expect([user, main, groups]).toEqual(['33', group[2], group[2]]);
      const text = rest.join('\n');
      expect(text).toMatch(/CapPrm:\t0{16}\nCapEff:\t0{16}\n/);
      expect(text).toMatch(/CapAmb:\t0{16}/);
      place.remove();
    });

    it('has no descriptor of the recorder', () => {
      const said = join(folder.path, 'fds');
      mkdirSync(folder.path, { recursive: true });
      const { status } = tiercel(
        'record', '-w', join(folder.path, 'fds.scap'), '--quiet', '--', 'sh', '-c', `readlink /proc/$$/fd/* > ${said}`,
      ); // prettier-ignore
      expect(status).toBe(0);
      expect(readFileSync(said, 'utf8')).not.toMatch(/bpf|fds\.scap|anon_inode/);
      folder.remove();
    });

    it('that is not there is reported', () => {
      const place = makeFolder();
      const { stderr, status } = runRecorder(
        ['-w', 'x.scap', '--', 'no-such-program-anywhere'],
        place.path,
      );
      expect(stderr).toContain('Code: RECORD_COMMAND');
      expect(stderr).toContain('no-such-program-anywhere: No such file or directory');
      expect(status).toBe(2);
      place.remove();
    });
  },
);

describe.skipIf(reason !== undefined)(
  `recording is refused, with its own word,${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    const place = makeFolder();
    const out = join(place.path, 'out.scap');
    afterAll(() => {
      place.remove();
    });

    it('by a kernel that is too old', () => {
      // the kernel itself says 2.6 to programs of that personality
      const { stderr, status } = run('setarch', '--uname-2.6', RECORDER, '-w', out);
      expect(stderr).toMatch(/why: it is 2\.6\.\S+, and 5\.17 is the oldest/);
      expect(stderr).toContain('Code: RECORD_KERNEL_TOO_OLD');
      expect(status).toBe(2);
    });

    it('by a kernel without BTF', () => {
      const hidden = 'mount -t tmpfs none /sys/kernel/btf && exec "$@"';
      const { stderr, status } = run('unshare', '--mount', 'sh', '-c', hidden, 'sh', RECORDER, '-w', out); // prettier-ignore
      expect(stderr).toMatch(/why: \/sys\/kernel\/btf\/vmlinux: No such file or directory/);
      expect(stderr).toContain('Code: RECORD_NO_BTF');
      expect(status).toBe(2);
    });

    it('where bpf(2) is forbidden', () => {
      const { stderr, status } = run(compile('forbid', place.path), RECORDER, '-w', out);
      expect(stderr).toContain('why: Operation not permitted');
      expect(stderr).toContain('Code: RECORD_BPF_FORBIDDEN');
      expect(stderr).toContain('seccomp');
      expect(status).toBe(2);
    });

    it('by a machine of another architecture', () => {
      const other = join(place.path, 'other-recorder');
      const bytes = readFileSync(RECORDER);
      bytes.writeUInt16LE(183, 18); // e_machine: AArch64
      writeFileSync(other, bytes, { mode: 0o755 });
      const { stderr, status } = spawnSync(
        'node',
        [join(NATIVE, '../bin/run.js'), 'record', '-w', out, '--', 'true'],
        { encoding: 'utf8', env: { ...process.env, TIERCEL_RECORDER: other } },
      );
      expect(stderr).toContain(`where: ${other}`);
      expect(stderr).toContain('Code: RECORD_ARCHITECTURE');
      expect(stderr).toContain('npm run build:native');
      expect(status).toBe(2);
    });

    it('where the native program was not built', () => {
      const { stderr, status } = spawnSync(
        'node',
        [join(NATIVE, '../bin/run.js'), 'record', '-w', out, '--', 'true'],
        { encoding: 'utf8', env: { ...process.env, TIERCEL_RECORDER: '/nowhere/recorder' } },
      );
      expect(stderr).toContain('Code: RECORD_NOT_BUILT');
      expect(stderr).toContain('apt-get install clang');
      expect(status).toBe(2);
    });
  },
);

describe.skipIf(reason !== undefined)(
  `building it${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    const place = makeFolder();
    afterAll(() => {
      place.remove();
    });
    const build = (...words: readonly string[]): ReturnType<typeof runRecorder> =>
      spawnSync('make', ['-j2', '-C', NATIVE, `BUILD=${join(place.path, 'build')}`, ...words], {
        encoding: 'utf8',
        timeout: 280_000,
      });

    it.each([
      [
        'a cross compiler',
        ['arm64', 'CROSS=no-such-gcc'],
        'RECORD_NO_CROSS_COMPILER',
        'apt-get install gcc-aarch64-linux-gnu',
      ],
      ['clang', ['CLANG=no-such-clang'], 'RECORD_NO_CLANG', 'apt-get install clang'],
      ['bpftool', ['BPFTOOL=no-such-bpftool'], 'RECORD_NO_BPFTOOL', 'apt-get install bpftool'],
      ['BTF', ['VMLINUX_BTF=/no/such/file'], 'RECORD_NO_BTF', '/no/such/file is not there'],
    ])('without %s says what is missing', (_name, words, code, text) => {
      const { stderr, status } = build(...words);
      expect(stderr).toContain(code);
      expect(stderr).toContain(text);
      expect(status).not.toBe(0);
    });

    it('on another machine says which ones it is for', () => {
      const words = ['i686', 'make', '-C', NATIVE, `BUILD=${join(place.path, 'build')}`];
      const { stderr, status } = run('setarch', ...words);
      expect(stderr).toContain('RECORD_ARCHITECTURE: the recorder is for x86_64 and aarch64');
      expect(stderr).toContain('this is i686');
      expect(status).not.toBe(0);
    });

    it('works for arm64 on another machine: one static executable', ({ skip }) => {
      const missing = missingPrograms('aarch64-linux-gnu-gcc', 'apt-get', 'dpkg');
      skip(missing.length > 0, `not installed: ${missing.join(', ')}`);
      const fetched = build('arm64-libraries');
      skip(fetched.status !== 0, `the arm64 libraries cannot be fetched: ${fetched.stderr}`);
      const { stderr, status } = build('arm64');
      expect([status, stderr]).toEqual([0, '']);
      const program = readFileSync(join(place.path, 'build/arm64/tiercel-recorder'));
      expect(program.subarray(1, 4).toString()).toBe('ELF');
      expect(program.readUInt16LE(18)).toBe(EM_AARCH64);
      expect(program.includes('/lib/ld-linux')).toBe(false);
    }, 300_000);
  },
);

describe.runIf(reason !== undefined)('rights and refusals', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
