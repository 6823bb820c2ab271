/**
 * Users and groups that containers have of their own: read from real containers, named in the analysis, and read
 * with care, as a container may have anything there.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drive, lookerOf } from './driver.js';
import {
  makeImageTar,
  missingPrograms,
  removeFromPodman,
  startDocker,
  startPodman,
  until,
  type TestEngine,
} from './engines.js';
import {
  compile,
  hierarchy,
  makeFolder,
  recordWhile,
  tiercelIn,
  whyNoGroups,
  whyNoProgram,
  whyNotHere,
} from './support.js';

const missing = missingPrograms('dockerd', 'docker', 'podman', 'runc', 'busybox');
const reason =
  whyNotHere() ??
  whyNoProgram() ??
  whyNoGroups() ??
  (missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined);
const folder = makeFolder();
const pathOf = (name: string): string => join(folder.path, name);
const IMAGE = 'localhost/app:1';

const PASSWD = `root:x:0:0:root:/root:/bin/sh
app:x:1234:4321:The App:/home/app:/bin/false
twin:x:1234:4321::/:
+nis::5:5:::
nobody
big:x:4294967295:0:::
odd:x:0x10:0:::
\u001b[31mred:x:66:66:::
`;
const GROUP = 'root:x:0:\nstaff:x:4321:app\n';

describe.skipIf(reason !== undefined)(
  `users in containers${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let docker: TestEngine;
    let podman: TestEngine;
    const tiercel = tiercelIn(folder.path);
    beforeAll(async () => {
      const files = { 'etc/passwd': PASSWD, 'etc/group': GROUP };
      const tar = makeImageTar(folder.path, files);
      [docker, podman] = await Promise.all([startDocker(folder.path), startPodman(folder.path)]);
      process.env['DOCKER_HOST'] = `unix://${docker.socket}`;
      process.env['CONTAINER_HOST'] = `unix://${podman.socket}`;
      await docker.run('import', tar, IMAGE);
      await podman.run('import', tar, IMAGE);
    }, 120_000);
    afterAll(async () => {
      await docker.stop();
      await podman.stop();
      delete process.env['DOCKER_HOST'];
      delete process.env['CONTAINER_HOST'];
      folder.remove();
    }, 60_000);

    async function remove(engine: 'docker' | 'podman', name: string): Promise<void> {
      await (engine === 'docker' ? docker.run('rm', '-f', name) : removeFromPodman(podman, name));
    }

    /** Programs that were started in the container, with their users: from the analysis. */
    function programsOf(path: string, container: string): readonly string[] {
      const rules = pathOf('rules.yaml');
      writeFileSync(
        rules,
        '- rule: Program\n  desc: d\n  condition: evt.type = execve and evt.res = SUCCESS\n  output: o\n  priority: NOTICE\n',
      );
      const { stdout } = tiercel(
        'analyze', path, '--no-store', '-r', rules, '--filter', `container.name = ${container}`,
        '-p', '%proc.cmdline|%user.uid|%user.name|%user.homedir|%user.shell|%group.name',
      ); // prettier-ignore
      return stdout.trim().split('\n');
    }

    it.each(['docker', 'podman'] as const)(
      'that ran before have names, with %s',
      async (engine) => {
        const client = engine === 'docker' ? docker : podman;
        await client.run('run', '-d', '--net=none', '--name', 'early', IMAGE, '/bin/sleep', '600');
        const path = pathOf(`early-${engine}.scap`);
        await recordWhile({ path, options: ['--syscalls', 'execve'] }, () =>
          client.run('exec', '-u', '1234', 'early', 'id'),
        );
        await remove(engine, 'early');
        expect(programsOf(path, 'early')).toContain('id|1234|app|/home/app|/bin/false|staff');
      },
      60_000,
    );

    it.each(['docker', 'podman'] as const)(
      'that begin while recording have names, with %s',
      async (engine) => {
        const client = engine === 'docker' ? docker : podman;
        const path = pathOf(`late-${engine}.scap`);
        await recordWhile({ path, options: ['--syscalls', 'execve'] }, async () => {
          await client.run('run', '-d', '--net=none', '--user', '1234', '--name', 'late', IMAGE, '/bin/sleep', '600');
          // the container is looked at while it runs
          await until(() => readFileSync(path, 'latin1').includes('/home/app'));
          await client.run('exec', '-u', '1234', 'late', 'id');
        });
        await remove(engine, 'late');
        expect(programsOf(path, 'late')).toContain('id|1234|app|/home/app|/bin/false|staff');
      }, // prettier-ignore
      60_000,
    );

    it('whose ids are mapped are named by the ids that events have', async () => {
      await podman.run('run', '-d', '--net=none', '--uidmap', '0:100000:65536', '--name', 'mapped', IMAGE, '/bin/sleep', '600'); // prettier-ignore
      const path = pathOf('mapped.scap');
      await recordWhile({ path, options: ['--syscalls', 'execve'] }, () =>
        podman.run('exec', '-u', '1234', 'mapped', 'id'),
      );
      await removeFromPodman(podman, 'mapped');
      expect(programsOf(path, 'mapped')).toContain('id|101234|app|/home/app|/bin/false|staff');
    }, 60_000);

    it('are reported with a container alone too, and no others; odd lines are left out, and escapes are shown', async () => {
      await docker.run('run', '-d', '--net=none', '--name', 'other', IMAGE, '/bin/sleep', '600');
      await docker.run('run', '-d', '--net=none', '--name', 'one', IMAGE, '/bin/sleep', '600');
      const path = pathOf('one.scap');
      await recordWhile({ path, container: 'one' }, () =>
        docker.run('exec', '-u', '66', 'one', 'id'),
      );
      const id = (await docker.run('inspect', '-f', '{{.Id}}', 'one')).slice(0, 12);
      await docker.run('rm', '-f', 'one', 'other');
      const { stdout } = tiercel(
        'events', path, 'evt.type in (useradded, groupadded)', '--all', '-p', '%evt.type %evt.info',
      ); // prettier-ignore
      expect(stdout.trim().split('\n')).toEqual([
        `useradded uid=0 gid=0 name=root home=/root shell=/bin/sh container_id=${id}`,
        `useradded uid=1234 gid=4321 name=app home=/home/app shell=/bin/false container_id=${id}`,
        `useradded uid=66 gid=66 name=\u001b[31mred home= shell= container_id=${id}`,
        `groupadded gid=0 name=root container_id=${id}`,
        `groupadded gid=4321 name=staff container_id=${id}`,
      ]);
      expect(programsOf(path, 'one').at(-1)).toMatch(/^id\|66\|\\x1b\[31mred\|/);
    }, 60_000);

    it('are read within the container, whatever its links say, and from files only', async () => {
      const decoy = pathOf('decoy');
      writeFileSync(decoy, 'outside:x:1234:0:::\n');
      const scripts = {
        made: 'busybox ln -sf /proc/kmsg /etc/passwd; busybox ln -sf /proc/self/root/etc/group /etc/group; echo done; sleep 600',
        link: `busybox mkdir -p ${folder.path}; echo inside:x:1234:0::: > ${decoy}; busybox ln -sf ${decoy} /etc/passwd; echo done; sleep 600`,
        pipe: 'busybox rm /etc/passwd; busybox mkfifo /etc/passwd; echo done; while true; do /bin/ls /proc/self/comm; sleep 0.2; done',
      };
      for (const [name, script] of Object.entries(scripts)) {
        await docker.run('run', '-d', '--net=none', '--name', name, IMAGE, '/bin/sh', '-c', script);
        await until(() => spawnSync('docker', ['logs', name], { encoding: 'utf8' }).stdout !== '');
      }
      const path = pathOf('hostile.scap');
      await recordWhile({ path, options: ['--syscalls', 'execve'] }, async () => {
        await docker.run('exec', '-u', '1234', 'link', 'id');
        await until(() => readFileSync(path, 'latin1').includes('/bin/ls\0'));
      });
      const made = (await docker.run('inspect', '-f', '{{.Id}}', 'made')).slice(0, 12);
      await docker.run('rm', '-f', 'made', 'link', 'pipe');
      expect(programsOf(path, 'link')).toContainEqual(expect.stringMatching(/^id\|1234\|inside\|/));
      expect(programsOf(path, 'pipe')).toContainEqual(expect.stringMatching(/^ls \/proc\/self\/comm\|0\|root\|/));
      const { stdout } = tiercel('events', path, 'evt.type = useradded', '--all', '-p', '%evt.info');
      expect(stdout).toMatch(/^uid=1234 gid=0 name=inside [^\n]+\n$/);
      const groups = tiercel('events', path, 'evt.type = groupadded', '--all', '-p', '%evt.info').stdout;
      expect(groups).toContain('name=staff');
      expect(groups).not.toContain(made);
    }, 60_000); // prettier-ignore

    it.skipIf(!existsSync('/dev/fuse'))(
      'of a container whose files never answer are left out, with a notice, and the recording goes on and ends',
      async () => {
        const id = '5e'.repeat(32);
        const parent = join(hierarchy() ?? '', `tiercel-silent-${process.pid}`);
        const group = join(parent, id);
        const root = pathOf('silent-root');
        mkdirSync(parent);
        mkdirSync(group);
        mkdirSync(root);
        let silent: ChildProcess | undefined;
        try {
          const program = compile('silent', folder.path);
          const driver = await drive(pathOf('silent.scap'), id);
          driver.order(`container ${id} {"container":{"type":0,"name":"silent"}}`);
          silent = spawn(program, [root, group], { stdio: ['ignore', 'pipe', 'inherit'] });
          await new Promise((resolve) => silent?.stdout?.once('data', resolve));
          await until(() => driver.notices.length > 0);
          const looker = lookerOf(driver);
          const capture = await driver.stop();
          expect(looker).toBeGreaterThan(0);
          expect(capture.events.filter(({ tid }) => tid === looker)).toEqual([]);
          expect(driver.notices).toEqual([
            'names of users in container 5e5e5e5e5e5e are not known: its files do not answer',
          ]);
          expect(capture.events.map(({ name }) => name)).not.toContain('useradded');
        } finally {
          silent?.kill('SIGKILL');
          await until(() => spawnSync('rmdir', [group]).status === 0);
          rmdirSync(parent);
        }
      },
      60_000,
    );
  },
);

describe.runIf(reason !== undefined)('users in containers', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
