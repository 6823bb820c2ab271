/** What the npm package holds, the manual pages in it, and recorders that were made from other sources. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index.js';

const ROOT = join(import.meta.dirname, '../..');
const MAX_BYTES = 15_000_000;
const MAN = join(ROOT, 'dist/man');
const lacks = (program: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0;

interface Packed {
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

describe('the npm package', () => {
  let packed: Packed;
  let paths: readonly string[];

  beforeAll(() => {
    const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
    const { stdout } = spawnSync('npm', words, { cwd: ROOT, encoding: 'utf8' });
    [packed] = JSON.parse(stdout) as [Packed];
    paths = packed.files.map(({ path }) => path);
  });

  it('holds the program, its rules, its page, its manual and whose work is in it', () => {
    expect(paths).toEqual(
      expect.arrayContaining([
        'LICENSE',
        'NOTICE',
        'bin/run.js',
        'dist/bundle/tiercel.cjs',
        'dist/bundle/rules.json',
        'dist/bundle/LICENSES.txt',
        'dist/report/assets/LICENSES.txt',
        'dist/report/assets/page.js',
        'dist/man/tiercel.1',
        'rules/tiercel_rules.yaml',
      ]),
    );
  });

  it('holds no sources, no tests, nothing of the build and no code for one version of Node.js', () => {
    const built = /^(?:bin|dist|rules|native\/prebuilt)\/|^(?:LICENSE|NOTICE|README\.md|package\.json)$/;
    const unwanted = /(?<!\.d)\.ts$|\.(?:tsx|map|c|o|scap)$|tiercel\.cjs\.v|^dist\/(?:src|test)\//;
    expect(paths.filter((path) => !built.test(path))).toEqual([]);
    expect(paths.filter((path) => unwanted.test(path))).toEqual([]);
  }); // prettier-ignore

  it('is small, also with the recorders', () => {
    const recorders = existsSync(join(ROOT, 'native/prebuilt')) ? 0 : 6_200_000;
    expect(packed.unpackedSize + recorders).toBeLessThan(MAX_BYTES);
  });
});

describe('the manual', () => {
  const names = Object.keys(COMMANDS).map((id) => `tiercel-${id.replaceAll(':', '-')}.1`);

  beforeAll(() => {
    const made = spawnSync(process.execPath, [join(ROOT, 'deploy/manual.mjs')], { encoding: 'utf8' });
    expect([made.status, made.stderr]).toEqual([0, '']);
  }); // prettier-ignore

  it('has a page for each command, and one that lists them', () => {
    expect(readdirSync(MAN).sort()).toEqual([...names, 'tiercel.1'].sort());
    const overview = readFileSync(join(MAN, 'tiercel.1'), 'utf8');
    for (const name of names) {
      expect(overview).toContain(`.BR ${name.replace('.1', '')} (1)`);
    }
  });

  it('is installed with the package', () => {
    const { man } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      man: unknown;
    };
    expect(man).toEqual([...names, 'tiercel.1'].sort().map((name) => `dist/man/${name}`));
  });

  it.each(Object.entries(COMMANDS))('explains every flag and argument of %s', (id, command) => {
    const text = readFileSync(join(MAN, `tiercel-${id.replaceAll(':', '-')}.1`), 'utf8');
    const { flags = {}, args = {} } = command as { flags?: object; args?: object };
    for (const name of Object.keys(flags)) {
      expect(text).toContain(`\\-\\-${name.replaceAll('-', '\\-')}`);
    }
    for (const name of Object.keys(args)) {
      expect(text).toContain(`.I ${name.toUpperCase()}\n`);
    }
  });

  it.skipIf(lacks('mandoc'))(
    `is what mandoc takes without a warning${lacks('mandoc') ? ' (no mandoc)' : ''}`,
    () => {
      const pages = [...names, 'tiercel.1'].map((name) => join(MAN, name));
      const { stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', ...pages], {
        encoding: 'utf8',
      });
      const warnings = stdout.split('\n').filter((line) => !/missing date|^$/.test(line));
      expect(warnings).toEqual([]); // pages have no date: they are the same whenever they are made
    },
  );
});

const DEBIAN = '/usr/share/doc/libbpf-dev/copyright';
const noTools = existsSync(DEBIAN) ? '' : ' (RECORD_NO_LIBBPF)';

describe.skipIf(noTools !== '')(`recorders in native/prebuilt${noTools}`, () => {
  const copy = mkdtempSync(join(tmpdir(), 'tiercel-prebuilt-'));
  const programs = join(copy, 'programs');
  let missing: ReturnType<typeof recorders>;

  /** Compilers that take no time: what counts here is what a recorder was made from. */
  beforeAll(() => {
    const left = new Set([join(ROOT, 'native/build'), join(ROOT, 'native/prebuilt')]);
    for (const name of ['deploy', 'native', 'src', 'package.json']) {
      const filter = (path: string): boolean => !left.has(path);
      cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    mkdirSync(programs);
    const make =
      'mkdir -p build/package/arm64; echo x64 > build/package/tiercel-recorder; echo arm64 > build/package/arm64/tiercel-recorder';
    for (const [name, does] of [['make', make], ['strip', ''], ['aarch64-linux-gnu-strip', '']] as const) {
      writeFileSync(join(programs, name), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
    }
    missing = recorders('--check');
    expect(recorders().status).toBe(0);
  }); // prettier-ignore
  afterAll(() => {
    rmSync(copy, { recursive: true });
  });

  function recorders(...words: readonly string[]): { status: number | null; err: string } {
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(copy, 'deploy/recorders.mjs'), ...words],
      { encoding: 'utf8', env: { ...process.env, PATH: `${programs}:${process.env['PATH'] ?? ''}` } },
    ); // prettier-ignore
    return { status, err: stderr };
  }

  const stale = (why: string): unknown => ({
    status: 2,
    err: expect.stringContaining(`why: ${why}\n  Code: PACK_STALE_RECORDER`) as string,
  });

  it('are missed where there are none', () => {
    expect(missing).toEqual(stale('native/prebuilt holds none'));
  });

  it('are those of these sources when they were made', () => {
    expect(recorders('--check')).toEqual({ status: 0, err: '' });
    const licences = readFileSync(join(copy, 'native/prebuilt/LICENSES.txt'), 'utf8');
    expect(licences).toContain('GNU LESSER GENERAL PUBLIC LICENSE');
  });

  it.each([
    ['the host side', 'native/host/main.c', '\n// changed'],
    ['the kernel side', 'native/bpf/recorder.bpf.c', '\n// changed'],
  ])('are stale when %s was changed', (_, path, text) => {
    const whole = readFileSync(join(copy, path));
    appendFileSync(join(copy, path), text);
    expect(recorders('--check')).toEqual(stale('those in native/prebuilt were made from other sources than these'));
    writeFileSync(join(copy, path), whole);
    expect(recorders('--check').status).toBe(0);
  }); // prettier-ignore

  it('are stale when the table of events says something else, not when a comment does', () => {
    const path = join(copy, 'src/events/table.ts');
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, `${whole}\n// a word\n`);
    expect(recorders('--check').status).toBe(0);
    writeFileSync(path, whole.replaceAll("'res:errno fd:fd'", "'res:errno fdx:fd'"));
    expect(recorders('--check')).toEqual(stale('those in native/prebuilt were made from other sources than these'));
    writeFileSync(path, whole);
  }); // prettier-ignore

  it('are refused when one is not what was made', () => {
    const path = join(copy, 'native/prebuilt/linux-arm64/tiercel-recorder');
    appendFileSync(path, 'x');
    expect(recorders('--check')).toEqual(
      stale('the one for arm64 in native/prebuilt is not the one that was made'),
    );
  }); // prettier-ignore
});
