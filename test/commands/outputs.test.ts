/**
 * The outputs of a Falco configuration against real receivers: a syslog daemon, files, processes, HTTP
 * servers. What each of them gets is exactly the line that stdout gets.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { PROGRAM, put, scratchFolder, tiercel } from './run.js';
import { RULES, writeScene } from './scene.js';

const folder = scratchFolder();
const RUNS = 3;
const capture = join(folder, 'scene.scap');
let rules = '';
/** What stdout gets of the capture, as text and as JSON. */
let text = '';
let json = '';
const lines = (): string[] => text.trimEnd().split('\n');

/** Analyse with this configuration. */
const analyze = (config: string, ...args: string[]) =>
  tiercel(folder, [
    ...['analyze', capture, '-r', rules, '--match', 'all', '--no-store', '--no-summary'],
    ...['-c', put(folder, 'falco.yaml', config), '--allow-outputs', ...args],
  ]);

beforeAll(async () => {
  writeScene(capture, { runs: RUNS, argument: `žluť=${'long '.repeat(500)}` });
  // without what rules are warned about, so that stderr has nothing but what outputs say
  const plain = RULES.replace(' and evt.dir = <', '').replace('%container.info', '%container.id');
  rules = put(folder, 'rules.yaml', plain);
  text = (await analyze('')).out;
  json = (await analyze('json_output: true')).out;
  expect(lines()).toHaveLength(2 * RUNS);
  expect(json.split('\n')).toHaveLength(2 * RUNS + 1);
});

describe('file_output', () => {
  it.each(['true', 'false'])('appends the lines, with keep_alive: %s', async (isKept) => {
    const path = put(folder, 'appended.log', 'what was there\n');
    const run = await analyze(
      `file_output: {enabled: true, filename: ${path}, keep_alive: ${isKept}}`,
    );
    expect([run.out, run.err, run.code]).toEqual(['', '', 0]);
    expect(readFileSync(path, 'utf8')).toBe(`what was there\n${text}`);
  });

  it('is a private file where there was none, and keeps the mode of one that was there', async () => {
    const made = join(folder, 'made.log');
    await analyze(`file_output: {enabled: true, filename: ${made}}`);
    expect(statSync(made).mode & 0o777).toBe(0o600);
    const shared = put(folder, 'shared.log', '');
    chmodSync(shared, 0o640);
    await analyze(`file_output: {enabled: true, filename: ${shared}}`);
    expect(statSync(shared).mode & 0o777).toBe(0o640);
  });

  it('gets JSON with json_output, beside text on stdout where that is asked for', async () => {
    const path = join(folder, 'alerts.jsonl');
    const config = `json_output: true\nfile_output: {enabled: true, filename: ${path}}`;
    const run = await analyze(config, '-f', 'csv', '--no-header');
    expect(readFileSync(path, 'utf8')).toBe(json);
    expect(run.out.split('\n')).toHaveLength(2 * RUNS + 1);
  });

  it('that is full costs its alerts only: they are on stdout, and exit code 2 says so', async () => {
    const config =
      'stdout_output: {enabled: true}\nfile_output: {enabled: true, filename: /dev/full';
    for (const isKept of [true, false]) {
      const run = await analyze(`${config}, keep_alive: ${isKept}}`);
      expect(run.out).toBe(text);
      expect(run.err).toMatch(
        /^Warning: .*\/dev\/full did not take .*: no space is left on the disk/,
      );
      expect(run.code).toBe(2);
    }
  });

  it('is never the evidence', async () => {
    const before = readFileSync(capture);
    const run = await analyze(`file_output: {enabled: true, filename: ${capture}}`);
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.err).toContain('OUTPUT_IS_EVIDENCE');
    expect(readFileSync(capture).equals(before)).toBe(true);
  });

  it('in a folder that is not there is reported before anything is read', async () => {
    const run = await analyze('file_output: {enabled: true, filename: /no/such/folder/x}');
    expect([run.code, run.err]).toEqual([2, expect.stringContaining('file_output.filename')]);
  });
});

describe('syslog_output without --allow-outputs', () => {
  it('writes to no log: alerts of old evidence there would read as new ones', async () => {
    const own = mkdtempSync(join(folder, 'bin-'));
    put(own, 'logger', '#!/bin/sh\ntouch "$(dirname "$0")/ran"\ncat >/dev/null\n');
    chmodSync(join(own, 'logger'), 0o755);
    const config = put(folder, 'refused-syslog.yaml', 'syslog_output: {enabled: true}\n');
    const run = await tiercel(
      folder,
      ['analyze', capture, '-r', rules, '--match', 'all', '-c', config, '--no-store'],
      { env: { ...process.env, PATH: `${own}:${process.env['PATH'] ?? ''}` } },
    );
    expect(run.err).toContain('syslog_output is left out; --allow-outputs lets it run');
    expect(existsSync(join(own, 'ran'))).toBe(false);
    expect(run.out).toBe(text); // there is no other output
  });
});

describe('program_output', () => {
  it('with keep_alive: true is one process that gets every line', async () => {
    const log = join(folder, 'kept.log');
    const run = await analyze(
      `program_output: {enabled: true, keep_alive: true, program: "echo begin >> ${log}; cat >> ${log}"}`,
    );
    expect([run.out, run.err, run.code]).toEqual(['', '', 0]);
    expect(readFileSync(log, 'utf8')).toBe(`begin\n${text}`);
  });

  it('with keep_alive: false is a process for each line, one after the other', async () => {
    const log = join(folder, 'each.log');
    const run = await analyze(
      `program_output: {enabled: true, keep_alive: false, program: "echo begin >> ${log}; cat >> ${log}"}`,
    );
    expect([run.out, run.err, run.code]).toEqual(['', '', 0]);
    expect(readFileSync(log, 'utf8')).toBe(
      lines()
        .map((line) => `begin\n${line}\n`)
        .join(''),
    );
  });

  it('prints beside the results, not among them', async () => {
    const config =
      'stdout_output: {enabled: true}\nprogram_output: {enabled: true, keep_alive: true';
    const run = await analyze(`${config}, program: "wc -l"}`);
    expect(run.out).toBe(text);
    expect(run.err.trim()).toBe(String(2 * RUNS));
  });

  it.each([true, false])('that fails is reported once, with keep_alive: %s', async (isKept) => {
    const run = await analyze(
      `program_output: {enabled: true, keep_alive: ${isKept}, program: "cat > /dev/null; exit 3"}`,
    );
    const times = isKept ? '' : ` (${2 * RUNS} times)`;
    expect(run.err).toBe(
      `Warning: the program "cat > /dev/null; exit 3" ended with exit code 3${times}\n`,
    );
    expect(run.code).toBe(0);
  });

  it('does not run where it was not allowed', async () => {
    const log = join(folder, 'never.log');
    const config = put(
      folder,
      'refused.yaml',
      `program_output: {enabled: true, program: "cat > ${log}"}\nhttp_output: {enabled: true, url: "http://127.0.0.1:1/"}\n`,
    );
    const run = await tiercel(folder, [
      ...['analyze', capture, '-r', rules, '-c', config, '--no-store', '--no-summary'],
    ]);
    expect(run.err).toContain('program_output is left out; --allow-outputs lets it run');
    expect(run.err).toContain('http_output is left out; --allow-outputs lets it run');
    expect([existsSync(log), run.code]).toEqual([false, 0]);
  });
});

/** A request as a server saw it. */
interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Run `work` against a server on this machine; what it was asked. */
async function withServer(
  respond: (response: ServerResponse) => void,
  work: (url: string) => Promise<void>,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (data: Buffer) => chunks.push(data));
    request.on('end', () => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
      respond(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/falco?x=1`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return seen;
}

describe('http_output', () => {
  const config = (url: string, more = ''): string =>
    `http_output: {enabled: true, url: "${url}"${more}}`;

  it('posts each line as text, in order, with the agent of the configuration', async () => {
    const seen = await withServer(
      (response) => response.end('ok'),
      async (url) => {
        const run = await analyze(config(url, ', user_agent: "our agent/1"'));
        expect([run.out, run.err, run.code]).toEqual(['', '', 0]);
      },
    );
    expect(seen.map(({ body }) => body)).toEqual(lines());
    for (const { method, url, headers } of seen) {
      expect([method, url]).toEqual(['POST', '/falco?x=1']);
      expect(headers).toMatchObject({ 'content-type': 'text/plain', 'user-agent': 'our agent/1' });
    }
  });

  it('posts JSON as JSON, whether the configuration or the command line asks for it', async () => {
    for (const [more, args] of [
      ['\njson_output: true', []],
      ['', ['-o', 'json_output=true']],
      ['', ['-f', 'json']],
    ] as const) {
      const seen = await withServer(
        (response) => response.end(),
        async (url) => {
          await analyze(config(url) + more, ...args);
        },
      );
      expect(seen.map(({ body }) => `${body}\n`).join('')).toBe(json);
      expect(seen[0]?.headers).toMatchObject({
        'content-type': 'application/json',
        'user-agent': 'falcosecurity/falco',
      });
    }
  });

  it('tells of a server that answers 500, once, and sends it every alert', async () => {
    let origin = '';
    const seen = await withServer(
      (response) => {
        response.statusCode = 500;
        response.end();
      },
      async (url) => {
        origin = new URL(url).origin;
        const run = await analyze(config(url), '-f', 'text');
        expect(run.out).toBe(text);
        expect(run.err).toBe(
          `Warning: ${origin} did not take an alert: status 500 (${2 * RUNS} times)\n`,
        );
        expect(run.code).toBe(2);
      },
    );
    expect(seen).toHaveLength(2 * RUNS);
  });

  it('waits for a slow server', async () => {
    const seen = await withServer(
      (response) => setTimeout(() => response.end(), 200),
      async (url) => {
        const run = await analyze(config(url));
        expect([run.err, run.code]).toEqual(['', 0]);
      },
    );
    expect(seen).toHaveLength(2 * RUNS);
  });

  it('gives up a server that refuses connections, and says how many alerts it did not get', async () => {
    const free = createTcpServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const run = await analyze(
      config(`http://127.0.0.1:${port}/`, ', max_consecutive_timeouts: 1'),
      '-f',
      'text',
    );
    expect(run.out).toBe(text);
    expect(run.err).toMatch(/did not take an alert: .*ECONNREFUSED.* \(2 times\)\n/);
    expect(run.err).toContain(`given up; ${2 * RUNS - 2} further alerts were not sent`);
    expect(run.code).toBe(2);
  });

  it.each([
    ['what is no address', 'nonsense', 'is not an http or https address'],
    ['another protocol', 'file:///etc/passwd', 'is not an http or https address'],
  ])('refuses %s', async (_what, url, told) => {
    const run = await analyze(config(url));
    expect([run.code, run.err]).toEqual([2, expect.stringContaining(told)]);
  });
});

const WITH_SYSLOG = fileURLToPath(new URL('with-syslog.sh', import.meta.url));
const works = (command: string): boolean =>
  spawnSync('sh', ['-c', command], { stdio: 'ignore' }).status === 0;
/** What is missing for a syslog daemon of our own, if anything. */
const MISSING = [
  ['the right to make namespaces (root)', 'unshare -m -p -f --mount-proc true'],
  ['rsyslogd', 'command -v rsyslogd'],
  ['logger', 'command -v logger'],
].find(([, command = '']) => !works(command))?.[0];
const note = MISSING === undefined ? '' : ` (skipped: this machine lacks ${MISSING})`;

describe.skipIf(MISSING !== undefined)(`syslog_output${note}`, () => {
  /** Analyse on a machine with a syslog daemon; the lines that its log got. */
  const logged = (config: string): { log: string; out: string; err: string } => {
    const own = mkdtempSync(join(folder, 'syslog-'));
    const path = put(folder, 'syslog.yaml', config);
    const run = spawnSync(
      'unshare',
      [
        ...['-m', '-p', '-f', '--mount-proc', 'sh', WITH_SYSLOG, own],
        ...[process.execPath, PROGRAM, 'analyze', capture, '-r', rules, '--match', 'all'],
        ...['--no-store', '--no-summary', '--allow-outputs', '-c', path],
      ],
      { cwd: folder, encoding: 'utf8' },
    );
    expect([run.stderr, run.status]).toEqual(['', 0]);
    const log = readFileSync(join(own, 'log'), 'utf8').replace(/^.* last:the end\n/m, '');
    return { log, out: run.stdout, err: run.stderr };
  };
  const withPriorities = (whole: string): string =>
    whole
      .trimEnd()
      .split('\n')
      .map((line, at) => `user.${at % 2 === 0 ? 'err' : 'notice'} tiercel:${line}\n`)
      .join('');

  it("reaches a real daemon with Falco's priorities, however long the line", () => {
    const { log, out } = logged('syslog_output: {enabled: true}');
    expect(log).toBe(withPriorities(text));
    expect(out).toBe('');
  });

  it('gets JSON with json_output', () => {
    const config =
      'syslog_output: {enabled: true}\nstdout_output: {enabled: true}\njson_output: true';
    const { log, out } = logged(config);
    expect(log).toBe(withPriorities(json));
    expect(out).toBe(json);
  });
});

describe.skipIf(existsSync('/dev/log') || !works('command -v logger'))('without a log', () => {
  it('syslog_output says that nothing arrived', async () => {
    const run = await analyze('syslog_output: {enabled: true}', '-f', 'text');
    expect(run.out).toBe(text);
    expect(run.err).toMatch(/Warning: the program "logger" ended with exit code 1/);
    expect(run.code).toBe(2);
  });
});
