/** Moments on the scene's machine, by name: every catalogue row has a value at one of them. */
import { EVENT } from '../../src/events/index.js';
import type { Moment } from '../../src/state/index.js';
import { CONTAINER_ID, POD_ID, Scene, type EventFacts } from './scene.js';

const METADATA = JSON.stringify({
  container: {
    type: 0,
    id: CONTAINER_ID.slice(0, 12),
    full_id: CONTAINER_ID,
    name: 'web',
    image: 'reg.example/nginx:1.25',
    imageid: 'f00d',
    imagerepo: 'reg.example/nginx',
    imagetag: '1.25',
    imagedigest: 'sha256:beef',
    User: 'www',
    ip: '172.17.0.2',
    cni_json: '',
    privileged: true,
    host_pid: true,
    host_network: false,
    host_ipc: true,
    Mounts: [
      { Source: '/srv', Destination: '/data', Mode: 'ro', RW: false, Propagation: 'rprivate' },
      { Source: '/etc/x', Destination: '/x', Mode: '', RW: true, Propagation: '' },
    ],
    labels: {
      b: '2',
      a: '',
      'io.kubernetes.pod.name': 'web-0',
      'io.kubernetes.pod.namespace': 'shop',
      'io.kubernetes.pod.uid': 'u-1',
    },
    pod_sandbox_id: POD_ID,
    pod_sandbox_labels: { app: 'own' },
  },
});
const POD = JSON.stringify({
  container: {
    type: 7,
    id: POD_ID.slice(0, 12),
    full_id: POD_ID,
    name: 'pause',
    ip: '10.1.2.3',
    cni_json: '{"eth0":{}}',
    is_pod_sandbox: true,
    pod_sandbox_labels: { app: 'shop', tier: '' },
  },
});

const START_OF_TOOL = 1_699_999_999_000_000_000n;
const OPEN: EventFacts = {
  code: EVENT.OPENAT_2_X,
  params: {
    fd: 9,
    dirfd: 5,
    name: 'sub/../file.txt',
    flags: 0x4000 | 4 | 3,
    mode: 0o755,
    dev: 0x801,
    ino: 77,
  },
};
const FAILED: EventFacts = {
  code: EVENT.OPENAT_2_X,
  params: { fd: -2, dirfd: -100, name: 'no//such', flags: 1, mode: 0, dev: 0, ino: 0 },
};
const CLOSE = (fd: number): EventFacts => ({ code: EVENT.CLOSE_X, params: { res: 0, fd } });
const READ: EventFacts = {
  code: EVENT.READ_X,
  params: { res: 5, data: Buffer.from('a\0b\n\xe9', 'latin1'), fd: 3, size: 4096 },
};
const RENAME: EventFacts = {
  code: EVENT.RENAMEAT2_X,
  params: { res: 0, olddirfd: 5, oldpath: 'a', newdirfd: -100, newpath: './b', flags: 0 },
};
const POLL: EventFacts = {
  code: EVENT.POLL_X,
  params: {
    res: 1,
    fds: [
      { fd: 3, flags: 1 },
      { fd: 7, flags: 1 },
      { fd: 8, flags: 1 },
      { fd: 99, flags: 0 },
    ],
    timeout: 10,
  },
};

const CLONED: EventFacts = {
  code: EVENT.CLONE_20_X,
  tid: 400,
  params: {
    res: 0,
    exe: 'sh',
    args: ['-c', 'id'],
    tid: 400,
    pid: 400,
    ptid: 200,
    cwd: '',
    fdlimit: 64,
    comm: 'sh',
    cgroups: [],
    flags: 0,
    uid: 0,
    gid: 0,
    vtid: 400,
    vpid: 400,
  },
};

const EXEC: EventFacts = {
  code: EVENT.EXECVE_19_X,
  params: {
    res: 0,
    exe: './tool',
    args: [''],
    tid: 400,
    pid: 400,
    ptid: 200,
    comm: 'tool',
    env: ['A=1', 'B=2'],
    uid: 0,
    exe_ino: 5,
    exe_ino_ctime: START_OF_TOOL,
    exe_ino_mtime: START_OF_TOOL,
    trusted_exepath: '/opt/tool',
  },
};

/** Each is a machine of its own. */
export const MOMENTS = {
  open: () => new Scene().at(OPEN),
  failed: () => new Scene().at(FAILED),
  tcp: () => new Scene().at(READ),
  file: () => new Scene().at(CLOSE(4)),
  directory: () => new Scene().at(CLOSE(5)),
  unix: () =>
    new Scene().at({
      code: EVENT.WRITE_X,
      params: { res: 3, data: Buffer.from('log'), fd: 6, size: 3 },
    }),
  udp6: () => new Scene().at(CLOSE(7)),
  listener: () => new Scene().at(CLOSE(8)),
  written: () =>
    new Scene().at({
      code: EVENT.WRITE_X,
      params: { res: 3, data: Buffer.from('abc'), fd: 4, size: 3 },
    }),
  sent: () =>
    new Scene().at({
      code: EVENT.WRITE_X,
      params: { res: 2, data: Buffer.from('ok'), fd: 3, size: 2 },
    }),
  fetched: () =>
    new Scene().at({
      code: EVENT.READ_X,
      params: { res: 1, data: Buffer.from('x'), fd: 4, size: 9 },
    }),
  infrastructure: () =>
    new Scene().at({
      code: EVENT.INFRASTRUCTURE_EVENT_E,
      params: {
        source: 'docker',
        name: 'Container created',
        description: `Event:create; ID:${CONTAINER_ID}; Image:reg.example:5000/nginx:1.25@sha256:beef; name:web`,
        scope: '',
      },
    }),
  rename: () => new Scene().at(RENAME),
  poll: () => new Scene().at(POLL),
  thread: () => new Scene().at({ ...CLOSE(4), tid: 201 }),
  stranger: () => new Scene().at({ code: EVENT.SCHEDSWITCH_6_E, tid: 77 }),
  second: () => {
    const scene = new Scene();
    scene.at(READ);
    return scene.at({ ...READ, after: 1_000_000_005, cpu: 1 });
  },
  waited: () => {
    const scene = new Scene();
    scene.at({ code: EVENT.POLL_X - 1, params: { fds: [], timeout: 5 } });
    return scene.at({ code: EVENT.POLL_X, params: { res: 0, fds: [] }, after: 10_340_000 });
  },
  child: () => {
    const scene = new Scene();
    scene.at(CLONED);
    return scene.at({
      code: EVENT.GENERIC_X,
      params: { ID: 0, nativeID: 39 },
      tid: 400,
      after: 250,
    });
  },
  grandchild: () => {
    const scene = new Scene();
    scene.at(CLONED);
    scene.at({
      ...CLONED,
      tid: 500,
      params: { ...CLONED.params, tid: 500, pid: 500, ptid: 400 },
      after: 5,
    });
    return scene.at({ code: EVENT.CHDIR_X, params: { res: -2, path: 'x' }, tid: 500, after: 100 });
  },
  exec: () => {
    const scene = new Scene();
    scene.at(CLONED);
    return scene.at({ ...EXEC, tid: 400, after: 9 });
  },
  asked: () => {
    const scene = new Scene();
    scene.at({ code: EVENT.OPENAT_2_E, params: { dirfd: 5, name: 'f', flags: 1, mode: 0 } });
    return scene.at({ ...OPEN, after: 50 });
  },
  unread: () =>
    new Scene().at({ code: EVENT.PROCESS_VM_READV_X, params: { res: -1, pid: 1, data: 'x' } }),
  orphan: () => {
    const scene = new Scene();
    const born = (tid: number, ptid: number): Moment =>
      scene.at({
        ...CLONED,
        tid,
        params: { ...CLONED.params, tid, pid: tid, ptid, vtid: tid, vpid: tid },
      });
    born(600, 900);
    born(700, 600);
    return born(800, 700);
  },
  unborn: () => new Scene().at({ ...CLONED, tid: 200, params: { ...CLONED.params, res: -11 } }),
  toRoot: () =>
    new Scene().at({ code: EVENT.SETRESUID_X, params: { res: 0, ruid: 0, euid: 1000 } }),
  memory: () => new Scene().at({ code: EVENT.MMAP_X, params: { res: -12, length: 1 } }),
  procinfo: () => {
    const scene = new Scene();
    scene.at({ code: EVENT.PROCINFO_E, params: { cpu_usr: 10, cpu_sys: 5 } });
    return scene.at({ code: EVENT.PROCINFO_E, params: { cpu_usr: 40, cpu_sys: 6 } });
  },
  drop: () => new Scene().at({ code: EVENT.DROP_E, params: { ratio: 1 } }),
  container: () => {
    const scene = new Scene();
    scene.at({ code: EVENT.CONTAINER_JSON_2_E, tid: 1, params: { json: POD } });
    scene.at({ code: EVENT.CONTAINER_JSON_2_E, tid: 1, params: { json: METADATA } });
    return scene.at({ code: EVENT.GETUID_X, tid: 300, params: { uid: 101 } });
  },
  announced: () => {
    const scene = new Scene();
    scene.at({ code: EVENT.GETUID_X, params: { uid: 1000 } });
    return scene.at({
      code: EVENT.ASYNCEVENT_E,
      tid: 300,
      params: { plugin_id: 0, name: 'container', data: Buffer.from(`${METADATA}\0`) },
    });
  },
  audit: () =>
    new Scene().at({
      code: EVENT.PLUGINEVENT_E,
      params: { plugin_id: 1, event_data: Buffer.from('{"verb":"get"}') },
    }),
} satisfies Record<string, () => Moment>;
