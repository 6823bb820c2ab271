/** Folders as evidence: captures one by one, logs together, the rest reported. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { trailRecord } from '../audit/audit-logs.js';
import { put, scratchFolder, tiercel } from './run.js';

const FIXTURES = join(import.meta.dirname, '../../fixtures');
const folder = scratchFolder();
const evidence = join(folder, 'evidence');

function place(name: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(evidence, name)), { recursive: true });
  put(evidence, name, content);
}

const trail = (second: number): string =>
  JSON.stringify({ Records: [trailRecord({ eventTime: `2024-05-01T10:00:0${second}Z` })] });

beforeAll(async () => {
  const capture = readFileSync(join(FIXTURES, 'exam.scap'));
  place('b/x', capture);
  place('b-c/y.json', readFileSync(join(FIXTURES, 'host.scap')));
  place('later.log', trail(2));
  place('z/earlier.log', trail(1));
  place('readme.txt', 'hello');
  place('twice', gzipSync(capture));
  symlinkSync('..', join(evidence, 'z/up'));
  execFileSync('mkfifo', [join(evidence, 'pipe')]);
  await tiercel(folder, ['analyze', join(FIXTURES, 'exam.scap'), '-s', 'case.db', '-f', 'none']);
  copyFileSync(join(folder, 'case.db'), join(evidence, 'case.db'));
  const { out } = await tiercel(folder, [
    'analyze',
    join(FIXTURES, 'exam.scap'),
    '--no-store',
    '-f',
    'json',
  ]);
  place('alerts.json', out);
});

describe('a folder', () => {
  it('is each capture in byte order of its path, then all logs as one piece', async () => {
    const { code, out } = await tiercel(folder, [
      'info',
      'evidence',
      '-f',
      'json',
      '--allow-damage',
    ]);
    const facts = out.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // prettier-ignore
    expect(facts.map(({ path, events }) => [path, events])).toEqual([
      ['evidence/b-c/y.json', expect.any(Number)],
      ['evidence/b/x', expect.any(Number)],
      ['evidence', 2],
    ]);
    expect(facts[2]).toMatchObject({ first_event: '2024-05-01T10:00:01.000000000Z' });
    expect(code).toBe(0);
  });

  it('reports once what is neither, and nothing of cases and alerts of ours', async () => {
    const { err, code } = await tiercel(folder, ['analyze', 'evidence', '--no-store', '-f', 'none', '--no-summary']); // prettier-ignore
    const reports = err.split('\n').filter((line) => /\((?:audit|capture)\//.test(line));
    const names = ['readme.txt', 'twice', 'z/up', 'pipe'];
    expect(reports.map((line) => names.find((name) => line.includes(`: ${name}`))).sort()).toEqual(
      names.sort(),
    );
    expect(reports.join()).toContain('gzip -dc evidence/twice > evidence/twice.unpacked');
    expect(code).toBe(4);
  });

  it('with nothing but captures reports the rest as well', async () => {
    mkdirSync(join(folder, 'captures'));
    copyFileSync(join(FIXTURES, 'host.scap'), join(folder, 'captures/a.scap'));
    put(folder, 'captures/notes', 'nothing');
    const { err, code } = await tiercel(folder, [
      'analyze',
      'captures',
      '--no-store',
      '-f',
      'none',
    ]);
    expect(err).toContain('Notice: captures: notes is neither a capture nor an audit log');
    expect(code).toBe(0);
  });

  it('that holds no evidence is a mistake', async () => {
    mkdirSync(join(folder, 'empty'));
    const { err, code } = await tiercel(folder, ['analyze', 'empty', '--no-store']);
    expect(err).toContain('EVIDENCE_IS_DIRECTORY');
    expect(code).toBe(2);
  });
});

const MAGICS: readonly (readonly [name: string, head: Buffer, command: string])[] = [
  ['xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4]), 'xz -dc'],
  ['bzip2', Buffer.from('BZh91AY&SY'), 'bzip2 -dc'],
  ['zip', Buffer.from('PK\u0003\u0004\u0014\0'), 'unzip'],
  ['gzip in gzip', gzipSync(gzipSync('x')), 'gzip -dc'],
];

it.each(MAGICS)(
  'names evidence packed with %s, and the command that unpacks it',
  async (name, head, command) => {
    const path = put(folder, `it's ${name}`, head);
    const { err, code } = await tiercel(folder, ['info', path]);
    expect(err).toContain('EVIDENCE_PACKED');
    expect(err).toContain(`${command} '${path.replace("'", `'\\''`)}'`);
    expect(code).toBe(2);
  },
);
