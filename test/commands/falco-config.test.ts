import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
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

describe('a Falco configuration', () => {
  const config = (text: string) => put(folder, 'falco.yaml', text);

  it('gives rules, priority, matching, texts and time, and -o overrides a key', async () => {
    const path = config(
      `rules_files: [${rules}, /not/there.yaml]\njson_output: true\ntime_format_iso_8601: true\n` +
        'rule_matching: all\nrules:\n  - enable: {rule: "Write*"}\n  - disable: {tag: process}\n' +
        'append_output:\n  - match: {rule: Anything executed}\n    extra_output: cpu=%evt.cpu\n' +
        '    extra_fields: [{note: "by %user.name"}, proc.pid]\n',
    );
    const run = (...more: string[]) =>
      tiercel(folder, ['analyze', capture, '--no-store', '-c', path, ...more]);
    const { out, err } = await run();
    expect(err).toContain('/not/there.yaml is not there');
    const alerts = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { output: string; output_fields: object });
    expect(alerts.map(({ output }) => output)).toEqual([
      '2023-11-14T22:13:20.000001000+0000: Notice Executed apk cpu=0',
      '2023-11-14T22:13:20.000002000+0000: Warning File below /etc opened for writing (file=/etc/passwd program=apk)',
    ]);
    expect(alerts[0]?.output_fields).toMatchObject({ note: 'by root', 'proc.pid': 300 });
    expect((await run('-o', 'json_output=false', '-o', 'priority=warning')).out).toBe(
      `${String(alerts[1]?.output)}\n`,
    );
  });

  it('runs programs only when that is allowed, and appends to files', async () => {
    const log = join(folder, 'program.log');
    const file = join(folder, 'alerts.log');
    const path = config(
      `stdout_output: {enabled: false}\nfile_output: {enabled: true, filename: ${file}}\n` +
        `program_output: {enabled: true, program: "cat >> ${log}"}\n`,
    );
    const run = (...more: string[]) => analyze('-c', path, ...more);
    const { out, err } = await run();
    expect(out).toBe('');
    expect(err).toContain('--allow-outputs');
    expect(existsSync(log)).toBe(false);
    await run('--allow-outputs');
    expect(readFileSync(log, 'utf8')).toBe(LINE);
    expect(readFileSync(file, 'utf8')).toBe(LINE + LINE);
  });

  it('sends to syslog by way of logger, and to HTTP servers when that is allowed', async () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    put(bin, 'logger', `#!/bin/sh\necho "$@" > "${folder}/logged"\ncat >> "${folder}/logged"\n`);
    chmodSync(join(bin, 'logger'), 0o755);
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.on('data', (data: Buffer) => bodies.push(data.toString('utf8')));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const path = config(
      `syslog_output: {enabled: true}\nhttp_output: {enabled: true, url: "http://127.0.0.1:${port}/"}\n`,
    );
    const before = process.env['PATH'];
    process.env['PATH'] = `${bin}:${before ?? ''}`;
    const { code } = await analyze('-c', path, '--allow-outputs');
    process.env['PATH'] = before;
    server.close();
    expect(code).toBe(0);
    expect(bodies).toEqual([LINE.trimEnd()]);
    expect(readFileSync(join(folder, 'logged'), 'utf8')).toBe(
      `--prio-prefix --tag tiercel\n<11>${LINE}`,
    );
  });

  it.each([
    ['a key that nobody knows', 'jsonoutput: true\n', 'did you mean json_output?', 0],
    ['a value of the wrong kind', 'json_output: perhaps\n', 'true or false was expected', 2],
    ['an output without its place', 'file_output: {enabled: true}\n', 'file_output.filename', 2],
    ['what is no YAML', 'a: [\n', 'it is not YAML', 2],
    ['an unknown priority', 'priority: urgent\n', 'PRIORITY_UNKNOWN', 2],
  ])('tells of %s', async (_why, text, told, exit) => {
    const { code, err } = await analyze('-c', config(text));
    expect([err, code]).toEqual([expect.stringContaining(told), exit]);
  });
});
