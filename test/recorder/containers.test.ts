/** Real containers of dockerd and podman, recorded; what the capture says of them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { replay } from '../../src/pipeline.js';
import {
  makeImageTar,
  missingPrograms,
  removeFromPodman,
  startDocker,
  startPodman,
  startRegistry,
  until,
  type TestEngine,
} from './engines.js';
import {
  makeFolder,
  recordWhile,
  tiercelIn,
  whyNoProgram,
  whyNotHere,
  type ReadCapture,
} from './support.js';

const missing = missingPrograms('dockerd', 'docker', 'podman', 'runc', 'busybox');
const reason =
  whyNotHere() ??
  whyNoProgram() ??
  (missing.length > 0 ? `not installed: ${missing.join(', ')}` : undefined);
const folder = makeFolder();
const engines: TestEngine[] = [];

interface ContainerEvent {
  readonly number: number;
  readonly container: Readonly<Record<string, unknown>>;
}

function containersOf(capture: ReadCapture): readonly ContainerEvent[] {
  return capture.events
    .filter(({ name }) => name === 'asyncevent')
    .map(({ number, params }) => ({
      number,
      container: (
        JSON.parse((params.get('data')?.text ?? '{}').replace(/\.$/, '')) as {
          container: Record<string, unknown>;
        }
      ).container,
    }));
}

describe.skipIf(reason !== undefined)(
  `containers${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let docker: TestEngine;
    let podman: TestEngine;
    beforeAll(async () => {
    const tar = makeImageTar(folder.path);
    docker = await startDocker(folder.path);
    engines.push(docker);
    podman = await startPodman(folder.path);
    engines.push(podman);
    process.env['DOCKER_HOST'] = `unix://${docker.socket}`;
    process.env['CONTAINER_HOST'] = `unix://${podman.socket}`;
    await docker.run('import', tar, 'nginx:1.19.2-alpine');
    await docker.run('run', '-d', '--net=none', '--name', 'web', '--label', 'team=blue', '-v', '/usr/share:/data:ro', 'nginx:1.19.2-alpine', '/bin/sleep', '600');
    await podman.run('import', tar, 'localhost/httpd:2.4');
    await podman.run('run', '-d', '--network=none', '--name', 'store', '--label', 'team=red', 'localhost/httpd:2.4', '/bin/sleep', '600');
  }, 120_000); // prettier-ignore
    afterAll(async () => {
      await docker.run('rm', '-f', 'web');
      await removeFromPodman(podman, 'store');
      for (const engine of engines) {
        await engine.stop();
      }
      delete process.env['DOCKER_HOST'];
      delete process.env['CONTAINER_HOST'];
      folder.remove();
    }, 60_000);

    it('have id, name, image, tag and labels, of dockerd and of podman', async () => {
      const capture = await recordWhile({ path: join(folder.path, 'all.scap') }, async () => {
        await docker.run('exec', 'web', 'ls', '/');
      });
      const found = containersOf(capture).map(({ container }) => container);
      const web = await docker.run('inspect', '-f', '{{.Id}}', 'web');
      const store = await podman.run('inspect', '-f', '{{.Id}}', 'store');
      expect(found).toContainEqual(
        expect.objectContaining({
          id: web.slice(0, 12),
          full_id: web,
          type: 0,
          name: 'web',
          image: 'nginx:1.19.2-alpine',
          imagerepo: 'nginx',
          imagetag: '1.19.2-alpine',
          privileged: false,
          labels: { team: 'blue' },
          Mounts: [
            expect.objectContaining({ Source: '/usr/share', Destination: '/data', RW: false }),
          ],
        }),
      );
      expect(found).toContainEqual(
        expect.objectContaining({
          id: store.slice(0, 12),
          type: 11,
          name: 'store',
          imagerepo: 'localhost/httpd',
          imagetag: '2.4',
          labels: expect.objectContaining({ team: 'red' }) as unknown,
        }),
      );
      const program = capture.events.find(
        ({ name, params }) => name === 'execve' && params.get('exe')?.text === 'ls',
      );
      expect(program?.params.get('cgroups')?.text).toContain(web);
      expect(program?.params.get('trusted_exepath')?.text).toBe('/bin/busybox');
    }, 60_000);

    const noRegistry = missingPrograms('docker-registry').length > 0 ? ' (no docker-registry)' : '';
    it.skipIf(noRegistry !== '')(`of an image that was pulled, on a network, have its digest and their address${noRegistry}`, async () => {
      const registry = await startRegistry(folder.path);
      try {
        const image = `${registry.address}/team/web:1`;
        await docker.run('tag', 'nginx:1.19.2-alpine', image);
        await docker.run('push', image);
        await docker.run('network', 'create', '--subnet', '172.29.77.0/24', 'lab');
        await docker.run('run', '-d', '--network', 'lab', '--ip', '172.29.77.5', '--name', 'pulled', image, '/bin/sleep', '600');
        await podman.run('pull', '-q', '--tls-verify=false', image);
        await podman.run('run', '-d', '--network=none', '--name', 'fetched', image, '/bin/sleep', '600');
        const digest = /sha256:[0-9a-f]{64}/.exec(await docker.run('inspect', '-f', '{{.RepoDigests}}', image))?.[0];
        const path = join(folder.path, 'pulled.scap');
        await recordWhile({ path, options: ['--syscalls', 'execve'] }, async () => {
          await docker.run('exec', 'pulled', 'id');
          await podman.run('exec', 'fetched', 'id');
        });
        const { stdout } = tiercelIn(folder.path)(
          'events', path, 'proc.name = id', '-p', '*%container.name %container.ip %container.image.digest %container.image.repository',
        );
        const repository = `${registry.address}/team/web`;
        expect(digest).toBeDefined();
        expect([...new Set(stdout.trim().split('\n'))]).toEqual([
          `pulled 172.29.77.5 ${digest ?? ''} ${repository}`,
          `fetched  ${digest ?? ''} ${repository}`,
        ]);
      } finally {
        await docker.run('rm', '-f', 'pulled');
        await docker.run('network', 'rm', 'lab');
        await removeFromPodman(podman, 'fetched');
        await registry.stop();
      }
    }, 60_000); // prettier-ignore

    // only calls that tell of processes: so no load of this machine can fill the buffers, which ends the wait
    it.each(['docker', 'podman'])(
      'of %s that are made while recording are reported before their first program',
      async (name) => {
        const engine = name === 'docker' ? docker : podman;
        const image = name === 'docker' ? 'nginx:1.19.2-alpine' : 'localhost/httpd:2.4';
        const path = join(folder.path, `late-${name}.scap`);
        const capture = await recordWhile({ path, options: ['--syscalls', 'execve'] }, () =>
          engine.run('run', '--net=none', '--name', 'late', image, '/bin/id'),
        );
        await engine.run('rm', 'late');
        const told = containersOf(capture).find(({ container }) => container['name'] === 'late');
        const program = capture.events.find(
          ({ name, params }) => name === 'execve' && params.get('exe')?.text === '/bin/id',
        );
        expect(told?.container).toMatchObject({ name: 'late', image });
        expect(program?.params.get('cgroups')?.text).toContain(told?.container['full_id']);
        expect(told?.number).toBeLessThan(program?.number ?? 0);
      },
      60_000,
    );

    // made only: this machine may not be able to start them
    it.each(['docker', 'podman'])(
      'of %s that are privileged are recorded so',
      async (name) => {
        const engine = name === 'docker' ? docker : podman;
        const image = name === 'docker' ? 'nginx:1.19.2-alpine' : 'localhost/httpd:2.4';
        const path = join(folder.path, `mighty-${name}.scap`);
        const capture = await recordWhile({ path, options: ['--syscalls', 'execve'] }, async () => {
          await engine.run('create', '--privileged', '--name', 'mighty', image, '/bin/id');
          await until(() => readFileSync(path, 'latin1').includes('"mighty"'));
        });
        await engine.run('rm', '-f', 'mighty');
        const told = containersOf(capture).find(({ container }) => container['name'] === 'mighty');
        expect(told?.container).toMatchObject({ privileged: true });
      },
      60_000,
    );

    it.each([
      ['docker', 'web'],
      ['podman', 'store'],
    ])(
      'of %s can be recorded alone, by name: who enters is known from the first event, nothing is of the host',
      async (engine, container) => {
        const client = engine === 'docker' ? docker : podman;
        const path = join(folder.path, `one-${engine}.scap`);
        const { metadata, events } = await recordWhile({ path, container }, () =>
          client.run('exec', container, 'cat', '/proc/version'),
        );
        const id = await client.run('inspect', '-f', '{{.Id}}', container);
        const programs = events.filter(({ name }) => name === 'execve');
        expect(programs.map(({ params }) => params.get('exe')?.text)).toContain('cat');
        const groups = events.flatMap(({ params }) => params.get('cgroups')?.text ?? []);
        expect(groups.filter((text) => !text.includes(id))).toEqual([]);
        const listed = metadata.flatMap((one) => (one.kind === 'processes' ? one.processes : []));
        expect(listed.map(({ comm }) => comm)).toEqual(['sleep']);

        const unknown: string[] = [];
        const threads = new Set<string>();
        const { world } = await replay(await openEvidence(path), {
          onMoment: ({ event, thread }) => {
            if (event.row.name === 'asyncevent') {
              return undefined;
            }
            threads.add(thread?.comm ?? '?');
            if (thread?.isPlaceholder !== false || thread.containerId !== id.slice(0, 12)) {
              unknown.push(`${event.number} ${event.row.name} ${event.tid}`);
            }
            return undefined;
          },
        });
        expect(unknown).toEqual([]);
        expect([...threads]).toEqual(['runc:[2:INIT]', 'cat']);
        expect([...world.containers.values()].map(({ name }) => name)).toEqual(['host', container]);
      },
      60_000,
    );

    it('that a recorded command has nothing to do with are no part of its capture', () => {
      const path = join(folder.path, 'command.scap');
      const run = tiercelIn(folder.path)('record', '-w', path, '--only-command', '--', 'true');
      expect(run.status).toBe(0);
      const { stdout } = tiercelIn(folder.path)('events', path, '--all', '-p', '*%evt.type');
      expect(stdout).toContain('execve');
      expect(stdout).not.toMatch(/container|useradded/);
    }, 60_000);

    it('show in the analysis what a program did that enters, before it was started', async () => {
      const path = join(folder.path, 'enter.scap');
      await recordWhile({ path, container: 'web' }, () => docker.run('exec', 'web', 'id'));
      const rules = join(folder.path, 'entering.yaml');
      writeFileSync(
        rules,
        '- rule: Entering\n  desc: d\n  condition: evt.type != execve and proc.name startswith "runc:"\n  output: o\n  priority: NOTICE\n',
      );
      const { stdout } = tiercelIn(folder.path)(
        'analyze', path, '--no-store', '-r', rules, '-p', '%evt.type %proc.name %proc.exe %container.name %container.image %user.name',
      ); // prettier-ignore
      const [first] = stdout.split('\n');
      expect(first).toBe('clone runc:[2:INIT] runc web nginx:1.19.2-alpine root');
    }, 60_000);
  },
);

describe.runIf(reason !== undefined)('containers', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
