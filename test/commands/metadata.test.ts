/** `--metadata` at every command that replays; where names are from stands in the case. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeNameless } from '../investigation/nameless.js';
import { put, scratchFolder, tiercel, type Outcome } from './run.js';

const ESCAPE = fileURLToPath(new URL('../../fixtures/escape.scap', import.meta.url));
const RULE = 'Privileged';
const AGENT = 'c1dd0133c5d7';

const folder = scratchFolder();
const capture = writeNameless(ESCAPE, join(folder, 'nameless.scap'), {
  containers: true,
  users: true,
});
/** Named `agent` in the capture that this one was made of. */
const inspection = put(
  folder,
  'docker.json',
  JSON.stringify([
    {
      Id: AGENT.padEnd(64, '0'),
      Name: '/=cmd()',
      HostConfig: { Privileged: true },
      Config: { Image: 'registry.example.com/tools/monitor:1.4' },
    },
  ]),
);
const RULES = put(
  folder,
  'rules.yaml',
  `- rule: ${RULE}
  desc: A privileged container starts.
  condition: evt.type = execve and proc.vpid = 1 and container.privileged = true
  output: It started (%container.name)
  priority: WARNING
`,
);
const passwd = put(folder, 'passwd', 'admin:x:0:0::/root:/bin/sh\n');

function rowsOf({ out }: Outcome): unknown {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

const query = async (sql: string): Promise<unknown> =>
  rowsOf(await tiercel(folder, ['query', 'case.db', sql, '-f', 'json']));

describe('analyze with --metadata', () => {
  const analyze = (...words: readonly string[]): Promise<Outcome> =>
    tiercel(folder, ['analyze', capture, '-r', RULES, '-f', 'csv', '--fields', 'container.name,user.name', ...words]); // prettier-ignore
  let named: Outcome;
  let nameless: Outcome;
  let again: Outcome;
  beforeAll(async () => {
    const words = ['--metadata', inspection, '--metadata', `${AGENT}=${passwd}`];
    named = await analyze(...words);
    nameless = await analyze();
    again = await analyze(...words);
  }, 60_000);

  it('lets rules about containers fire, and prints names guarded', () => {
    expect(named.out).toBe("container.name,user.name\n'=cmd(),admin\n");
    expect(nameless.out).toBe('container.name,user.name\n');
    expect(nameless.err).toContain('the capture has no container metadata');
    expect(named.err).not.toContain('the capture has no container metadata');
  });

  it('is another run than the same without it, or with other files', async () => {
    expect(await query('SELECT count(*) AS runs FROM runs')).toEqual([{ runs: 2 }]);
    expect(again.err).toContain('the case holds this very run already');
    const other = put(folder, 'other', 'admin:x:0:0::/:\n');
    await analyze('--metadata', inspection, '--metadata', `${AGENT}=${other}`);
    expect(await query('SELECT count(*) AS runs FROM runs')).toEqual([{ runs: 3 }]);
  });

  it('says in the case which file each name is from', async () => {
    expect(
      await query('SELECT position, path, kind, container_id, entry_count FROM metadata_files WHERE run_id = 1'), // prettier-ignore
    ).toEqual([
      { position: 1, path: inspection, kind: 'docker inspect', container_id: null, entry_count: 1 },
      { position: 2, path: passwd, kind: 'passwd', container_id: AGENT, entry_count: 1 },
    ]);
    expect(
      await query(
        `SELECT containers.name, containers.metadata_file, processes.user, processes.user_file
         FROM alerts JOIN processes USING (process_id) JOIN containers ON containers.container_key = alerts.container_key`,
      ),
    ).toEqual(
      Array.from({ length: 2 }, () => ({ name: '=cmd()', metadata_file: 1, user: 'admin', user_file: 2 })), // prettier-ignore
    );
  });
});

describe('other commands with --metadata', () => {
  it('events prints the names', async () => {
    const { out } = await tiercel(folder, ['events', capture, `container.id = ${AGENT} and evt.type = execve`, '--fields', 'container.name', '--limit', '1', '--metadata', inspection]); // prettier-ignore
    expect(out).toBe('=cmd()\n');
  });

  it('events -w chooses by them', async () => {
    const words = ['events', capture, 'container.name = "=cmd()" and evt.type = execve', '-w'];
    await tiercel(folder, [...words, 'named.scap', '--metadata', inspection]);
    const { out } = await tiercel(folder, ['events', 'named.scap', '--fields', 'container.id', '--limit', '1']); // prettier-ignore
    expect(out).toBe(`${AGENT}\n`);
  });

  it('explain says why a rule fires with them, and why it does not without', async () => {
    const [without, with_] = await Promise.all(
      [[], ['--metadata', inspection]].map((words) =>
        tiercel(folder, ['explain', RULE, capture, '-r', RULES, ...words]),
      ),
    );
    expect(without?.out).toContain(`"${RULE}" never fired: the evidence has no container metadata`);
    expect(with_?.out).not.toContain('never fired');
  });

  it('rules coverage, profile and diff replay with them', async () => {
    const words = ['--metadata', inspection, '-f', 'json'];
    const [covered, profiled, differed] = await Promise.all([
      tiercel(folder, ['rules', 'coverage', '-r', RULES, capture, ...words]),
      tiercel(folder, ['rules', 'profile', '-r', RULES, capture, ...words]),
      tiercel(folder, ['rules', 'diff', RULES, RULES, capture, ...words]),
    ]);
    expect(JSON.parse(covered.out)).toMatchObject({ rules_fired: 1 });
    expect(JSON.parse(profiled.out)).toMatchObject({ rules: [{ fired: 1 }] });
    expect(JSON.parse(differed.out)).toMatchObject({ match: { all: { alerts_old: 1 } } });
  });

  it('test replays with them', async () => {
    put(
      folder,
      'names.test.yaml',
      `capture: nameless.scap\nrules: [rules.yaml]\nexpect:\n  - rule: ${RULE}\n    exactly: 1\n`,
    );
    const words = ['test', 'names.test.yaml'];
    expect((await tiercel(folder, words)).code).toBe(1);
    expect(await tiercel(folder, [...words, '--metadata', 'docker.json'])).toMatchObject({ code: 0 }); // prettier-ignore
  });

  it('a file that is none ends with 2 before anything is written', async () => {
    const words = [
      'analyze',
      capture,
      '-r',
      RULES,
      '-s',
      'other.db',
      '--metadata',
      'names.test.yaml',
    ];
    const { code, err } = await tiercel(folder, words);
    expect({ code, isTold: err.includes('METADATA_UNKNOWN') }).toEqual({ code: 2, isTold: true });
    expect((await tiercel(folder, ['query', 'other.db', 'SELECT 1'])).err).toContain('CASE_MISSING'); // prettier-ignore
  });
});
