/** `export`, `info --verify`, and cases beside each other: what other programs and people are handed. */
import { appendFileSync, copyFileSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it } from 'vitest';
import { OCSF_VERSION, REQUIRED_ATTRIBUTES } from '../../src/investigation/export/ocsf-table.js';
import { writeNameless } from '../investigation/nameless.js';
import { put, scratchFolder, tiercel, type Outcome } from './run.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const folder = scratchFolder();
const RULES = put(
  folder,
  'rules.yaml',
  `- rule: Started
  desc: A container starts.
  condition: evt.type = execve and proc.vpid = 1 and container.id != host
  output: It started (%container.name)
  priority: WARNING
  tags: [T1610]
`,
);
/** Named by an attacker: a formula, a colour, and a turn of direction. */
const NAME = '=cmd()\u001b[31m\u202e';
const capture = writeNameless(join(FIXTURES, 'escape.scap'), join(folder, 'a.scap'), {
  containers: true,
});
const names = put(folder, 'names.json', JSON.stringify({ Id: 'c1dd0133c5d7'.padEnd(64, '0'), Name: NAME, Config: { Image: 'x' } })); // prettier-ignore

const analyze = (evidence: string, path: string, ...words: readonly string[]): Promise<Outcome> =>
  tiercel(folder, ['analyze', evidence, '-r', RULES, '-s', path, '-f', 'none', '--metadata', names, ...words]); // prettier-ignore
const exported = (...words: readonly string[]): Promise<Outcome> =>
  tiercel(folder, ['export', 'case.db', ...words]);

function linesOf({ out }: Outcome): readonly Readonly<Record<string, unknown>>[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const valueAt = (object: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], object); // prettier-ignore

let alertCount = 0;
beforeAll(async () => {
  await analyze(capture, 'case.db', '--keep', 'events');
  const database = new Database(join(folder, 'case.db'), { readonly: true });
  alertCount = database.prepare('SELECT count(*) FROM alerts').pluck().get() as number;
  database.close();
  expect(alertCount).toBeGreaterThan(0);
}, 30_000);

describe('export', () => {
  it('-f timesketch gives everything that has a time, in order, with the three columns that are asked for', async () => {
    const rows = linesOf(await exported('-f', 'timesketch'));
    for (const row of rows) {
      expect(Object.keys(row).slice(0, 3)).toEqual(['datetime', 'timestamp_desc', 'message']);
      expect(row['datetime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      expect([typeof row['message'], typeof row['timestamp']]).toEqual(['string', 'number']);
    }
    const times = rows.map((row) => row['datetime'] as string);
    expect(times).toEqual([...times].sort());
    const kinds = rows.map((row) => row['timestamp_desc']);
    expect(kinds.filter((kind) => kind === 'Alert')).toHaveLength(alertCount);
    expect([...new Set(kinds)].sort()).toEqual(expect.arrayContaining(['Connection Began', 'File Executed', 'Process Ended', 'Process Started'])); // prettier-ignore
  });

  it('-f timesketch-csv gives the same rows, and guards formulas, colours and directions', async () => {
    const { out } = await exported('-f', 'timesketch-csv');
    const lines = out.trim().split('\n');
    expect(lines[0]).toMatch(/^datetime,timestamp_desc,message,timestamp,/);
    expect(lines).toHaveLength(1 + linesOf(await exported('-f', 'timesketch')).length);
    expect(out).toContain(",'=cmd()\\x1b[31m\\u202e,");
    expect(out).not.toMatch(/[\u001b\u202e]/u);
  });

  it('-f ocsf gives a finding for each alert, with every attribute that the schema requires', async () => {
    const outcome = await exported('-f', 'ocsf');
    const findings = linesOf(outcome);
    expect(findings).toHaveLength(alertCount);
    for (const finding of findings) {
      for (const { path, type, values } of REQUIRED_ATTRIBUTES) {
        const value = valueAt(finding, path);
        expect(type === 'integer' ? Number.isSafeInteger(value) : typeof value === 'string' && value !== '', path.join('.')).toBe(true); // prettier-ignore
        expect(values ?? [value], path.join('.')).toContain(value);
      }
      expect(finding['type_uid']).toBe(Number(finding['class_uid']) * 100 + Number(finding['activity_id'])); // prettier-ignore
    }
    expect(valueAt(findings[0], ['metadata', 'version'])).toBe(OCSF_VERSION);
    expect(valueAt(findings[0], ['finding_info', 'attacks'])).toEqual([{ technique: { uid: 'T1610' } }]); // prettier-ignore
    expect(outcome.out).toContain('"name":"=cmd()\\u001b[31m\\u202e"');
    const uids = findings.map((finding) => valueAt(finding, ['finding_info', 'uid']));
    expect(new Set(uids).size).toBe(alertCount);
  });

  it('-f csv and jsonl give one table, and only tables that there are', async () => {
    const rows = linesOf(await exported('-f', 'jsonl', '--table', 'containers'));
    expect(rows.map(({ name }) => name)).toContain(NAME);
    const { out } = await exported('-f', 'csv', '--table', 'containers');
    expect(out.trim().split('\n')).toHaveLength(rows.length + 1);
    const unknown = await exported('-f', 'csv', '--table', 'container; DROP TABLE runs');
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('TABLE_UNKNOWN')]);
    const near = await exported('-f', 'csv', '--table', 'container');
    expect(near.err).toContain('did you mean "containers"?');
    expect((await exported('-f', 'ocsf', '--table', 'alerts')).code).toBe(2);
    const empty = await exported('-f', 'csv', '--table', 'audit_events');
    expect(empty.out).toMatch(/^audit_id,run_id,.*\n$/);
  });

  it('-f sqlite gives the case without its events, whose seals hold', async () => {
    expect((await exported('-f', 'sqlite', '-o', 'copy.db')).code).toBe(0);
    expect(statSync(join(folder, 'copy.db')).mode & 0o777).toBe(0o600);
    const copy = new Database(join(folder, 'copy.db'), { readonly: true });
    expect(copy.prepare('SELECT count(*) FROM events').pluck().get()).toBe(0);
    expect(copy.prepare('SELECT count(*) FROM alerts').pluck().get()).toBe(alertCount);
    copy.close();
    expect((await tiercel(folder, ['query', 'copy.db', '--verify'])).code).toBe(0);
    expect((await tiercel(folder, ['query', 'case.db', '--verify'])).code).toBe(0);
  });

  it('writes no file that is there, through no link, and not over the case', async () => {
    put(folder, 'there', 'mine');
    symlinkSync(join(folder, 'there'), join(folder, 'link'));
    for (const format of ['ocsf', 'sqlite']) {
      const codes = await Promise.all(
        [['there'], ['link', '--force'], ['case.db', '--force']].map(
          async (words) => (await exported('-f', format, '-o', ...words)).code,
        ),
      );
      expect(codes).toEqual([2, 2, 2]);
    }
    expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('mine');
    expect((await exported('-f', 'ocsf', '-o', 'there', '--force')).code).toBe(0);
    expect(statSync(join(folder, 'there')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['is missing', 'none.db', 'CASE_MISSING'],
    ['is none', 'rules.yaml', 'CASE_UNUSABLE'],
  ])('refuses a case that %s', async (_why, path, code) => {
    for (const words of [
      ['-f', 'timesketch'],
      ['-f', 'sqlite', '-o', 'never.db'],
    ]) {
      const { err, code: exit } = await tiercel(folder, ['export', path, ...words]);
      expect([exit, err]).toEqual([2, expect.stringContaining(code)]);
    }
    expect(statSync(join(folder, 'never.db'), { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('info --verify', () => {
  it('says of all evidence of a case whether it is as it was, changed, or gone', async () => {
    const paths = ['same', 'longer', 'gone'].map((name) => join(folder, `${name}.scap`));
    const [, longer = '', gone = ''] = paths;
    for (const [at, path] of paths.entries()) {
      copyFileSync(join(FIXTURES, ['mkdir.scap', 'shell.scap', 'inbound.scap'][at] ?? ''), path);
    }
    await tiercel(folder, ['analyze', ...paths, '-r', RULES, '-s', 'v.db', '-f', 'none']);
    expect((await tiercel(folder, ['info', '--verify', 'v.db'])).code).toBe(0);
    appendFileSync(longer, 'x');
    rmSync(gone);
    const { out, code } = await tiercel(folder, ['info', '--verify', 'v.db', '-f', 'json']);
    expect(code).toBe(1);
    expect(linesOf({ out, err: '', code }).map(({ state, detail }) => [state, detail])).toEqual([
      ['unchanged', null],
      ['changed', expect.stringMatching(/^its SHA-256 was \w{64}, and is \w{64}; it had \d+ bytes, and has \d+$/)],
      ['missing', expect.stringContaining('nothing is at')],
    ]); // prettier-ignore
  });
});

describe('two cases', () => {
  it('of the same evidence, rules and names give the same dump, byte for byte', async () => {
    await analyze(capture, 'again.db', '--keep', 'events');
    const [one, other] = await Promise.all(
      ['case.db', 'again.db'].map((path) => tiercel(folder, ['query', path, '--dump'])),
    );
    expect(one?.out.length).toBeGreaterThan(10_000);
    expect(other?.out).toBe(one?.out);
  });

  it('are attached and joined by what is the same in both: numbers of rows are local', async () => {
    await analyze(join(FIXTURES, 'escape.scap'), 'other.db');
    const database = new Database(join(folder, 'case.db'), { readonly: true });
    database.prepare('ATTACH ? AS other').run(join(folder, 'other.db'));
    const shared = database
      .prepare(
        `SELECT count(*) FROM main.files AS mine JOIN other.files AS theirs USING (path) JOIN main.containers JOIN other.containers AS those ON those.id = main.containers.id`,
      )
      .pluck()
      .get() as number;
    const [mine, theirs] = ['main', 'other'].map(
      (name) => database.prepare(`SELECT sha256 FROM ${name}.evidence`).pluck().get() as string,
    );
    database.close();
    expect(shared).toBeGreaterThan(0);
    expect(mine).not.toBe(theirs);
  });
});
