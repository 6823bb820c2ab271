/** Folders of thousands of files, and of paths longer than the system takes: each file is a run or part of one, or is reported. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createCapture } from '../../src/capture/index.js';
import { trailRecord } from '../audit/audit-logs.js';
import { put, scratchFolder, tiercel } from './run.js';

const folder = scratchFolder();
const COUNT = 700;
const RULES = `
- rule: Object read
  desc: d
  source: aws_cloudtrail
  condition: ct.name exists
  output: x
  priority: INFO
`;

/** Each of another machine, so that none is the same evidence as another. */
function writeCapture(path: string, hostname: string): void {
  const capture = createCapture(path, { compression: 'none', force: false });
  capture.writeSectionHeader();
  capture.writeMetadata({ kind: 'machine', cpuCount: 1, memoryBytes: 1n, hostname, bootTime: 1n });
  capture.close();
}

async function ask(path: string, sql: string): Promise<string> {
  const { out } = await tiercel(folder, ['query', path, sql, '-f', 'csv', '--no-header']);
  return out.trim();
}

it(
  'each capture of a large tree is a run of its own, and all logs are one',
  { timeout: 600_000 },
  async () => {
    for (let i = 0; i < COUNT; i += 1) {
      const at = join(folder, 'tree', String(i % 37), String(i % 11));
      mkdirSync(at, { recursive: true });
      writeCapture(join(at, `${i}.scap`), `node-${i}`);
      const eventTime = new Date(Date.UTC(2024, 4, 1) + ((i * 7919) % COUNT) * 1000).toISOString();
      put(at, `${i}.json`, JSON.stringify({ Records: [trailRecord({ eventTime })] }));
      put(at, `${i}.txt`, 'hello');
    }
    put(folder, 'rules.yaml', RULES);
    const words = ['analyze', 'tree', '-r', 'rules.yaml', '-s', 'case.db', '-f', 'none'];
    for (const time of ['first', 'second']) {
      const { code, err } = await tiercel(folder, words);
      expect([time, code], err.slice(0, 1000)).toEqual([time, 0]);
      const counts =
        'SELECT status, count(*), count(DISTINCT evidence_id), sum(alert_count) FROM runs';
      expect(await ask('case.db', counts)).toBe(`complete,${COUNT + 1},${COUNT + 1},${COUNT}`);
    }
    expect((await tiercel(folder, ['query', 'case.db', '--verify'])).code).toBe(0);
  },
);

it('what lies deeper than a path may be long is reported as not seen', async () => {
  const deep = join(folder, 'deep');
  mkdirSync(deep);
  writeCapture(join(deep, 'top.scap'), 'node');
  const steps = `for (let i = 0; i < 2500; i += 1) { fs.mkdirSync('dd'); process.chdir('dd'); } fs.writeFileSync('bottom', '')`;
  expect(spawnSync(process.execPath, ['-e', steps], { cwd: deep }).status).toBe(0);
  try {
    const { code, err } = await tiercel(folder, ['analyze', 'deep', '-s', 'deep.db', '-f', 'none']);
    expect(code).toBe(4);
    expect(err).toContain('audit/unreadable-file');
    expect(await ask('deep.db', 'SELECT path, status FROM runs ORDER BY path')).toBe(
      'deep,incomplete\ndeep/top.scap,complete',
    );
  } finally {
    spawnSync('rm', ['-rf', deep]); // Node cannot remove such paths
  }
});
