import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  argsText,
  argText,
  EVENT,
  EVENT_TABLE,
  EventDecoder,
  NO_NAMES,
  paramIndexes,
  printParam,
  rawParam,
  rawText,
  secondsText,
  timeText,
  type Event,
  type Names,
  type ParamValue,
} from '../../src/events/index.js';
import { emptyEvent, record } from './records.js';

type Params = Readonly<Record<string, ParamValue>>;

const NAMES: Names = {
  hasThread: true,
  fd: (number) =>
    new Map([
      [3, { letters: 'f', name: '/etc/passwd' }],
      [4, { letters: '4t', name: '127.0.0.1:47192->127.0.0.1:80' }],
      [5, { letters: 'd', name: '/srv/lab' }],
      [6, { letters: '6u', name: '' }],
    ]).get(number),
  command: (tid) => (tid === 20072 ? 'cat' : undefined),
  absolutePath: (path, directory) =>
    `${directory === undefined ? '/cwd' : `/fd${directory}`}/${path}`,
  user: (uid) => (uid === 0 ? 'root' : undefined),
  group: (gid) => (gid === 0 ? 'wheel' : undefined),
};

function event(code: number, params: Params): Event {
  const made = emptyEvent();
  new EventDecoder({ raw: false }).decode(record({ code, params }), made);
  return made;
}

/** Bytes of an address that has a text. */
function ipv6(...words: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(16);
  words.forEach((word, i) => {
    bytes.writeUInt16BE(word, 2 * i);
  });
  return bytes;
}

describe('evt.args prints', () => {
  it('a text that a dynamic parameter announces but does not hold as (null)', () => {
    const told = event(EVENT.KEYCTL_X, { res: 0, operation: 1, arg2: Uint8Array.of(1) });
    expect(argText(told, 2, NAMES)).toBe('(null)');
  });

  it.each<[string, number, Params, string]>([
    ['an error by name', EVENT.RMDIR_2_X, { res: -2, path: '/a' }, 'res=-2(ENOENT) path=/a'],
    [
      'an error without a name as a number',
      EVENT.SETUID_X,
      { res: -4095, uid: 1 },
      'res=-4095 uid=1(<NA>)',
    ],
    [
      'a descriptor with its kind and name',
      EVENT.CLOSE_X,
      { res: 0, fd: 3 },
      'res=0 fd=3(<f>/etc/passwd)',
    ],
    [
      'a socket with its protocol',
      EVENT.CLOSE_X,
      { res: 0, fd: 4 },
      'res=0 fd=4(<4t>127.0.0.1:47192->127.0.0.1:80)',
    ],
    [
      'a descriptor without a name by its kind alone',
      EVENT.CLOSE_X,
      { res: 0, fd: 6 },
      'res=0 fd=6(<6u>)',
    ],
    ['an unknown descriptor as a number', EVENT.CLOSE_X, { res: 0, fd: 9 }, 'res=0 fd=9'],
    [
      'a negative descriptor as an error',
      EVENT.CLOSE_X,
      { res: -9, fd: -1 },
      'res=-9(EBADF) fd=-1(EPERM)',
    ],
    [
      'flags, those that include others first',
      EVENT.OPEN_X,
      { fd: 3, name: '/etc/passwd', flags: 4097, mode: 0, dev: 0x2d },
      'fd=3(<f>/etc/passwd) name=/etc/passwd flags=4097(O_RDONLY|O_CLOEXEC) mode=0 dev=2D ino=<NA>',
    ],
    [
      'read and write as one flag',
      EVENT.OPEN_X,
      { fd: 3, name: '/etc/passwd', flags: 3, mode: 0o644, dev: 0, ino: 5 },
      'fd=3(<f>/etc/passwd) name=/etc/passwd flags=3(O_RDWR) mode=0644 dev=0 ino=5',
    ],
    [
      'a flag for nothing set',
      EVENT.ACCESS_X,
      { res: 0, name: '/bin', mode: 0 },
      'res=0 name=/bin mode=0(F_OK)',
    ],
    [
      'a mode from the least bit on, and a relative path from the working directory',
      EVENT.CHMOD_X,
      { res: 0, filename: 't.out', mode: 0o755 },
      'res=0 filename=t.out(/cwd/t.out) mode=0755(S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR)',
    ],
    [
      'a relative path from its directory',
      EVENT.UNLINKAT_2_X,
      { res: 0, dirfd: 5, name: 't.c', flags: 0x200 },
      'res=0 dirfd=5(<d>/srv/lab) name=t.c(/fd5/t.c) flags=512(AT_REMOVEDIR)',
    ],
    [
      'the working directory by name',
      EVENT.UNLINKAT_2_X,
      { res: 0, dirfd: -100, name: 't.c', flags: 0 },
      'res=0 dirfd=-100(AT_FDCWD) name=t.c(/cwd/t.c) flags=0',
    ],
    [
      'a thread with its command',
      EVENT.KILL_X,
      { res: 0, pid: 20072, sig: 9 },
      'res=0 pid=20072(cat) sig=9(SIGKILL)',
    ],
    ['signal 0 as no signal', EVENT.KILL_X, { res: 0, pid: 1, sig: 0 }, 'res=0 pid=1 sig=0'],
    [
      'users and groups',
      EVENT.CHOWN_X,
      { res: 0, path: '/a', uid: 0, gid: 4294967295 },
      'res=0 path=/a uid=0 gid=-1',
    ],
    ['a user by name', EVENT.SETUID_X, { res: 0, uid: 0 }, 'res=0 uid=0(root)'],
    ['no user', EVENT.SETUID_X, { res: 0, uid: 0xffffffff }, 'res=0 uid=-1(<NONE>)'],
    ['a group by name', EVENT.SETGID_X, { res: 0, gid: 0 }, 'res=0 gid=0(wheel)'],
    [
      'dots for what is no printable ASCII',
      EVENT.READ_X,
      { res: 4, data: 'a\n\0\xff', fd: 3, size: 4 },
      'res=4 data=a... fd=3(<f>/etc/passwd) size=4',
    ],
    [
      'empty buffers as NULL, other empty parameters as <NA>',
      EVENT.READ_X,
      {},
      'res=<NA> data=NULL fd=<NA> size=<NA>',
    ],
    [
      '(NULL) of old recorders as <NA>',
      EVENT.RMDIR_2_X,
      { res: 0, path: '(NULL)' },
      'res=0 path=<NA>',
    ],
    ['a text that is empty as empty', EVENT.GETCWD_X, { res: 0, path: '' }, 'res=0 path='],
    [
      'polled descriptors',
      EVENT.POLL_X,
      {
        res: 1,
        fds: [
          { fd: 3, flags: 0 },
          { fd: 9, flags: 0x41 },
          { fd: 4, flags: -1 },
        ],
        timeout: 500,
      },
      'res=1 fds=3:f0 9:?41 4:4ffffffff timeout=500',
    ],
    [
      'no polled descriptors',
      EVENT.POLL_X,
      { res: 0, fds: [], timeout: 0 },
      'res=0 fds= timeout=0',
    ],
    [
      'a duration in seconds',
      EVENT.NANOSLEEP_X,
      { res: 0, interval: 1_500_000_000 },
      'res=0 interval=1500000000(1.5s)',
    ],
    ['an endless duration', EVENT.NANOSLEEP_X, { res: 0, interval: -1 }, 'res=0 interval=none'],
    [
      'an enumeration by all its names',
      EVENT.SOCKET_X,
      { fd: 4, domain: 1, type: 1, proto: 0, flags: 0 },
      'fd=4(<4t>127.0.0.1:47192->127.0.0.1:80) domain=1(AF_LOCAL|AF_UNIX) type=1 proto=0 flags=0(O_NONE)',
    ],
    [
      'long unsigned numbers as if they were signed',
      EVENT.GETRLIMIT_X,
      { res: 0, cur: 8388608, max: -1, resource: 3 },
      'res=0 cur=8388608 max=-1 resource=3(RLIMIT_STACK)',
    ],
    [
      'hexadecimal in capitals',
      EVENT.BRK_4_X,
      { res: 0x926000, vm_size: 360, vm_rss: 4, vm_swap: 0, addr: 0 },
      'res=926000 vm_size=360 vm_rss=4 vm_swap=0 addr=0',
    ],
    [
      'a chosen alternative',
      EVENT.GETSOCKOPT_X,
      { res: 0, fd: 9, level: 1, optname: 4, val: { selector: 2, value: 7 }, optlen: 4 },
      'res=0 fd=9 level=1(SOL_SOCKET) optname=4(SO_ERROR) val=7 optlen=4',
    ],
    [
      'an alternative that is an error',
      EVENT.GETSOCKOPT_X,
      { res: 0, fd: 9, level: 1, optname: 4, val: { selector: 1, value: -111 }, optlen: 4 },
      'res=0 fd=9 level=1(SOL_SOCKET) optname=4(SO_ERROR) val=-111(ECONNREFUSED) optlen=4',
    ],
    [
      'an alternative that does not exist',
      EVENT.GETSOCKOPT_X,
      { res: 0, fd: 9, level: 1, optname: 4, val: Buffer.of(99, 1), optlen: 4 },
      'res=0 fd=9 level=1(SOL_SOCKET) optname=4(SO_ERROR) val=INVALID DYNAMIC PARAMETER optlen=4',
    ],
    [
      'an IPv4 tuple',
      EVENT.CONNECT_X,
      {
        res: -115,
        tuple: {
          source: { address: Buffer.of(127, 0, 0, 1), port: 47192 },
          destination: { address: Buffer.of(127, 0, 0, 1), port: 80 },
        },
        fd: 4,
      },
      'res=-115(EINPROGRESS) tuple=127.0.0.1:47192->127.0.0.1:80 fd=4(<4t>127.0.0.1:47192->127.0.0.1:80) addr=<NA>',
    ],
    [
      'an IPv6 tuple',
      EVENT.CONNECT_X,
      {
        res: 0,
        tuple: {
          source: { address: ipv6(0x2001, 0x4860, 0x4860, 0, 0, 0, 0, 0x8888), port: 53 },
          destination: {
            address: ipv6(0x2600, 0x1f18, 0x262c, 0x6542, 0x9aa6, 0xdf7a, 0x9a47, 0xd29e),
            port: 40251,
          },
        },
        fd: 9,
      },
      'res=0 tuple=2001:4860:4860::8888:53->2600:1f18:262c:6542:9aa6:df7a:9a47:d29e:40251 fd=9 addr=<NA>',
    ],
    [
      'IPv4 in IPv6 as IPv4',
      EVENT.CONNECT_X,
      {
        res: 0,
        tuple: {
          source: { address: ipv6(), port: 1 },
          destination: { address: ipv6(0, 0, 0, 0, 0, 0xffff, 0x0a00, 0x0001), port: 2 },
        },
        fd: 9,
      },
      'res=0 tuple=0.0.0.0:1->10.0.0.1:2 fd=9 addr=<NA>',
    ],
    [
      'a unix tuple',
      EVENT.CONNECT_X,
      {
        res: -2,
        tuple: { source: 0n, destination: 0xffff88003c420800n, path: '/var/run/nscd/socket' },
        fd: 9,
      },
      'res=-2(ENOENT) tuple=0->ffff88003c420800 /var/run/nscd/socket fd=9 addr=<NA>',
    ],
    [
      'a socket address',
      EVENT.BIND_X,
      { res: 0, addr: { address: Buffer.of(10, 0, 0, 1), port: 80 }, fd: 9 },
      'res=0 addr=10.0.0.1:80 fd=9',
    ],
    [
      'a path of a socket',
      EVENT.BIND_X,
      { res: 0, addr: { path: '/run/s' }, fd: 9 },
      'res=0 addr=/run/s fd=9',
    ],
    [
      'another family by number',
      EVENT.BIND_X,
      { res: 0, addr: Buffer.of(16), fd: 9 },
      'res=0 addr=family 16 fd=9',
    ],
    [
      'an address of the wrong size as such',
      EVENT.BIND_X,
      { res: 0, addr: Buffer.of(2, 1), fd: 9 },
      'res=0 addr=INVALID IPv4 fd=9',
    ],
    ['nothing for a call without an event of its own', EVENT.GENERIC_X, { ID: 16 }, ''],
  ])('%s', (_what, code, params, text) => {
    expect(argsText(event(code, params), NAMES)).toBe(text);
  });

  it('numbers alone where the thread is not known', () => {
    const one = event(EVENT.UNLINKAT_2_X, { res: -2, dirfd: -100, name: 't.c', flags: 0 });
    expect(argsText(one, NO_NAMES)).toBe('res=-2(ENOENT) dirfd=-100 name=t.c flags=0');
  });

  it('only the parameters that the event has', () => {
    const made = emptyEvent();
    const short = record({ code: EVENT.PROCEXIT_1_E, params: { status: 0 }, count: 1 });
    new EventDecoder({ raw: false }).decode(short, made);
    expect(argsText(made, NAMES)).toBe('status=0');
  });

  it('U+FFFD for what cannot be shown in a path', () => {
    const one = event(EVENT.RMDIR_2_X, { res: 0, path: '/a\nb\xff' });
    expect(printParam(one, 1, NAMES).text).toBe('/a\xef\xbf\xbdb\xef\xbf\xbd');
  });
});

describe('evt.arg.X', () => {
  it('is the resolved text where there is one, else the plain one', () => {
    const one = event(EVENT.CLOSE_X, { res: 0, fd: 3 });
    expect(argText(one, 0, NAMES)).toBe('0');
    expect(argText(one, 1, NAMES)).toBe('<f>/etc/passwd');
    expect(argText(one, 2, NAMES)).toBeUndefined();
  });
});

describe('evt.rawarg.X', () => {
  function raw(code: number, params: Params, name: string): [unknown, string | undefined] {
    const param = rawParam(event(code, params), paramIndexes(name)[code] as number);
    return [param?.value, param === undefined ? undefined : rawText(param)];
  }

  it.each<[string, number, string, ParamValue | undefined, unknown, string]>([
    ['a signed number', EVENT.CLOSE_X, 'res', -2, -2, '-2'],
    ['hexadecimal flags', EVENT.OPEN_X, 'flags', 4097, 4097, '1001'],
    ['octal without its zero', EVENT.OPEN_X, 'mode', 0o644, 0o644, '644'],
    ['a large number', EVENT.MMAP_X, 'res', 0x7f1a14e6f000, 0x7f1a14e6f000, '7F1A14E6F000'],
    ['64 bits, exactly', EVENT.MMAP_X, 'addr', 2n ** 63n - 1n, 2n ** 63n - 1n, '7FFFFFFFFFFFFFFF'],
    ['0 where nothing was recorded', EVENT.CLOSE_X, 'res', undefined, 0, '0'],
    ['text', EVENT.RMDIR_2_X, 'path', '/a', '/a', '/a'],
    ['<NA> for text that is missing', EVENT.RMDIR_2_X, 'path', undefined, '<NA>', '<NA>'],
    ['bytes', EVENT.READ_X, 'data', 'a\n', Buffer.from('a\n'), 'a.'],
  ])('is %s', (_what, code, name, ...[given, value, text]) => {
    expect(raw(code, given === undefined ? {} : { [name]: given }, name)).toEqual([value, text]);
  });
});

describe('printing', () => {
  it.each([
    [0, '0s'],
    [1, '1e-09s'],
    [100_000, '0.0001s'],
    [123_456_789, '0.123457s'],
    [1_000_000_000, '1s'],
    [123_456_000_000_000, '123456s'],
    [1_234_567_000_000_000, '1.23457e+06s'],
  ])('writes %i ns as %s', (nanoseconds, text) => {
    expect(secondsText(nanoseconds)).toBe(text);
  });

  it('writes times in UTC, whatever they are', () => {
    expect(timeText(1506127469900617765n)).toBe('2017-09-23 00:44:29.900617765');
    expect(timeText(0xffffffffffffffffn)).toBe('2554-07-21 23:34:33.709551615');
  });

  it('never throws, whatever a parameter holds', () => {
    const decoder = new EventDecoder({ raw: true });
    const made = emptyEvent();
    fc.assert(
      fc.property(
        fc.nat({ max: EVENT_TABLE.length - 1 }),
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 32 }),
        (code, params) => {
          decoder.decode(record({ code, params: params.map((bytes) => Buffer.from(bytes)) }), made);
          argsText(made, NAMES);
          argsText(made, NO_NAMES);
          for (let i = 0; i < made.paramCount; i += 1) {
            const param = rawParam(made, i);
            expect(param === undefined ? '' : (rawText(param) ?? '')).toBeTypeOf('string');
          }
        },
      ),
      { numRuns: 3000 },
    );
  });
});
