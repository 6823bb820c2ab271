/**
 * `npm run test:release`: the archive is made, unpacked by another user, and run where there is no network, no PATH, no HOME and nothing may be
 * written; then it is made again, and put into an image.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBase, podmanIn, removeStorage, whyNoImage, type Podman } from './image.js';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURE = join(ROOT, 'fixtures/exam.scap');
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const scratch = mkdtempSync(join(tmpdir(), 'tiercel-archive-'));
/** Where what is run may write. */
const place = join(scratch, 'place');
const unpacked = join(scratch, 'unpacked');

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv = process.env): Ran {
  const options = { encoding: 'utf8', env, cwd: place, maxBuffer: 1 << 28 } as const;
  const { status, stdout, stderr } = spawnSync(program, words, options);
  return { status, out: stdout, err: stderr };
}

/** As somebody without rights, who sees no network and has an empty environment. */
function alone(program: string, ...words: readonly string[]): Ran {
  const unprivileged = ['--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups'];
  const prefix = isRoot
    ? ['--net', '/usr/bin/setpriv', ...unprivileged]
    : ['--net', '--map-root-user'];
  return run('/usr/bin/unshare', [...prefix, program, ...words], { PATH: '' });
}

function makeRelease(out: string): Ran {
  const temporary = join(scratch, `tmp-${out}`); // in another folder each time
  mkdirSync(temporary);
  const env = { ...process.env, TMPDIR: temporary, SOURCE_DATE_EPOCH: '1700000000' };
  return run('node', [join(ROOT, 'deploy/release.mjs'), '--out', join(scratch, out)], env);
}

const digestOf = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex');

/** All files below a folder, with their digests. */
function contentsOf(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  return new Map(files.sort().map((path) => [path, digestOf(path)]));
}

let folder = '';
let program = '';
let archive = '';
let before: ReadonlyMap<string, string>;

beforeAll(() => {
  chmodSync(scratch, 0o755);
  for (const path of [place, unpacked]) {
    mkdirSync(path);
    chmodSync(path, 0o777);
  }
  expect(makeRelease('first')).toMatchObject({ status: 0 });
  const name = readdirSync(join(scratch, 'first')).find((each) => each.endsWith('.tar.gz')) ?? '';
  archive = join(scratch, 'first', name);
  const other = isRoot ? ['setpriv', '--reuid', '1234', '--regid', '1234', '--clear-groups'] : [];
  const words = [...other, 'tar', 'xzf', archive, '-C', unpacked];
  expect(run('env', words)).toEqual({ status: 0, out: '', err: '' });
  folder = join(unpacked, name.replace('.tar.gz', ''));
  program = join(folder, 'tiercel');
  run('chmod', ['-R', 'a-w', folder]);
  before = contentsOf(folder);
});

afterAll(() => {
  run('chmod', ['-R', 'u+w', unpacked]);
  rmSync(scratch, { recursive: true });
});

describe('the archive', () => {
  it('has the digest that stands beside it', () => {
    expect(readFileSync(`${archive}.sha256`, 'utf8')).toBe(
      `${digestOf(archive)}  ${archive.split('/').at(-1) ?? ''}\n`,
    );
  });

  it('runs its own Node.js, with the code that was made for it', () => {
    expect(alone(program, '--version')).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^tiercel\/\S+ linux-x64 node-v24\.\d+\.\d+\n$/) as string,
    });
    const asks = `import { compileBundle } from '${folder}/app/bin/bundle.js'; console.log(compileBundle().script.cachedDataRejected)`;
    const words = ['--input-type=module', '-e', asks];
    expect(alone(join(folder, 'node/bin/node'), ...words).out).toBe('false\n');
  });

  it('analyses as the program does that it was made of, and its case can be asked', () => {
    const words = ['analyze', FIXTURE, '--store', 'case.db'];
    const here = run('node', [join(ROOT, 'bin/run.js'), ...words.slice(0, 2), '--no-store']);
    expect(here.out).not.toBe('');
    expect(alone(program, ...words)).toMatchObject({ status: 0, out: here.out });
    const counted = alone(program, 'query', 'case.db', 'SELECT count(*) AS n FROM alerts', '-f', 'csv');
    expect(counted).toMatchObject({ status: 0, out: `n\n${here.out.trimEnd().split('\n').length}\n` });
    expect(alone(program, 'report', 'case.db', '-o', 'page.html').status).toBe(0);
  }); // prettier-ignore

  it.each([
    ['help', ['--help']],
    ['help of a command', ['rules', 'check', '--help']],
    ['completion', ['completion', 'bash']],
    ['rules', ['rules', 'list']],
    ['tests of rules, in threads', ['test', join(ROOT, 'fixtures/exam.test.yaml')]],
  ])('answers %s', (_, words) => {
    expect(alone(program, ...words)).toMatchObject({ status: 0, err: '', out: expect.stringMatching(/./) as string });
  }); // prettier-ignore

  it.skipIf(!isRoot)(
    `names the line that lets it record${isRoot ? '' : ' (recording needs root)'}`,
    () => {
      const { status, err } = alone(program, 'record', '-w', 'out.scap', '--', '/bin/true');
      expect(status).toBe(2);
      expect(err).toContain(
        `sudo setcap cap_bpf,cap_perfmon,cap_sys_ptrace,cap_dac_read_search+ep ${folder}/app/native/prebuilt/linux-x64/tiercel-recorder`,
      );
    },
  );

  it('is unpacked and run as docs/install.md shows', () => {
    const page = readFileSync(join(ROOT, 'docs/install.md'), 'utf8');
    const shown = /## The archive[^]*?```sh\n([^]*?)```/.exec(page)?.[1] ?? 'false';
    const folderOfIt = join(scratch, 'shown');
    cpSync(join(scratch, 'first'), folderOfIt, { recursive: true });
    cpSync(FIXTURE, join(folderOfIt, 'capture.scap'));
    expect(run('sh', ['-ec', `cd '${folderOfIt}'\n${shown}`])).toMatchObject({ status: 0 });
    expect(readdirSync(folderOfIt)).toContain('case.db');
  });

  it('is found through a link', () => {
    symlinkSync(program, join(place, 'linked'));
    expect(alone(join(place, 'linked'), '--version').status).toBe(0);
  });

  it('was never written to', () => {
    expect(contentsOf(folder)).toEqual(before);
  });

  it('has a manual, completions, and the licence of each thing inside', () => {
    const man = run('man', ['-l', join(folder, 'share/man/man1/tiercel-analyze.1')]);
    expect(man.out === '' || man.out.includes('tiercel analyze')).toBe(true);
    expect(readdirSync(join(folder, 'share/completions')).sort()).toEqual(['_tiercel', 'tiercel.bash', 'tiercel.fish']);
    for (const path of ['LICENSE', 'NOTICE', 'node/LICENSE', 'app/native/prebuilt/LICENSES.txt', 'app/node_modules/better-sqlite3/LICENSE']) {
      expect(readFileSync(join(folder, path), 'utf8')).not.toBe('');
    }
  }); // prettier-ignore

  it('lists in its bill of materials every package that it has', () => {
    const path = archive.replace('.tar.gz', '.cdx.json');
    const bill = JSON.parse(readFileSync(path, 'utf8')) as {
      serialNumber: string;
      metadata: { timestamp: string };
      components: readonly { name: string; version: string }[];
    };
    const listed = bill.components.map(({ name, version }) => `${name}@${version}`);
    const manifests = [...before.keys()].filter((each) => /node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(each));
    const packed = manifests.map((each) => JSON.parse(readFileSync(each, 'utf8')) as { name: string; version: string });
    expect(packed.length).toBeGreaterThan(20);
    expect(listed).toEqual(expect.arrayContaining(packed.map(({ name, version }) => `${name}@${version}`)));
    expect(listed.join(' ')).toMatch(/preact@.*node@24.*libbpf-dev@/);
    expect(listed.join(' ')).not.toMatch(/vitest|typescript|eslint/);
    expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8/);
    expect(bill.metadata.timestamp).toBe('2023-11-14T22:13:20.000Z');
  }); // prettier-ignore

  it('is the same, byte for byte, when it is made again', () => {
    expect(makeRelease('second').status).toBe(0);
    for (const name of readdirSync(join(scratch, 'first'))) {
      expect([name, digestOf(join(scratch, 'second', name))]).toEqual([
        name,
        digestOf(join(scratch, 'first', name)),
      ]);
    }
  });
});

describe('the npm package', () => {
  const prefix = join(scratch, 'prefix');

  it('installs for somebody else, finds its rules and recorder, and is never written to', () => {
    const packed = run('npm', ['pack', ROOT, '--ignore-scripts', '--json', '--pack-destination', place]);
    const [{ filename }] = JSON.parse(packed.out) as [{ filename: string }];
    const words = ['install', '--global', '--prefix', prefix, '--prefer-offline', '--ignore-scripts'];
    expect(run('npm', [...words, join(place, filename)])).toMatchObject({ status: 0 });
    const installed = join(prefix, 'lib/node_modules/tiercel');
    // compiled as the installation would, which takes minutes
    const built = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';
    cpSync(join(ROOT, built), join(installed, built));
    const whole = contentsOf(installed);
    run('chmod', ['-R', 'a-w', prefix]);
    const words2 = [join(prefix, 'bin/tiercel'), 'analyze', FIXTURE, '--store', 'package.db'];
    const ran = alone(process.execPath, ...words2);
    expect(ran.status).toBe(0);
    expect(ran.out.split('\n').length).toBeGreaterThan(20);
    const recording = alone(process.execPath, join(prefix, 'bin/tiercel'), 'record', '-w', 'no.scap');
    expect(recording.err).toContain(`${installed}/native/prebuilt/linux-${process.arch}/tiercel-recorder`);
    expect(contentsOf(installed)).toEqual(whole);
    expect(readdirSync(join(prefix, 'share/man/man1'))).toContain('tiercel-analyze.1');
    run('chmod', ['-R', 'u+w', prefix]);
  }); // prettier-ignore
});

const noImage = whyNoImage();

describe.skipIf(noImage !== undefined)(
  `the image${noImage === undefined ? '' : ` (${noImage})`}`,
  () => {
    const storage = join(scratch, 'podman');
    const tag = 'localhost/tiercel';
    let podman: Podman;
    let built: ReturnType<Podman> | undefined;

    beforeAll(() => {
      const base = makeBase();
      if (base === undefined) {
        return;
      }
      mkdirSync(storage);
      podman = podmanIn(storage);
      expect(podman('import', base, 'localhost/base')).toMatchObject({ status: 0 });
      const file = join(ROOT, 'deploy/Dockerfile');
      const words = [
        'build',
        '--network',
        'none',
        '-f',
        file,
        '--build-arg',
        'BASE=localhost/base',
      ];
      built = podman(...words, '-t', tag, join(scratch, 'first'));
    });
    afterAll(() => {
      removeStorage(storage);
    });

    it('is made of the archive, and runs as nobody in particular, with nothing to write to', ({
      skip,
    }) => {
      skip(built === undefined, 'no base for an image: its packages cannot be had');
      expect(built).toMatchObject({ status: 0 });
      const run = (...words: readonly string[]): ReturnType<Podman> =>
        podman('run', '--rm', '--network', 'none', '--read-only', ...words);
      expect(run(tag, '--version').out).toMatch(/^tiercel\/\S+ linux-x64 node-v24/);
      expect(run('--entrypoint', '/usr/bin/id', tag, '-u').out).toBe('65532\n');
      const fixtures = `${join(ROOT, 'fixtures')}:/evidence:ro`;
      const analysis = run('-v', fixtures, tag, 'analyze', '/evidence/exam.scap', '--no-store');
      expect(analysis).toMatchObject({ status: 0 });
      expect(analysis.out.split('\n').length).toBeGreaterThan(20);
      const stored = run(
        '-v',
        fixtures,
        '-v',
        `${place}:/work`,
        tag,
        'analyze',
        '/evidence/exam.scap',
        '-s',
        'image.db',
        '-f',
        'none',
      );
      expect(stored).toMatchObject({ status: 0 });
      expect(readdirSync(place)).toContain('image.db');
    });
  },
);
