/** A host without containers and without a list of users: a script runs, files are opened and not found. */
import { createCapture } from '../../src/capture/index.js';
import { encodeEvent, EVENT, type ParamValue } from '../../src/events/index.js';

const START = 1_700_000_000_000_000_000n;

const PROGRAM = {
  res: 0,
  ptid: 1,
  cwd: '/srv',
  fdlimit: 1024,
  pgft_maj: 0,
  pgft_min: 0,
  vm_size: 1,
  vm_rss: 1,
  vm_swap: 0,
  cgroups: [],
  env: [],
  tty: 0,
  loginuid: 4294967295,
  flags: 0,
  uid: 1000,
  gid: 1000,
};

/** Programs that run: process id, name as the kernel keeps it, path, arguments. */
const PROGRAMS: readonly (readonly [number, string, string, readonly string[]])[] = [
  [300, 'bash', '/usr/bin/bash', ['/srv/backup.sh', '--all']],
  [301, 'python3', '/usr/bin/python3.11', ['-V']],
  [302, 'gnome-keyring-d', '/usr/bin/gnome-keyring-daemon', []],
];

/** Files that are opened: name and descriptor, or minus an error. */
const OPENED: readonly (readonly [string, number])[] = [
  ['/etc/ssh/sshd_config', 3],
  ['/run/docker.sock', 4],
  ['data/notes.txt', 5],
];

/** Write the capture; with `fails`, every open fails. */
export function writeHost(path: string, { fails = false } = {}): string {
  const capture = createCapture(path, { force: true });
  capture.writeSectionHeader();
  let time = START;
  const write = (code: number, tid: number, params: Readonly<Record<string, ParamValue>>): void => {
    capture.writeEvent({ cpu: 0, time, tid, code, params: encodeEvent(code, params) });
    time += 1000n;
  };
  for (const [pid, comm, exepath, args] of PROGRAMS) {
    write(EVENT.EXECVE_19_X, pid, {
      ...PROGRAM,
      exe: exepath,
      args: [...args],
      tid: pid,
      pid,
      comm,
      vpgid: pid,
      pgid: pid,
      trusted_exepath: exepath,
    });
  }
  for (const [name, fd] of OPENED) {
    const params = { dirfd: -100, name, flags: 1, mode: 0, dev: 1, ino: 7 };
    write(EVENT.OPENAT_2_X, 300, { ...params, fd: fails ? -2 : fd });
  }
  capture.close();
  return path;
}

/** The first 16 parameters of an execve are those that recorders of 2015 knew: up to the environment. */
const OLD_PARAMS = 16;

/** Write a capture of years ago: a program is started, in a layout that has neither its path nor its user. */
export function writeOld(path: string): void {
  const capture = createCapture(path, { force: true });
  capture.writeSectionHeader();
  const code = EVENT.EXECVE_19_X;
  const whole = { ...PROGRAM, exe: 'apk', args: ['add'], tid: 300, pid: 300, comm: 'apk' };
  const params = encodeEvent(code, { ...whole, vpgid: 300, pgid: 300, trusted_exepath: '' });
  capture.writeEvent({ cpu: 0, time: START, tid: 300, code, params: params.slice(0, OLD_PARAMS) });
  capture.close();
}
