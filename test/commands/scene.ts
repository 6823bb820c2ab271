/**
 * A small capture told in facts: a host shell, and a container (pod "nginx" of deployment "webapi" in
 * "team-blue") in which somebody runs apk and opens a file. Names may be hostile.
 */
import { createCapture, type ProcessEntry } from '../../src/capture/index.js';
import { encodeEvent, EVENT, type ParamValue } from '../../src/events/index.js';
import { bytesOfText } from '../../src/units.js';

const START = 1_700_000_000_000_000_000n;
export const CONTAINER_ID = '090aad374a0a';
const FULL_ID = `${CONTAINER_ID}${'0'.repeat(52)}`;
const CGROUPS = [`cpu=/kubepods/pod1/${FULL_ID}`, `memory=/kubepods/pod1/${FULL_ID}`];

/** What may differ. */
export interface Scene {
  /** Argument of apk, as text. */
  readonly argument?: string;
  readonly containerName?: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** How often apk is run. */
  readonly runs?: number;
  readonly hasMetadata?: boolean;
  /** Nanoseconds between the runs. */
  readonly stepNs?: bigint;
}

const LABELS = {
  'io.kubernetes.pod.name': 'webapi-5d4f-x2x1z',
  'pod-template-hash': '5d4f',
};

/** Write the capture to `path`. */
export function writeScene(path: string, scene: Scene = {}): void {
  const capture = createCapture(path, { force: true });
  capture.writeSectionHeader();
  capture.writeMetadata({
    kind: 'machine',
    cpuCount: 2,
    memoryBytes: 1n << 30n,
    hostname: 'lab-node',
    bootTime: START - 1_000_000_000n,
  });
  capture.writeMetadata({ kind: 'processes', processes: [process(1, 0, 'init'), shell()] });
  capture.writeMetadata({
    kind: 'users',
    users: [{ uid: 0, gid: 0, name: 'root', home: '/root', shell: '/bin/sh' }],
    groups: [{ gid: 0, name: 'root' }],
  });
  let time = START;
  const write = (code: number, tid: number, params: Readonly<Record<string, ParamValue>>): void => {
    capture.writeEvent({ cpu: 0, time, tid, code, params: encodeEvent(code, params) });
    time += 1000n;
  };
  if (scene.hasMetadata !== false) {
    write(EVENT.CONTAINER_JSON_2_E, -1, { json: containerJson(scene) });
  }
  for (let run = 0; run < (scene.runs ?? 1); run += 1) {
    const pid = 300 + run;
    const argument = bytesOfText(scene.argument ?? 'add');
    time += scene.stepNs ?? 0n;
    write(EVENT.EXECVE_19_X, pid, apk(pid, argument));
    write(EVENT.OPENAT_2_X, pid, {
      fd: 3,
      dirfd: -100,
      name: '/etc/passwd',
      flags: 2,
      mode: 0,
      dev: 1,
      ino: 7,
    });
    write(EVENT.PROCEXIT_1_E, pid, { status: 0, ret: 0, sig: 0, core: 0, reaper_tid: 1 });
  }
  capture.close();
}

/** Write a capture in which a container is announced behind another event. */
export function writeLateContainer(path: string): void {
  const capture = createCapture(path, { force: true });
  capture.writeSectionHeader();
  const write = (code: number, params: Readonly<Record<string, ParamValue>>): void => {
    capture.writeEvent({ cpu: 0, time: START, tid: 1, code, params: encodeEvent(code, params) });
  };
  write(EVENT.CLOSE_X, { res: 0, fd: 3 });
  write(EVENT.CONTAINER_JSON_2_E, { json: containerJson({ containerName: 'late' }) });
  capture.close();
}

function apk(pid: number, argument: string): Readonly<Record<string, ParamValue>> {
  return {
    res: 0,
    exe: 'apk',
    args: [argument, 'curl'],
    tid: pid,
    pid,
    ptid: 200,
    cwd: '/',
    fdlimit: 1024,
    pgft_maj: 0,
    pgft_min: 0,
    vm_size: 1,
    vm_rss: 1,
    vm_swap: 0,
    comm: 'apk',
    cgroups: CGROUPS,
    env: ['PATH=/bin'],
    tty: 0,
    vpgid: pid,
    loginuid: 4294967295,
    flags: 0,
    uid: 0,
    trusted_exepath: '/sbin/apk',
    pgid: pid,
    gid: 0,
  };
}

function containerJson(scene: Scene): string {
  return bytesOfText(
    JSON.stringify({
      container: {
        id: CONTAINER_ID,
        full_id: FULL_ID,
        type: 7,
        name: scene.containerName ?? 'nginx',
        image: 'docker.io/library/nginx:1.21',
        imagerepo: 'docker.io/library/nginx',
        imagetag: '1.21',
        privileged: false,
        labels: {
          ...LABELS,
          'io.kubernetes.pod.namespace': scene.namespace ?? 'team-blue',
          ...scene.labels,
        },
        Mounts: [],
      },
    }),
  );
}

function shell(): ProcessEntry {
  return { ...process(200, 1, 'sh'), cgroups: CGROUPS.join('\0') };
}

function process(pid: number, ptid: number, comm: string): ProcessEntry {
  return {
    tid: pid,
    pid,
    ptid,
    sid: pid,
    vpgid: pid,
    comm,
    exe: comm,
    exepath: `/bin/${comm}`,
    args: '',
    cwd: '/',
    fdLimit: 1024n,
    flags: 0,
    uid: 0,
    gid: 0,
    vmSizeKb: 1,
    vmRssKb: 1,
    vmSwapKb: 0,
    majorFaults: 0n,
    minorFaults: 0n,
    env: '',
    vtid: pid,
    vpid: pid,
    cgroups: '',
    root: '/',
    pidnsInitStart: undefined,
    tty: 0,
    loginuid: 4294967295,
    isExeWritable: false,
    capInheritable: 0n,
    capPermitted: 0n,
    capEffective: 0n,
    isExeUpperLayer: false,
    exeInode: 0n,
    exeInodeCtime: 0n,
    exeInodeMtime: 0n,
    isExeFromMemfd: false,
    isExeLowerLayer: false,
    pgid: pid,
  };
}

/** Rules that the scene fires. */
export const RULES = `
- macro: spawned
  condition: evt.type = execve and evt.dir = <
- rule: Launch Package Management Process in Container
  desc: a package manager runs in a container
  condition: spawned and container.id != host and proc.name = apk
  output: Package management process launched (user=%user.name command=%proc.cmdline %container.info)
  priority: ERROR
  tags: [process, mitre_persistence]
- rule: Anything executed
  desc: every exec
  condition: spawned
  output: Executed %proc.name
  priority: NOTICE
- rule: Write below etc
  desc: a file below /etc is opened for writing
  condition: evt.type = openat and evt.is_open_write = true and fd.name startswith /etc
  output: File below /etc opened for writing (file=%fd.name program=%proc.name)
  priority: WARNING
  enabled: false
`;
