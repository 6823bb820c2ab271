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
      `--prio-prefix --tag tiercel --size 100010 --socket-errors=on\n<11>${LINE}`,
    );
  });

  it.each([
    ['json_include_output_property', 'output', false],
    ['json_include_tags_property', 'tags', false],
    ['json_include_output_fields_property', 'output_fields', false],
    ['json_include_message_property', 'message', true],
  ] as const)('%s decides whether JSON has %s', async (key, member, isThere) => {
    const first = async (...args: string[]): Promise<Record<string, unknown>> =>
      JSON.parse(String((await analyze(...args)).out.split('\n')[0])) as Record<string, unknown>;
    const path = config(`json_output: true\n${key}: ${String(isThere)}\n`);
    expect(member in (await first('-c', path))).toBe(isThere);
    // -o over the file, and the file over the default
    expect(member in (await first('-c', path, '-o', `${key}=${String(!isThere)}`))).toBe(!isThere);
    expect(member in (await first('-o', 'json_output=true'))).toBe(!isThere);
  });

  it('counts less than the command line, and -o more than the file', async () => {
    const path = config('time_format_iso_8601: true\nrule_matching: all\npriority: error\n');
    const count = (text: string): number => text.split('\n').length - 1;
    expect(count((await analyze('-c', path)).out)).toBe(1);
    const lower = ['-c', path, '-o', 'priority=debug'];
    expect(count((await analyze(...lower)).out)).toBe(2);
    expect(count((await analyze(...lower, '-o', 'rule_matching=first')).out)).toBe(1);
    expect(count((await analyze(...lower, '--match', 'first')).out)).toBe(1);
    expect(count((await analyze(...lower, '--min-priority', 'error')).out)).toBe(1);
    expect((await analyze('-c', path)).out).toMatch(/^2023-11-14T/);
    expect((await analyze('-c', path, '-o', 'time_format_iso_8601=false')).out).toBe(LINE);
    expect((await analyze('-c', path, '--time-format', 'clock')).out).toBe(LINE);
  });

  it('switches rules on and off by name and tag, in order', async () => {
    const switches =
      '- disable: {rule: "*"}\n  - enable: {tag: process}\n  - enable: {rule: Write*}';
    const path = config(`rules:\n  ${switches}\n`);
    const { out } = await analyze('-c', path, '-p', '%evt.type');
    expect(out).toBe('execve\nopenat\n');
    const off = await analyze('-c', path, '-o', 'rules[]={disable: {rule: "Launch*"}}');
    expect(off.out).toContain('File below /etc');
    expect(off.out).not.toContain('Package management');
  });

  it('appends to outputs by source, tag and rule, from -o too', async () => {
    const path = config(
      'append_output:\n  - match: {tags: [mitre_persistence]}\n    extra_output: "ppid=%proc.ppid"\n' +
        '  - match: {source: k8s_audit}\n    extra_output: never\n',
    );
    const more =
      'append_output[]={"match": {"rule": "Launch Package Management Process in Container"}, "extra_output": "pid=%proc.pid"}';
    const { out } = await analyze('-c', path, '-o', more);
    expect(out).toBe(LINE.replace('\n', ' ppid=200 pid=300\n'));
  });

  it('without stdout_output prints only where no other output is on', async () => {
    const file = `file_output: {enabled: true, filename: ${join(folder, 'out.log')}}`;
    expect((await analyze('-c', config(file))).out).toBe('');
    expect((await analyze('-c', config(`${file}\nstdout_output: {enabled: true}`))).out).toBe(LINE);
    expect((await analyze('-c', config('stdout_output: {enabled: false}'))).out).toBe('');
  });

  it("says once which keys are passed over, as for Falco's own file", async () => {
    const path = config(
      'engine: {kind: modern_ebpf}\nmetrics: {enabled: false}\nlog_level: info\noutputs_queue: {capacity: 0}\n',
    );
    const { err, code } = await analyze('-c', path);
    expect(err.match(/passed over/g)).toHaveLength(1);
    expect(err).toContain('passed over: engine, log_level, metrics, outputs_queue\n');
    expect(code).toBe(0);
  });

  it('whose rules files are all missing runs no other rules', async () => {
    const path = config('rules_files: [/not/there.yaml]\n');
    const run = await tiercel(folder, ['analyze', capture, '--no-store', '-c', path]);
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.err).toContain('none of the rules files that it names is there');
    expect((await analyze('-c', path)).out).toBe(LINE);
  });

  it.each([
    ['a key that nobody knows', 'jsonoutput: true\n', 'did you mean json_output?', 0],
    ['a key below one', 'file_output: {filname: x}\n', 'did you mean file_output.filename?', 0],
    ['a value of the wrong kind', 'json_output: perhaps\n', 'true or false was expected', 2],
    ['an output without its place', 'file_output: {enabled: true}\n', 'file_output.filename', 2],
    ['what is no YAML', 'a: [\n', 'it is not YAML', 2],
    ['an unknown priority', 'priority: urgent\n', 'PRIORITY_UNKNOWN', 2],
  ])('tells of %s', async (_why, text, told, exit) => {
    const { code, err } = await analyze('-c', config(text));
    expect([err, code]).toEqual([expect.stringContaining(told), exit]);
  });
});
