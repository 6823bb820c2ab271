import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { put, scratchFolder, tiercel } from './run.js';
import { CONTAINER_ID, RULES, writeScene } from './scene.js';

const folder = scratchFolder();
const LINE = `22:13:20.000001000: Error Package management process launched (user=root command=apk add curl nginx (id=${CONTAINER_ID}))\n`;
let capture = '';
let rules = '';
const analyze = (...args: string[]) =>
  tiercel(folder, ['analyze', capture, '-r', rules, '--no-store', ...args]);

beforeAll(() => {
  capture = join(folder, 'scene.scap');
  writeScene(capture);
  rules = put(folder, 'rules.yaml', RULES);
});

describe('the text of alerts', () => {
  it('is time, priority and message, in UTC, and %container.info is the name and the id', async () => {
    const { code, out } = await analyze();
    expect(out).toBe(LINE);
    expect(code).toBe(0);
  });

  it('is exactly the template with -p, without a prefix', async () => {
    const { out } = await analyze(
      '-p',
      '%evt.time,%container.id,%container.name,%user.name,%fd.name',
    );
    expect(out).toBe(`22:13:20.000001000,${CONTAINER_ID},nginx,root,<NA>\n`);
  });

  it('is the usual words with --fields', async () => {
    const words = 'time-with-nanoseconds,container-id,container-name,user-name,pod-name,namespace';
    const { out } = await analyze('--fields', words);
    expect(out).toBe(`22:13:20.000001000,${CONTAINER_ID},nginx,root,webapi-5d4f-x2x1z,team-blue\n`);
  });

  it.each([
    ['clock', '22:13:20.000001000: '],
    ['iso8601', '2023-11-14T22:13:20.000001000+0000: '],
    ['epoch', '1700000000.000001000: '],
  ])('begins with the time as %s', async (format, start) => {
    expect((await analyze('--time-format', format)).out.slice(0, start.length)).toBe(start);
  });

  it('shows another zone when asked, in the prefix and in every clock field', async () => {
    const zone = ['--tz', 'Asia/Kolkata'];
    expect((await analyze(...zone)).out.slice(0, 8)).toBe('03:43:20');
    expect((await analyze(...zone, '-p', '%evt.time.s %evt.time.iso8601')).out).toBe(
      '03:43:20 2023-11-15T03:43:20.000001000+0530\n',
    );
  });

  it('means that zone in conditions, too: they compare what clock fields print', async () => {
    const text = readFileSync(rules, 'utf8').replace(
      /condition: /,
      'condition: evt.time.s = 03:43:20 and ',
    );
    const night = put(folder, 'night.yaml', text);
    const rows = async (...args: string[]) =>
      (await tiercel(folder, ['analyze', capture, '--no-store', ...args])).out.split('\n').length -
      1;
    expect(await rows('-r', night)).toBe(0);
    expect(await rows('-r', night, '--tz', 'Asia/Kolkata')).toBe(1);
    const filter = ['-r', rules, '--filter', 'evt.time.s = 03:43:20'];
    expect(await rows(...filter)).toBe(0);
    expect(await rows(...filter, '--tz', 'Asia/Kolkata')).toBe(1);
  });

  it('has what --append says behind it', async () => {
    const { out } = await analyze('--append', 'tag=%container.image.tag pod_name=%k8s.pod.name');
    expect(out).toBe(LINE.replace('\n', ' tag=1.21 pod_name=webapi-5d4f-x2x1z\n'));
  });

  it('is one line, whatever an attacker wrote', async () => {
    const hostile = join(folder, 'hostile.scap');
    writeScene(hostile, { argument: 'x\n00:00:00: Error forged\u001b[2J\u0085\u007f' });
    const { out } = await tiercel(folder, ['analyze', hostile, '-r', rules, '--no-store']);
    expect(out.split('\n')).toHaveLength(2);
    expect(out).toContain(String.raw`x\n00:00:00: Error forged\x1b[2J\u0085\x7f`);
  });
});

describe('other formats', () => {
  it('JSON has exact numbers, Falco keys, and a time in UTC', async () => {
    const { out } = await analyze('-f', 'json', '--tz', 'Asia/Kolkata');
    expect(out).toContain('"evt.time":1700000000000001000');
    expect(JSON.parse(out)).toEqual({
      time: '2023-11-14T22:13:20.000001000Z',
      rule: 'Launch Package Management Process in Container',
      priority: 'Error',
      source: 'syscall',
      tags: ['mitre_persistence', 'process'],
      hostname: 'lab-node',
      evidence: capture,
      output: LINE.replace('22:13:20', '03:43:20').trimEnd(),
      output_fields: {
        'evt.time': Number(1700000000000001000n),
        'proc.cmdline': 'apk add curl',
        'user.name': 'root',
      },
    });
  });

  it('JSON holds null for what is missing', async () => {
    const { out } = await analyze('-f', 'json', '-p', '%fd.name %proc.pid');
    const alert = JSON.parse(out) as { output: string; output_fields: unknown };
    expect(alert.output).toBe('<NA> 300');
    expect(alert.output_fields).toMatchObject({ 'fd.name': null, 'proc.pid': 300 });
  });

  it('CSV guards formulas in text, never in numbers', async () => {
    const formula = join(folder, 'formula.scap');
    writeScene(formula, { containerName: '=cmd()' });
    const args = ['-f', 'csv', '-p', '%container.name,%proc.pid,%user.loginuid'];
    const run = (...more: string[]) =>
      tiercel(folder, ['analyze', formula, '-r', rules, '--no-store', ...args, ...more]);
    expect((await run()).out).toBe("container.name,proc.pid,user.loginuid\n'=cmd(),300,-1\n");
    expect((await run('--no-header', '--csv-raw')).out).toBe('=cmd(),300,-1\n');
  });

  it('CSV names its columns as the source of the first alert does, or as system calls do', async () => {
    const audit = JSON.stringify({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      auditID: 'a',
      level: 'RequestResponse',
      stage: 'ResponseComplete',
      requestURI: '/api/v1/namespaces/n/secrets/s',
      verb: 'delete',
      user: { username: 'eve' },
      objectRef: { resource: 'secrets', namespace: 'n', name: 's' },
      stageTimestamp: '2020-01-01T00:00:00.000000Z',
    });
    const log = put(folder, 'audit.json', `${audit}\n`);
    const both = put(folder, 'both.yaml', `- rule: deleted\n  desc: x\n  source: k8s_audit\n  condition: ka.verb = delete\n  output: x\n  priority: INFO\n${RULES}`); // prettier-ignore
    const words = ['--no-store', '-r', both, '-f', 'csv', '--fields', 'time,user-name'];
    const csv = async (...evidence: string[]) =>
      (await tiercel(folder, ['analyze', ...evidence, ...words])).out.split('\n').slice(0, 3);
    expect(await csv(log)).toEqual(['evt.time.s,ka.user.name', '00:00:00,eve', '']);
    expect(await csv(capture)).toEqual(['evt.time.s,user.name', '22:13:20,root', '']);
    expect(await csv(log, capture)).toEqual(['evt.time.s,ka.user.name', '00:00:00,eve', '22:13:20,root']); // prettier-ignore
    expect(await csv(capture, '--last', '0', '--filter', 'evt.num < 0')).toEqual(['evt.time.s,user.name', '']); // prettier-ignore
  });

  it('a table shows what the text says', async () => {
    const { out } = await analyze('-f', 'table');
    expect(out).toContain('Package management process launched');
    expect(out).toContain('┌');
  });

  it('none prints nothing', async () => {
    expect((await analyze('-f', 'none')).out).toBe('');
  });
});

describe('the selection of rules', () => {
  it('an event alerts the first rule that matches, or all', async () => {
    expect((await analyze()).out.split('\n')).toHaveLength(2);
    expect((await analyze('--match', 'all')).out.split('\n')).toHaveLength(3);
  });

  it('the summary says which rules stood in the shadow of others', async () => {
    expect((await analyze()).err).toContain(
      'rule Anything executed matched 1 event that rule Launch Package Management Process in Container took',
    );
  });

  it('--rule runs exactly the rules named, disabled ones too', async () => {
    const { out } = await analyze('--rule', 'Write*');
    expect(out).toContain(
      'Warning File below /etc opened for writing (file=/etc/passwd program=apk)',
    );
  });

  it.each([
    ['--tag', 'process'],
    ['--disable', 'Anything*'],
    ['--min-priority', 'warning'],
  ])('%s %s leaves the package manager', async (...args) => {
    expect((await analyze('--match', 'all', ...args)).out).toBe(LINE);
  });

  it.each([
    ['a misspelt rule', ['--rule', 'Anythin executed'], 'did you mean "Anything executed"?'],
    ['a misspelt tag', ['--tag', 'proces'], 'did you mean "process"?'],
    ['a misspelt priority', ['--min-priority', 'warnin'], 'did you mean warning?'],
    ['--tag with --disable', ['--tag', 'process', '--disable', 'Any*'], 'SELECTION_CONFLICT'],
    ['a misspelt field', ['-p', '%proc.nme'], 'did you mean "proc.name"'],
    ['a misspelt flag', ['--formt', 'json'], 'did you mean --format?'],
    ['an unknown zone', ['--tz', 'Mars/Olympus'], 'Europe/Prague'],
    ['a time that is none', ['--from', 'yesterday'], 'TIME_UNREADABLE'],
  ])('tells %s and what was meant, with exit code 2', async (_why, args, told) => {
    const { code, err, out } = await analyze(...args);
    expect(err).toContain(told);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

describe('time ranges and filters', () => {
  it('--from, --to and --last choose events; state sees all of them', async () => {
    const long = join(folder, 'long.scap');
    writeScene(long, { runs: 5, stepNs: 1_000_000_000n });
    const times = async (...args: string[]) => {
      const all = ['analyze', long, '-r', rules, '--no-store', '-p', '%evt.time.s', ...args];
      return (await tiercel(folder, all)).out.trimEnd().split('\n');
    };
    expect(await times()).toEqual(['22:13:21', '22:13:22', '22:13:23', '22:13:24', '22:13:25']);
    expect(await times('--from', '+2.5s')).toEqual(['22:13:24', '22:13:25']);
    expect(await times('--to', '2023-11-14T22:13:22.5Z')).toEqual(['22:13:21', '22:13:22']);
    expect(await times('--last', '1500ms')).toEqual(['22:13:24', '22:13:25']);
    expect(await times('--filter', 'proc.pid >= 303')).toEqual(['22:13:24', '22:13:25']);
  });

  it('both ends of a range are part of it, to the nanosecond', async () => {
    const printed = ['analyze', capture, '-r', rules, '--no-store', '-p', '%evt.time'];
    const time = (await tiercel(folder, printed)).out.trimEnd();
    const [, fraction = ''] = /\.(\d{9})$/.exec(time) ?? [];
    const at = (ns: bigint) =>
      `2023-11-14T${time.slice(0, 8)}.${String(BigInt(fraction) + ns).padStart(9, '0')}Z`;
    const found = async (from: bigint, to: bigint) =>
      (await tiercel(folder, [...printed, '--from', at(from), '--to', at(to)])).out.trimEnd();
    expect(await found(0n, 0n)).toBe(time);
    expect(await found(1n, 5n)).toBe('');
    expect(await found(-5n, -1n)).toBe('');
  });
});

describe('the summary', () => {
  it('names containers, pods, images, and the command that stops them', async () => {
    const { err } = await analyze();
    expect(err).toContain('1  Error          Launch Package Management Process in Container');
    expect(err).toContain(
      `${CONTAINER_ID}  name=nginx pod=webapi-5d4f-x2x1z namespace=team-blue image=docker.io/library/nginx:1.21`,
    );
    expect(err).toContain('stop it: kubectl -n team-blue scale deploy webapi --replicas 0');
  });

  it.each([
    ['the namespace is no Kubernetes name', { namespace: 'a; rm -rf /' }],
    ['no label tells the owner', { labels: { 'pod-template-hash': 'other' } }],
  ])('gives no command when %s', async (_why, scene) => {
    const path = join(folder, 'other.scap');
    writeScene(path, scene);
    const { err } = await tiercel(folder, ['analyze', path, '-r', rules, '--no-store']);
    expect(err).not.toContain('kubectl');
  });

  it('is the same where nobody reads the alerts themselves', async () => {
    const { err, out } = await analyze('-f', 'none');
    expect(out).toBe('');
    expect(err).toBe((await analyze()).err);
    expect(err).toContain('1  Error          Launch Package Management Process in Container\n');
  });

  it('tells the SHA-256 of evidence that a case holds', async () => {
    const sha256 = createHash('sha256').update(readFileSync(capture)).digest('hex');
    const words = ['analyze', capture, '-r', rules, '-s', 'hashed.db', '-f', 'none'];
    const { err } = await tiercel(folder, words);
    expect(err).toContain(`\n  SHA-256 ${sha256}\n`);
    expect((await analyze()).err).not.toContain('SHA-256');
  });

  it('says when the capture has no container metadata', async () => {
    const path = join(folder, 'bare.scap');
    writeScene(path, { hasMetadata: false });
    const { err } = await tiercel(folder, ['analyze', path, '-r', rules, '--no-store']);
    expect(err).toContain('the capture has no container metadata');
  });
});

describe('the summary of a part', () => {
  it('says which part the rules were shown, and where the case is', async () => {
    const words = ['--last', '5s', '--filter', 'proc.name = "a\nb"'];
    const { err } = await tiercel(folder, ['analyze', capture, '-r', rules, '-s', 'part.db', ...words]); // prettier-ignore
    expect(err).toContain(
      'Rules were shown only events of --filter proc.name = "a\\nb" --last 5s\n',
    );
    expect(err).toContain('\nCase: part.db, see "tiercel query"\n');
    const { err: whole } = await analyze();
    expect(whole).toContain('\n  machine lab-node\n');
    expect(whole).not.toMatch(/Rules were shown|Case:/);
  });
});

describe('exit codes', () => {
  it('--fail-on makes alerts of that priority or a higher one findings', async () => {
    expect((await analyze('--fail-on', 'error')).code).toBe(1);
    expect((await analyze('--fail-on', 'critical')).code).toBe(0);
  });

  it('one unusable file of several: the others still run, then 2', async () => {
    const { code, out, err } = await tiercel(folder, [
      ...['analyze', join(folder, 'nope.scap'), capture, '-r', rules, '--no-store'],
    ]);
    expect(out).toBe(LINE);
    expect(err).toContain('there is no such file');
    expect(code).toBe(2);
  });

  it('a damaged capture is read as far as it goes, and 4, unless that is allowed', async () => {
    const torn = put(folder, 'torn.scap', readFileSync(capture).subarray(0, -40));
    const run = (...more: string[]) =>
      tiercel(folder, ['analyze', torn, '-r', rules, '--no-store', ...more]);
    const { code, out, err } = await run();
    expect(out).toBe(LINE);
    expect(err).toContain('Data loss');
    expect(code).toBe(4);
    expect((await run('--allow-damage')).code).toBe(0);
  });
});

describe('places in compressed evidence', () => {
  it('are said to be no bytes of the file', async () => {
    const torn = put(folder, 'torn.gz', gzipSync(readFileSync(capture)).subarray(0, -30));
    for (const words of [['info'], ['analyze', '--no-store'], ['events']]) {
      const { out, err } = await tiercel(folder, [...words, torn]);
      const told = (out + err).split('\n').filter((line) => line.includes('byte '));
      expect(told.length).toBeGreaterThan(0);
      expect(told.filter((line) => !line.includes('uncompressed byte '))).toEqual([]);
    }
  });
});

describe('output files', () => {
  it('are written instead of stdout, and never overwritten without --force', async () => {
    const file = join(folder, 'falco.log');
    expect((await analyze('--output', file)).out).toBe('');
    expect(readFileSync(file, 'utf8')).toBe(LINE);
    const second = await analyze('--output', file);
    expect([second.code, second.err]).toEqual([2, expect.stringContaining('OUTPUT_EXISTS')]);
    expect((await analyze('--output', file, '--force')).code).toBe(0);
  });

  it('are never the evidence, not even with --force', async () => {
    const size = statSync(capture).size;
    const { code, err } = await analyze('--output', capture, '--force');
    expect([code, err]).toEqual([2, expect.stringContaining('OUTPUT_IS_EVIDENCE')]);
    expect(statSync(capture).size).toBe(size);
  });
});

describe('the case', () => {
  it('is private, and a second run of the same adds nothing', async () => {
    const store = join(folder, 'case.db');
    const run = (...more: string[]) => tiercel(folder, ['analyze', capture, '-r', rules, ...more]);
    const count = async () => {
      const sql =
        'SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM alerts) AS alerts, (SELECT count(*) FROM evidence) AS evidence';
      return JSON.parse(
        (await tiercel(folder, ['query', store, sql, '-f', 'json'])).out,
      ) as unknown;
    };
    await run();
    expect(statSync(store).mode & 0o777).toBe(0o600);
    expect(await count()).toEqual({ runs: 1, alerts: 1, evidence: 1 });
    expect((await run()).err).toContain('nothing was added');
    expect(await count()).toEqual({ runs: 1, alerts: 1, evidence: 1 });
    await run('--match', 'all');
    expect(await count()).toEqual({ runs: 2, alerts: 3, evidence: 1 });
  });

  it('keeps runs apart whose templates differ in whatever letters', async () => {
    for (const letter of ['日', '本', '恥']) {
      const words = ['-r', rules, '-s', 'letters.db', '-p', `${letter} %evt.num`];
      await tiercel(folder, ['analyze', capture, ...words]);
    }
    const sql = "SELECT json_extract(options, '$.print') AS print FROM runs";
    const { out } = await tiercel(folder, ['query', 'letters.db', sql, '-f', 'csv']);
    expect(out).toBe('print\n日 %evt.num\n本 %evt.num\n恥 %evt.num\n');
  });

  it('has in its timeline where in the evidence each alert stands', async () => {
    const sql = 'SELECT event_number, byte_offset > 0 AS has_offset, evidence, length(sha256) AS digits FROM timeline'; // prettier-ignore
    const { out } = await tiercel(folder, ['query', 'letters.db', `${sql} LIMIT 1`, '-f', 'json']);
    expect(JSON.parse(out)).toEqual({ event_number: 2, has_offset: 1, evidence: capture, digits: 64 }); // prettier-ignore
  });

  it('gives every column of a join in JSON', async () => {
    const sql = 'SELECT 1 AS a, 2 AS a, 3 AS a_2, 4 AS a';
    const { out } = await tiercel(folder, ['query', 'case.db', sql, '-f', 'json']);
    expect(out).toBe('{"a":1,"a_3":2,"a_2":3,"a_4":4}\n');
  });

  it('knows process, parent and container of an alert', async () => {
    const sql = `SELECT processes.cmdline, processes.user, parents.name AS parent, containers.pod, alerts.time_ns,
      alerts.event_number, alerts.byte_offset > 0 AS has_offset, processes.start_ns, processes.end_ns
      FROM alerts JOIN processes USING (process_id) JOIN containers ON containers.container_key = alerts.container_key
      LEFT JOIN processes AS parents ON parents.process_id = processes.parent_id LIMIT 1`;
    const { out } = await tiercel(folder, ['query', 'case.db', sql, '-f', 'json', '--raw']);
    expect(out).toBe(
      '{"cmdline":"apk add curl","user":"root","parent":"sh","pod":"webapi-5d4f-x2x1z",' +
        '"time_ns":1700000000000001000,"event_number":2,"has_offset":1,' +
        '"start_ns":1700000000000001000,"end_ns":1700000000000003000}\n',
    );
  });

  it('that cannot be written is reported before anything is read', async () => {
    const { code, err } = await tiercel(folder, [
      'analyze',
      capture,
      '-r',
      rules,
      '-s',
      '/nope/x.db',
    ]);
    expect([code, err]).toEqual([2, expect.stringContaining('CASE_UNUSABLE')]);
  });

  it('is not any other database or file', async () => {
    const text = put(folder, 'text.db', 'this is a text, and a long one, but no database at all');
    const { code, err } = await tiercel(folder, ['analyze', capture, '-r', rules, '-s', text]);
    expect([code, err]).toEqual([2, expect.stringContaining('not a SQLite database')]);
    expect(readFileSync(text, 'utf8')).toContain('this is a text');
  });
});
