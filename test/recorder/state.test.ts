/** The machine as it was when recording began: whatever went on at that moment, nothing of it is unknown. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { replay } from '../../src/pipeline.js';
import { compile, makeFolder, readCapture, RECORDER, runRecorder, whyNotHere } from './support.js';

// what takes a second or two takes much longer on a busy machine
vi.setConfig({ testTimeout: 120_000 });

const reason = whyNotHere();
const folder = makeFolder();
afterAll(() => {
  folder.remove();
});

describe.skipIf(reason !== undefined)(
  `the state of the machine${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    it('is complete while processes come and go: each event has its process, each read its file', async () => {
      const churn = spawn(compile('churn', folder.path), { stdio: 'ignore' });
      const gone = new Promise((resolve) => churn.once('exit', resolve));
      const path = join(folder.path, 'churn.scap');
      runRecorder([
        '-w',
        path,
        '--duration',
        '0.7s',
        '--syscalls',
        'open,openat,read,pread64,close',
      ]);
      churn.kill('SIGTERM');
      await gone;
      const nameless: string[] = [];
      const counts = { read: 0, pread: 0 };
      await replay(await openEvidence(path), {
        onMoment: ({ event, thread, fd }) => {
          const { name } = event.row;
          if (thread?.comm === 'churn' && (name === 'read' || name === 'pread')) {
            counts[name] += 1;
            const expected = name === 'read' ? '/etc/passwd' : '/etc/group';
            if (fd?.name !== expected) {
              nameless.push(`${event.number} ${name} ${String(fd?.name)}`);
            }
          }
          return undefined;
        },
      });
      const { metadata, events, diagnostics } = await readCapture(path);
      const known = new Set(
        metadata
          .flatMap((one) => (one.kind === 'processes' ? one.processes : []))
          .map(({ tid }) => tid),
      );
      const strangers = events.filter(({ name, tid, result }) => {
        const isOfProcesses = /^(clone3?|v?fork)$/.test(name);
        if (isOfProcesses && result !== undefined && result >= 0) {
          known.add(result === 0 ? tid : result);
        }
        return tid > 0 && !known.has(tid);
      });
      expect(diagnostics).toEqual([]);
      const moments = events.map(({ time, tid, cpu, name }) => `${time} ${tid} ${cpu} ${name}`);
      expect(new Set(moments).size).toBe(moments.length);
      expect(counts.read).toBeGreaterThan(10);
      expect(counts.pread).toBeGreaterThan(10);
      expect(strangers.map(({ number, name, tid }) => [number, name, tid])).toEqual([]);
      // a child that lived for microseconds may have opened its file just before, and closed it just after
      expect(nameless.length).toBeLessThanOrEqual(1);
    }, 60_000);

    it("has the host's numbers and the namespace's, when recorded in a pid namespace", async () => {
      const path = join(folder.path, 'namespace.scap');
      const run = spawnSync(
        'unshare',
        ['--pid', '--fork', '--mount-proc', RECORDER, '-w', path, '--', 'sh', '-c', 'cat /proc/1/stat; true'],
        { encoding: 'utf8' },
      ); // prettier-ignore
      expect(run.stderr).not.toContain('Code:');
      const { events, metadata } = await readCapture(path);
      const listed = metadata.flatMap((one) => (one.kind === 'processes' ? one.processes : []));
      // the first process of the namespace is the recorder, here and outside
      const first = listed.find(({ vtid }) => vtid === 1);
      expect(first?.comm).toBe('tiercel-recorde');
      expect(first?.tid).toBeGreaterThan(1);
      const cat = events.find(
        ({ name, params }) => name === 'execve' && params.get('exe')?.text === 'cat',
      );
      const clone = events.find(
        ({ name, result, tid }) => /clone|fork/.test(name) && result === 0 && tid === cat?.tid,
      );
      expect(clone?.params.get('vtid')?.text).toMatch(/^\d$/);
      expect(cat?.tid).toBeGreaterThan(first?.tid ?? 0);
      const parent = listed.find(({ tid }) => tid === Number(clone?.params.get('ptid')?.text));
      expect(parent?.vtid).toBe(2);
      const names = events.map(({ params }) => params.get('comm')?.text);
      expect(names).not.toContain('tiercel-recorde');
    });

    it('comes from the executable alone, where nothing else is', async () => {
      const root = join(folder.path, 'root');
      mkdirSync(join(root, 'proc'), { recursive: true });
      mkdirSync(join(root, 'sys'));
      mkdirSync(join(root, 'etc'));
      writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
      spawnSync('cp', [RECORDER, join(root, 'recorder')]);
      // something goes on, however quiet the machine is
      const busy = spawn('sh', ['-c', 'while :; do read -r line < /proc/version; done'], {
        stdio: 'ignore',
      });
      const run = spawnSync(
        'unshare',
        [
          '--mount',
          'sh',
          '-c',
          `mount --rbind /proc ${root}/proc && mount --rbind /sys ${root}/sys &&
           exec env -i "$(command -v chroot)" ${root} /recorder -w /out.scap --duration 0.5s`,
        ],
        { encoding: 'utf8' },
      );
      busy.kill('SIGKILL');
      expect(run.stderr).toContain('the duration is over');
      const path = join(root, 'out.scap');
      expect(existsSync(path)).toBe(true);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      const { metadata, diagnostics, events } = await readCapture(path);
      expect(diagnostics).toEqual([]);
      expect(new Set(metadata.map(({ kind }) => kind))).toEqual(
        new Set(['machine', 'interfaces', 'processes', 'fds', 'users']),
      );
      expect(events.length).toBeGreaterThan(0);
    });

    it('has users, groups, interfaces, and of each process its files', async () => {
      const path = join(folder.path, 'whole.scap');
      const cat = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
      runRecorder(['-w', path, '--duration', '0.3s', '--syscalls', 'execve']);
      cat.kill();
      const users = readFileSync('/etc/passwd', 'utf8').trim().split('\n');
      const { metadata } = await readCapture(path);
      const listed = metadata.flatMap((one) => (one.kind === 'users' ? one.users : []));
      expect(listed).toHaveLength(users.length);
      const own = metadata.find((one) => one.kind === 'fds' && one.tid === cat.pid);
      expect(own?.kind === 'fds' ? own.fds.map(({ fd }) => fd) : []).toEqual(
        expect.arrayContaining([0, 1, 2]),
      );
    });
  },
);

describe.runIf(reason !== undefined)('the state of the machine', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
