import { describe, expect, it } from 'vitest';
import { EVENT } from '../../src/events/index.js';
import { matchCgroup } from '../../src/state/container-id.js';
import { bytesOfText } from '../../src/units.js';
import { Machine, process } from './machine.js';

const ID = '3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e';
const SHORT = '3ad7b26ded6d';

describe('matchCgroup', () => {
  it.each([
    ['docker', `/docker/${ID}`, SHORT],
    ['docker under systemd', `/system.slice/docker-${ID}.scope`, SHORT],
    ['podman', `/machine.slice/libpod-${ID}.scope`, SHORT],
    ['podman, its inner cgroup', `/machine.slice/libpod-${ID}.scope/container`, SHORT],
    ['podman, split', `/user.slice/libpod-payload-${ID}`, SHORT],
    ['Kubernetes', `/kubepods/burstable/pod0d5485a2/${ID}`, SHORT],
    ['containerd under systemd', `/kubepods.slice/pod1.slice/cri-containerd-${ID}.scope`, SHORT],
    ['CRI-O', `/kubepods.slice/pod1.slice/crio-${ID}.scope`, SHORT],
    ['CRI-O, without systemd', `/kubepods/pod1/crio-${ID}`, SHORT],
    [
      'containerd without a systemd cgroup',
      `/system.slice/x.service/pod1:cri-containerd:${ID}`,
      SHORT,
    ],
    ['containerd, by ctr', '/default/web', 'web'],
    ['containerd, a long name', '/k8s.io/a-very-long-name', 'a-very-long-'],
    ['lxc', '/lxc/box/init', 'box'],
    ['lxc 4', '/lxc.payload.box/x', 'box'],
    ['libvirt', '/machine/box.libvirt-lxc', 'box'],
    ['libvirt under systemd', '/machine.slice/machine-lxc\\x2d22box.scope', '22box'],
    ['bpm', '/system.slice/bpm-job.scope', 'job'],
  ])('finds the id of %s', (_engine, path, id) => {
    expect(matchCgroup(path)?.id).toBe(id);
  });

  it.each([
    ['the root', '/'],
    ['nothing', ''],
    ['a service', '/system.slice/sshd.service'],
    ['a session', '/user.slice/user-0.slice/session-1.scope'],
    ["podman's monitor", '/libpod_parent/conmon'],
    ["podman's monitor under systemd", `/machine.slice/libpod-conmon-${ID}.scope`],
    ["CRI-O's monitor", `/system.slice/crio-conmon-${ID}.scope`],
    ['two words', '/bencer/0'],
    ['a job of CI', '/actions_job/build'],
    ['32 digits', '/process_api/17d0a966f70b0be49abbbeb7d46fe87f'],
    ['what somebody made in a service', '/system.slice/containerd.service/web'],
    ['a namespace of containerd alone', '/default/'],
    ['a cgroup in a container of a namespace', '/default/web/inner'],
    ['a namespace that is no first piece', '/x/default/web'],
  ])('finds none in %s', (_what, path) => {
    expect(matchCgroup(path)).toBeUndefined();
  });
});

function metadata(facts: object = {}): string {
  return bytesOfText(
    JSON.stringify({
      container: {
        id: SHORT,
        full_id: ID,
        type: 0,
        name: 'web',
        image: 'nginx:1',
        imagerepo: 'nginx',
        imagetag: '1',
        privileged: true,
        ip: '172.17.0.2',
        labels: { b: '2', a: 'é' },
        Mounts: [
          { Source: '/a', Destination: '/b', Mode: 'ro', RW: false, Propagation: 'rprivate' },
        ],
        ...facts,
      },
    }),
  );
}

describe('a container', () => {
  it('is the host where no cgroup names one', () => {
    const machine = new Machine(process(10, 'a', { cgroups: 'cpu=/\0memory=/\0' }));
    machine.event(EVENT.GETUID_X, 10);
    expect(machine.world.containerOf(machine.thread(10))).toMatchObject({
      id: 'host',
      type: 'host',
      name: 'host',
    });
  });

  it('is known by its id before its metadata comes, and by all afterwards', () => {
    const machine = new Machine(process(10, 'a', { cgroups: `cpu=/docker/${ID}\0` }));
    machine.event(EVENT.GETUID_X, 10);
    expect(machine.thread(10).containerId).toBe(SHORT);
    expect(machine.world.containerOf(machine.thread(10))).toBeUndefined();
    const { metadataChange } = machine.world;
    machine.event(EVENT.CONTAINER_JSON_2_E, -1, { json: metadata() });
    expect(machine.moment.container?.name).toBe('web');
    expect(machine.world.metadataChange).toBeGreaterThan(metadataChange);
    const container = machine.world.containerOf(machine.thread(10));
    expect(container).toMatchObject({
      type: 'docker',
      fullId: ID,
      isPrivileged: true,
      imageTag: '1',
      hasMetadata: true,
    });
    expect([...(container?.labels ?? [])]).toEqual([
      ['a', '\xc3\xa9'],
      ['b', '2'],
    ]);
    expect(container?.mounts).toEqual([
      { source: '/a', destination: '/b', mode: 'ro', isWritable: false, propagation: 'rprivate' },
    ]);
  });

  it('comes and goes by asynchronous events', () => {
    const machine = new Machine(process(10, 'a', { cgroups: `cpu=/docker/${ID}\0` }));
    const data = Buffer.from(`${metadata({ type: 7 })}\0`);
    machine.event(EVENT.ASYNCEVENT_E, -1, { plugin_id: 0, name: 'container', data });
    machine.event(EVENT.GETUID_X, 10);
    expect(machine.moment.container).toBeUndefined();
    expect(machine.world.containerOf(machine.thread(10))?.type).toBe('containerd');
    machine.event(EVENT.ASYNCEVENT_E, -1, { plugin_id: 0, name: 'container_removed', data });
    expect(machine.moment.container?.id).toBe(SHORT);
    expect(machine.world.containerOf(machine.thread(10))).toBeUndefined();
  });

  it('is known whole by its path, where its engine has no metadata', () => {
    const machine = new Machine(process(10, 'a', { cgroups: 'cpu=/lxc/box\0' }));
    machine.event(EVENT.GETUID_X, 10);
    expect(machine.world.containerOf(machine.thread(10))).toMatchObject({
      id: 'box',
      type: 'lxc',
      hasMetadata: false,
    });
  });

  it('is looked for again at each exec', () => {
    const machine = new Machine(process(10, 'runc'));
    machine.event(EVENT.EXECVE_19_X, 10, {
      res: 0,
      exe: 'sh',
      pid: 10,
      fdlimit: 1,
      comm: 'sh',
      cgroups: [`cpu=/docker/${ID}`],
    });
    expect(machine.thread(10).containerId).toBe(SHORT);
  });

  it.each([
    ['no JSON', '{'],
    ['a number', '1'],
    ['an object without an id', '{"container":{}}'],
    ['nothing', ''],
  ])('is not made of %s', (_what, json) => {
    const machine = new Machine();
    machine.event(EVENT.CONTAINER_JSON_2_E, -1, { json });
    expect(machine.moment.container).toBeUndefined();
  });

  it('knows its health checks, and processes below its own first one are none', () => {
    const machine = new Machine(
      process(10, 'dockerd'),
      process(11, 'sh', {
        ptid: 10,
        exe: 'curl',
        args: '-f\0',
        cgroups: `cpu=/docker/${ID}\0`,
        vpid: 7,
      }),
      process(12, 'nginx', { ptid: 10, cgroups: `cpu=/docker/${ID}\0`, vpid: 1 }),
      process(13, 'sh', {
        ptid: 12,
        exe: 'curl',
        args: '-f\0',
        cgroups: `cpu=/docker/${ID}\0`,
        vpid: 8,
      }),
    );
    machine.event(EVENT.CONTAINER_JSON_2_E, -1, {
      json: metadata({ Healthcheck: { exe: 'curl', args: ['-f'] } }),
    });
    machine.event(EVENT.GETUID_X, 10);
    expect([11, 12, 13].map((tid) => machine.thread(tid).category)).toEqual([
      'healthcheck',
      'container',
      'container',
    ]);
  });
});

describe('users and groups', () => {
  it('are listed, announced, renamed and removed', () => {
    const machine = new Machine();
    machine.load({
      kind: 'users',
      users: [{ uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/sh' }],
      groups: [{ gid: 5, name: 'tty' }],
    });
    const user = {
      uid: 7,
      gid: 7,
      name: 'eve',
      home: '/home/eve',
      shell: '/bin/sh',
      container_id: '',
    };
    machine.event(EVENT.USER_ADDED_E, -1, user);
    machine.event(EVENT.GROUP_ADDED_E, -1, { gid: 5, name: 'console', container_id: '' });
    expect(machine.world.userOf('', 0)?.name).toBe('root');
    expect(machine.world.userOf('', 7)).toMatchObject({ name: 'eve', home: '/home/eve' });
    expect(machine.world.groupOf('', 5)).toBe('console');
    machine.event(EVENT.USER_DELETED_E, -1, user);
    machine.event(EVENT.GROUP_DELETED_E, -1, { gid: 5, name: 'console', container_id: '' });
    expect(machine.world.userOf('', 7)).toBeUndefined();
    expect(machine.world.groupOf('', 5)).toBeUndefined();
  });

  it('of a container are its own', () => {
    const machine = new Machine();
    machine.event(EVENT.USER_ADDED_E, -1, {
      uid: 7,
      gid: 7,
      name: 'app',
      home: '/',
      shell: '',
      container_id: SHORT,
    });
    expect(machine.world.userOf(SHORT, 7)?.name).toBe('app');
    expect(machine.world.userOf('', 7)).toBeUndefined();
  });

  it('are not made of switches of the name service', () => {
    const machine = new Machine();
    machine.event(EVENT.USER_ADDED_E, -1, {
      uid: 7,
      gid: 7,
      name: '+@all',
      home: '',
      shell: '',
      container_id: '',
    });
    expect(machine.world.userOf('', 7)).toBeUndefined();
  });
});
