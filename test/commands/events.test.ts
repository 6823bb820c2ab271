import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { put, scratchFolder, SHARED, tiercel } from './run.js';
import { RULES, writeLateContainer, writeScene } from './scene.js';

const folder = scratchFolder();
let capture = '';
const events = (...args: string[]) => tiercel(folder, ['events', capture, ...args]);

beforeAll(() => {
  capture = join(folder, 'scene.scap');
  writeScene(capture, { runs: 3, stepNs: 1_000_000_000n });
});

describe('events', () => {
  it('prints a line like sysdig by default', async () => {
    const { out } = await events('--limit', '2');
    const [first, second] = out.split('\n');
    expect(first).toMatch(
      /^2 22:13:21\.000001000 0 apk \(300\) < execve res=0 exe=apk args=add\.curl\. /,
    );
    expect(second).toBe(
      '3 22:13:21.000002000 0 apk (300) < openat fd=3(<f>/etc/passwd) dirfd=-100(AT_FDCWD) name=/etc/passwd flags=2(O_WRONLY) mode=0 dev=1 ino=7',
    );
  });

  it('leaves a line with a missing value out, unless the template begins with *', async () => {
    expect((await events('-p', '%evt.num %fd.name')).out).toBe(
      '3 /etc/passwd\n6 /etc/passwd\n9 /etc/passwd\n',
    );
    expect((await events('-p', '*%evt.num %fd.name', '--limit', '2')).out).toBe(
      '2 <NA>\n3 /etc/passwd\n',
    );
  });

  it('takes a condition, with the macros of rules files', async () => {
    const rules = put(folder, 'rules.yaml', RULES);
    const { out } = await events('spawned and proc.pid > 300', '-r', rules, '-p', '%proc.pid');
    expect(out).toBe('301\n302\n');
  });

  it('compares clock fields as they print, in the zone asked for', async () => {
    const kolkata = ['--tz', 'Asia/Kolkata', '-p', '%evt.time.s'];
    expect((await events('evt.time startswith 03:43:21', ...kolkata, '--limit', '1')).out).toBe(
      '03:43:21\n',
    );
    expect((await events('evt.time startswith 22:13:21', ...kolkata)).out).toBe('');
    const called = events('toupper(evt.datetime) contains 03:43:22', ...kolkata, '--limit', '1');
    expect((await called).out).toBe('03:43:22\n');
  });

  it('numbers every record, and shows state only with --all', async () => {
    expect((await events('-p', '%evt.num %evt.type', '--all', '--limit', '2')).out).toBe(
      '1 container\n2 execve\n',
    );
  });

  it('takes a time range', async () => {
    expect((await events('evt.type=execve', '--from', '+1.5s', '-p', '%proc.pid')).out).toBe(
      '302\n',
    );
  });

  it('prints JSON and CSV with the fields of the template', async () => {
    const template = ['evt.type=openat', '-p', '%proc.pid %fd.name', '--limit', '1'];
    expect((await events(...template, '-f', 'json')).out).toBe(
      '{"fd.name":"/etc/passwd","proc.pid":300}\n',
    );
    expect((await events(...template, '-f', 'csv')).out).toBe(
      'proc.pid,fd.name\n300,/etc/passwd\n',
    );
  });

  it('prints filter-only fields as missing, and names those that print, once', async () => {
    const { out, err } = await events('-p', '*%fd.port %fd.port', '--limit', '2');
    expect(out).toBe('<NA> <NA>\n<NA> <NA>\n');
    expect(err.match(/fd\.port only works in filters/g)).toHaveLength(1);
    expect(err).toContain('fd.cport');
  });

  it('passes control characters through when stdout is no terminal', async () => {
    const hostile = join(folder, 'hostile.scap');
    writeScene(hostile, { argument: 'a\u001bb' });
    const args = ['events', hostile, '-p', '%proc.args', '--limit', '1'];
    expect((await tiercel(folder, args)).out).toBe('a\u001bb curl\n');
  });

  it.each([
    ['an unknown field', 'proc.nme = x', 'proc.name'],
    ['a syntax error', 'proc.name = (', 'column'],
  ])('tells %s in a filter', async (_why, filter, told) => {
    const { code, err } = await events(filter);
    expect([code, err]).toEqual([2, expect.stringContaining(told)]);
  });
});

describe('a slice', () => {
  /** Fires at every event. */
  const ANY_EVENT = `
- rule: any
  desc: any event
  condition: evt.num > 0
  output: '%evt.type %proc.name %proc.pname %fd.name %user.name %container.name %proc.cmdline'
  priority: INFO
`;
  const CHOICES = ['evt.type=openat and proc.pid=301', 'proc.pid=302 and evt.type != openat'];

  const COLUMNS =
    '*%evt.rawtime %evt.type %proc.name %proc.pname %proc.aname[2] %fd.name %user.name %container.name %proc.cmdline';

  it('holds the chosen events with the same state, and less than the capture', async () => {
    const slice = join(folder, 'slice.scap');
    const filter = 'evt.type=openat and proc.pid=301';
    const written = await events(filter, '-w', slice);
    expect(written.err).toContain('1 event chosen');
    const whole = await events(filter, '-p', COLUMNS);
    const sliced = await tiercel(folder, ['events', slice, filter, '-p', COLUMNS]);
    expect(sliced.out).toBe(whole.out);
    expect(sliced.out).toContain('/etc/passwd');
    expect(readFileSync(slice).length).toBeLessThan(readFileSync(capture).length);
  });

  it.each(CHOICES)('gives exactly the alerts of the events chosen by %s', async (filter) => {
    const rules = put(folder, 'any.yaml', ANY_EVENT);
    const slice = join(folder, 'chosen.scap');
    await events(filter, '-w', slice, '--force');
    const alerts = (path: string, ...more: string[]) =>
      tiercel(folder, ['analyze', path, '-r', rules, '--no-store', '--no-summary', ...more]);
    const whole = await alerts(capture, '--filter', filter);
    expect(whole.out, whole.err).not.toBe('');
    expect((await alerts(slice)).out).toBe(whole.out);
  });

  it('keeps an event of metadata an event, though nothing else comes before it', async () => {
    const later = join(folder, 'later.scap');
    writeLateContainer(later);
    const slice = join(folder, 'late-slice.scap');
    await tiercel(folder, ['events', later, 'evt.type=container', '-w', slice]);
    const { out } = await tiercel(folder, ['events', slice, '-p', '%evt.type %container.name']);
    expect(out).toBe('container late\n');
  });

  it('tells which words say nothing where no lines are printed', async () => {
    const words = ['-p', '%evt.num', '-f', 'csv', '--output', join(folder, 'lines.csv')];
    const { code, out, err } = await events('-w', join(folder, 'told.scap'), ...words);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain('Notice: with -w no lines are printed, whatever -p, -f, --output say\n');
  });

  it('is never written over the evidence, nor over a file without --force', async () => {
    const { code, err } = await events('-w', capture, '--force');
    expect([code, err]).toEqual([2, expect.stringContaining('OUTPUT_IS_EVIDENCE')]);
    expect(existsSync(capture)).toBe(true);
    const other = put(folder, 'there.scap', 'x');
    expect((await events('-w', other)).code).toBe(2);
  });
});

describe.skipIf(!existsSync(SHARED))(
  'on a real capture (skipped where ../shared is missing)',
  () => {
    const real = join(SHARED, 'captures/502Error.scap');

    it('--raw shows enter and exit records, up to the last number of the file', async () => {
      const { out } = await tiercel(folder, ['events', real, '--raw', '-p', '*%evt.num %evt.dir']);
      const lines = out.trimEnd().split('\n');
      expect(lines.some((line) => line.endsWith('>'))).toBe(true);
      expect(lines.at(-1)).toMatch(/^21391 /);
    });

    it('names containers exactly', async () => {
      const template = '%evt.time,%container.id,%container.name,%user.name';
      const args = ['events', real, 'container.name=example2_lb_1', '-p', template, '--limit', '1'];
      expect((await tiercel(folder, args)).out).toMatch(
        /^00:44:\d\d\.\d{9},59fd49aa4072,example2_lb_1,/,
      );
    });

    it('a slice shows the same in every column that can be the same', async () => {
      const slice = join(folder, 'real.scap');
      const filter = 'proc.name=haproxy and evt.type in (connect,sendmsg,epoll_pwait,switch)';
      const columns =
        '*%evt.rawtime %evt.type %evt.dir %evt.args %fd.name %fd.num %fd.type %proc.pname %proc.aname[3] ' +
        '%proc.nchilds %proc.nthreads %proc.sname %proc.cwd %proc.env %proc.fdopencount %container.name %user.name %thread.vmsize';
      await tiercel(folder, ['events', real, filter, '-w', slice]);
      const whole = await tiercel(folder, ['events', real, filter, '-p', columns]);
      const sliced = await tiercel(folder, ['events', slice, filter, '-p', columns]);
      expect(whole.out.split('\n').length).toBeGreaterThan(100);
      expect(sliced.out === whole.out).toBe(true);
      expect(readFileSync(slice).length * 2).toBeLessThan(readFileSync(real).length);
    });
  },
);

describe('info', () => {
  it('says what a capture is', async () => {
    const { out, code } = await tiercel(folder, ['info', capture]);
    for (const part of [
      'lab-node',
      '2023-11-14T22:13:21.000001000Z',
      'drops        0',
      '3  execve',
    ]) {
      expect(out).toContain(part);
    }
    expect(code).toBe(0);
  });

  it('says it in JSON, with exact numbers', async () => {
    const { out } = await tiercel(folder, ['info', capture, '-f', 'json']);
    expect(JSON.parse(out)).toMatchObject({
      format: 'scap',
      records: 10,
      events: 9,
      containers: 1,
      damage: [],
      types: { execve: 3, openat: 3, procexit: 3 },
      state_types: { container: 1 },
      machine: { hostname: 'lab-node', cpu_count: 2 },
    });
    expect(out).toContain('"memory_bytes":1073741824');
  });
});

describe('lists', () => {
  it.each([
    ['fields', 'sock', 'text', 'fd.sockfamily'],
    ['fields', 'proc.name', 'markdown', '| proc.name | charbuf |'],
    ['events', 'openat', 'text', 'dirfd:fd'],
    ['syscalls', 'execve', 'text', '59'],
  ])('list %s %s as %s', async (what, word, format, told) => {
    const { out } = await tiercel(folder, ['list', what, word, '-f', format]);
    expect(out).toContain(told);
  });

  it('as JSON they can be read by machines', async () => {
    const { out } = await tiercel(folder, [
      'list',
      'fields',
      '-f',
      'json',
      '--source',
      'k8s_audit',
    ]);
    const rows = JSON.parse(out) as { name: string; doc: string }[];
    expect(rows.some(({ name }) => name === 'ka.verb')).toBe(true);
    expect(rows.some(({ name }) => name === 'proc.name')).toBe(false);
    expect(rows.every(({ doc }) => doc.length > 10)).toBe(true);
  });

  it('tell a misspelt source', async () => {
    const { err, code } = await tiercel(folder, ['list', 'fields', '--source', 'k8saudit']);
    expect([err, code]).toEqual([expect.stringContaining('did you mean k8s_audit?'), 2]);
  });
});
