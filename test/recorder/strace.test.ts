/** A run that strace and the recorder both saw: what strace shows of a call, the event says. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  compile,
  makeFolder,
  readCapture,
  runRecorder,
  whyNotHere,
  type ReadEvent,
} from './support.js';

const reason =
  whyNotHere() ??
  (spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed');
const folder = makeFolder();
afterAll(() => {
  folder.remove();
});

/** How an argument of strace's is written, and so how it is compared. */
type Kind = 'text' | 'number' | 'fd' | 'flags' | 'pointer' | 'data';
type Rule = readonly [param: string, argument: number, kind: Kind];

/** Which argument each parameter shows, by strace's name of the call. */
const RULES: Readonly<Record<string, readonly Rule[]>> = {
  access: [['name', 0, 'text'], ['mode', 1, 'flags']],
  bind: [['fd', 0, 'fd']],
  brk: [['addr', 0, 'pointer']],
  chdir: [['path', 0, 'text']],
  chmod: [['filename', 0, 'text']],
  close: [['fd', 0, 'fd']],
  connect: [['fd', 0, 'fd']],
  copy_file_range: [['fdin', 0, 'fd'], ['fdout', 2, 'fd'], ['len', 4, 'number']],
  dup: [['oldfd', 0, 'fd']],
  dup2: [['oldfd', 0, 'fd'], ['newfd', 1, 'fd']],
  epoll_create1: [['flags', 0, 'flags']],
  eventfd2: [['initval', 0, 'number']],
  execve: [['filename', 0, 'text']],
  fchdir: [['fd', 0, 'fd']],
  fchmod: [['fd', 0, 'fd']],
  fcntl: [['fd', 0, 'fd'], ['cmd', 1, 'flags']],
  flock: [['fd', 0, 'fd'], ['operation', 1, 'flags']],
  fstat: [['fd', 0, 'fd']],
  futex: [['addr', 0, 'pointer']],
  getcwd: [['path', 0, 'text']],
  getdents64: [['fd', 0, 'fd']],
  getegid: [],
  geteuid: [],
  getgid: [],
  getpeername: [],
  getpid: [],
  getppid: [],
  getrandom: [],
  getresuid: [],
  getsockname: [],
  getuid: [],
  ioctl: [['fd', 0, 'fd']],
  kill: [['pid', 0, 'number']],
  link: [['oldpath', 0, 'text'], ['newpath', 1, 'text']],
  listen: [['fd', 0, 'fd'], ['backlog', 1, 'number']],
  lseek: [['fd', 0, 'fd'], ['offset', 1, 'number'], ['whence', 2, 'flags']],
  lstat: [['path', 0, 'text']],
  mkdir: [['path', 0, 'text']],
  mmap: [['addr', 0, 'pointer'], ['length', 1, 'number'], ['prot', 2, 'flags'], ['fd', 4, 'fd']],
  mprotect: [['addr', 0, 'pointer'], ['length', 1, 'number'], ['prot', 2, 'flags']],
  munmap: [['addr', 0, 'pointer'], ['length', 1, 'number']],
  newfstatat: [['dirfd', 0, 'fd'], ['path', 1, 'text']],
  open: [['name', 0, 'text'], ['flags', 1, 'flags']],
  openat: [['dirfd', 0, 'fd'], ['name', 1, 'text'], ['flags', 2, 'flags']],
  pipe2: [['flags', 1, 'flags']],
  pread64: [['fd', 0, 'fd'], ['size', 2, 'number'], ['pos', 3, 'number']],
  prlimit64: [['resource', 1, 'flags']],
  pwrite64: [['fd', 0, 'fd'], ['data', 1, 'data'], ['size', 2, 'number'], ['pos', 3, 'number']],
  read: [['fd', 0, 'fd'], ['size', 2, 'number']],
  readlink: [],
  rename: [['oldpath', 0, 'text'], ['newpath', 1, 'text']],
  rmdir: [['path', 0, 'text']],
  rt_sigaction: [],
  rt_sigprocmask: [],
  sendto: [['fd', 0, 'fd'], ['data', 1, 'data'], ['size', 2, 'number']],
  setpgid: [['pid', 0, 'number'], ['pgid', 1, 'number']],
  setsockopt: [['fd', 0, 'fd'], ['level', 1, 'flags'], ['optname', 2, 'flags']],
  socket: [['domain', 0, 'flags']],
  stat: [['path', 0, 'text']],
  symlink: [['target', 0, 'text'], ['linkpath', 1, 'text']],
  unlink: [['path', 0, 'text']],
  wait4: [],
  write: [['fd', 0, 'fd'], ['data', 1, 'data'], ['size', 2, 'number']],
}; // prettier-ignore

/** Where the event is called otherwise than the call. */
const EVENT_NAMES: Readonly<Record<string, string>> = {
  pread64: 'pread',
  pwrite64: 'pwrite',
  prlimit64: 'prlimit',
};

interface Traced {
  readonly tid: number;
  readonly name: string;
  readonly args: readonly string[];
  readonly result: string;
  readonly line: string;
}

/** Lines of `strace -f`, those in two halves joined, in the order in which the calls ended. */
function readTrace(path: string): readonly Traced[] {
  const halves = new Map<string, string>();
  const calls: Traced[] = [];
  for (const line of readFileSync(path, 'latin1').split('\n')) {
    const match = /^(\d+) +(.*)$/.exec(line);
    if (match === null) {
      continue;
    }
    const [, tid = '', rest = ''] = match;
    if (rest.endsWith('<unfinished ...>')) {
      halves.set(tid, rest.slice(0, -'<unfinished ...>'.length).trimEnd());
      continue;
    }
    const whole = rest.replace(/^<\.\.\. \w+ resumed>/, () => halves.get(tid) ?? '');
    const call = /^(\w+)\((.*)\)\s+= (.*)$/.exec(whole);
    if (call !== null && call[3] !== '?') {
      const [, name = '', args = '', result = ''] = call;
      calls.push({ tid: Number(tid), name, args: splitArguments(args), result, line });
    }
  }
  return calls;
}

function splitArguments(text: string): readonly string[] {
  const args: string[] = [];
  let depth = 0;
  let isQuoted = false;
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (isQuoted) {
      at += letter === '\\' ? 1 : 0;
      isQuoted = letter !== '"';
    } else if (letter === '"') {
      isQuoted = true;
    } else if ('([{'.includes(letter)) {
      depth += 1;
    } else if (')]}'.includes(letter)) {
      depth -= 1;
    } else if (letter === ',' && depth === 0) {
      args.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  return [...args, text.slice(from).trim()];
}

/** Only those bytes that are printed as they are by both can be compared as text. */
const unquote = (text: string): string | undefined => /^"([ !#-[\]-~]*)"$/.exec(text)?.[1];

function agrees(kind: Kind, shown: string, param: { text: string; resolved: string }): boolean {
  switch (kind) {
    case 'text':
    case 'data': {
      const expected = unquote(shown);
      return expected === undefined || param.text === expected;
    }
    case 'fd':
      return param.text === (shown === 'AT_FDCWD' ? '-100' : shown);
    case 'number':
      return /^-?\d+$/.test(shown)
        ? BigInt.asUintN(64, BigInt(shown)) === BigInt.asUintN(64, BigInt(param.text))
        : true;
    case 'pointer':
      return shown === 'NULL'
        ? param.text === '0'
        : shown.replace(/^0x/, '').toUpperCase() === param.text;
    case 'flags': {
      const names = param.resolved.split('|');
      // names that the format does not know are missing there
      return shown
        .split('|')
        .every(
          (flag) =>
            !/^[A-Z][A-Z0-9_]+$/.test(flag) || names.includes(flag) || NOT_IN_FORMAT.has(flag),
        );
    }
  }
}

const NOT_IN_FORMAT = new Set(['O_NOFOLLOW', 'O_PATH', 'O_NOCTTY', 'MAP_STACK', 'SOL_NETLINK']);

function errnoOf(name: string): number {
  return (constants.errno as Readonly<Record<string, number>>)[name] ?? Number.NaN;
}

function differences(call: Traced, event: ReadEvent): readonly string[] {
  const problems = (RULES[call.name] ?? [])
    .filter(([name, index, kind]) => {
      const shown = call.args[index];
      const param = event.params.get(name);
      return shown !== undefined && (param === undefined || !agrees(kind, shown, param));
    })
    .map(([name]) => `${call.line}: ${name} is ${JSON.stringify(event.params.get(name))}`);
  const errno = /^-1 (E\w+)/.exec(call.result)?.[1];
  const first = [...event.params.values()][0];
  const hasResult = !['syscall', 'getsockname', 'getpeername'].includes(event.name);
  const number = /^(0x[0-9a-f]+|\d+)/.exec(call.result)?.[1];
  if (hasResult && errno !== undefined && event.result !== -errnoOf(errno)) {
    problems.push(`${call.line}: returned ${JSON.stringify(first)}`);
  }
  if (
    hasResult &&
    number !== undefined &&
    event.result !== undefined &&
    Number(number) !== event.result
  ) {
    problems.push(`${call.line}: returned ${event.result}`);
  }
  return problems;
}

const NO_CALLS = new Set(['procexit', 'signaldeliver', 'switch', 'drop']);

describe.skipIf(reason !== undefined)(
  `beside strace${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    it('says of each call what strace says, for the 40 commonest calls and more', async () => {
      const program = compile('workload', folder.path);
      const trace = join(folder.path, 'trace.txt');
      const file = join(folder.path, 'traced.scap');
      const script = `${program} 9>/dev/null; ls -la / >/dev/null; echo 'int main(){return 0;}' > m.c; gcc -o m m.c && ./m`;
      runRecorder(
        [
          '-w',
          file,
          '--only-command',
          '--snaplen',
          '200',
          '--',
          'strace',
          '-f',
          '-s',
          '200',
          '-v',
          '-o',
          trace,
          'sh',
          '-c',
          script,
        ],
        folder.path,
      );
      const events = (await readCapture(file)).events.filter(({ name }) => !NO_CALLS.has(name));
      const byThread = new Map<number, ReadEvent[]>();
      for (const event of events) {
        const own = byThread.get(event.tid);
        if (own === undefined) {
          byThread.set(event.tid, [event]);
        } else {
          own.push(event);
        }
      }
      const problems: string[] = [];
      const compared = new Set<string>();
      const position = new Map<number, number>();
      for (const call of readTrace(trace)) {
        const own = byThread.get(call.tid) ?? [];
        const wanted = EVENT_NAMES[call.name] ?? call.name;
        const from = position.get(call.tid) ?? 0;
        // the calls before strace had hold of the process are only in the capture
        const isThis = ({ name, params }: ReadEvent): boolean =>
          name === wanted || (name === 'syscall' && params.get('ID')?.resolved === call.name);
        const found = own.findIndex((event, index) => index >= from && isThis(event));
        const event = own[found];
        if (!(call.name in RULES)) {
          continue;
        }
        if (event === undefined) {
          problems.push(`${call.line}: not recorded`);
          continue;
        }
        compared.add(call.name);
        problems.push(...differences(call, event));
        position.set(call.tid, found + 1);
      }
      expect(problems.slice(0, 40)).toEqual([]);
      expect(compared.size).toBeGreaterThanOrEqual(40);
    }, 120_000);
  },
);

describe.runIf(reason !== undefined)('beside strace', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
