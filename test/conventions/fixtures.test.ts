/** Fixtures can be given to anybody: they are small, described, and say nothing of the machine that made them. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../recorder/support.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = join(ROOT, 'fixtures');
const CAPTURES = readdirSync(FOLDER).filter((name) => name.endsWith('.scap'));
const README = readFileSync(join(FOLDER, 'README.md'), 'utf8');

const MAX_BYTES = 300_000;
const MAX_QUIET_BYTES = 3_000_000;

/** Where the scenes' own people keep their things: the folders that have these names were empty. */
const ON_STAGE = String.raw`\/root\/(?:\.bash_history|notes\.txt|\.ssh\/|\.kube\/|\.aws\/)|\/home\/shop(?:\/|\b)`;

/** Text that tells of a machine or of a person. Names too short to be distinguished from chance are not looked for. */
const TELLING: readonly RegExp[] = [
  new RegExp(String.raw`\/work\/|\/Users\/\w|(?<![\w./-])(?!${ON_STAGE})\/(?:home|root)\/\w`),
  /\/opt\/tiercel\/(?!native)|node_modules|process_api|(?<!root\/|\/home\/shop\/)\.ssh\//,
  /api[_-]?key|secret=|token=|passw(?:or)?d=/i,
  ...[ROOT, homedir(), hostname(), userInfo().username]
    .filter((name) => name.length >= 6 && !['/root', 'localhost'].includes(name))
    .map((name) => new RegExp(name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))),
];

/** Variables that every program has, those with which scenes attack, and those that packagers, git and databases set. */
const VARIABLES =
  /^(?:GLIBC_TUNABLES|HISTFILE|HTTP_PROXY|LD_PRELOAD|PATH|HOME|HOSTNAME|PWD|OLDPWD|SHLVL|TERM|PS1|_|USER|LOGNAME|SHELL|LANG|LC_\w+|MAKE\w*|MFLAGS|OFFLOAD_\w+|COLLECT_\w+|COMPILER_PATH|LIBRARY_PATH|DEB_\w+|DPKG_\w+|SOURCE_DATE_EPOCH|GIT_\w+|PG\w+|VERBOSE|DEBUG|IFS)=/;

function bytesOf(name: string): Buffer {
  const bytes = readFileSync(join(FOLDER, name));
  return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
}

describe.each(CAPTURES)('%s', (name) => {
  it('is small', () => {
    const limit = name.startsWith('quiet') ? MAX_QUIET_BYTES : MAX_BYTES;
    expect(statSync(join(FOLDER, name)).size).toBeLessThan(limit);
  });

  it('has a row in the README: its SHA-256, where it is from, what a correct analysis finds', () => {
    const hash = createHash('sha256')
      .update(readFileSync(join(FOLDER, name)))
      .digest('hex');
    const row = README.split('\n').find((line) => line.includes(name));
    expect(row).toBeDefined();
    expect(README).toContain(hash);
  });

  it('has no text of the machine that made it', () => {
    const text = bytesOf(name).toString('latin1');
    expect(TELLING.map((pattern) => pattern.exec(text)?.[0]).filter(Boolean)).toEqual([]);
  });

  it('was made on a machine without a name, and with nothing in its environments', async () => {
    const { metadata, events } = await readCapture(join(FOLDER, name));
    const machines = metadata.flatMap((one) => (one.kind === 'machine' ? [one.hostname] : []));
    expect(machines).not.toContain(hostname());
    const listed = metadata.flatMap((one) => (one.kind === 'processes' ? one.processes : []));
    const environments = [
      ...listed.map(({ env }) => env ?? ''),
      ...events.map(({ params }) => params.get('env')?.text ?? ''),
    ];
    const variables = environments.flatMap((text) => text.match(/(?<=^|[\0.])[A-Z_]\w*=/g) ?? []);
    expect(variables.filter((variable) => !VARIABLES.test(variable))).toEqual([]);
  });
});

it('there are captures of all scenarios', () => {
  const names = ['exam', 'shell', 'mkdir', 'app-write', 'inbound', 'host', 'mount', 'quiet'];
  expect(CAPTURES).toEqual(expect.arrayContaining(names.map((name) => `${name}.scap`)));
});
