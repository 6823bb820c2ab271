/**
 * What recording alone needs (clients of container engines), and hunts alone (Parquet, DuckDB), are optional packages: nothing else
 * imports or needs them, and whoever does says so without them.
 */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { whyNotHere } from '../recorder/support.js';

const ROOT = join(import.meta.dirname, '../..');
const { optionalDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  optionalDependencies: Readonly<Record<string, string>>;
};
const OPTIONAL = Object.keys(optionalDependencies);
const ROOM_OF: Readonly<Record<string, string>> = {
  '@duckdb/node-api': 'hunt',
  '@grpc/grpc-js': 'recorder',
  '@grpc/proto-loader': 'recorder',
  'hyparquet-writer': 'hunt',
};

describe('optional packages', () => {
  it('have exact versions, and a room each that may import them', () => {
    expect(OPTIONAL).toEqual(Object.keys(ROOM_OF));
    for (const version of Object.values(optionalDependencies)) {
      expect(version).toMatch(/^\d+\.\d+\.\d+(?:-r\.\d+)?$/);
    }
  });

  it.each(OPTIONAL)('%s is imported by its room only, and when it is needed', (name) => {
    const importing = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .flatMap((path) =>
        readFileSync(join(ROOT, 'src', path), 'utf8')
          .split('\n')
          .filter((line) => line.includes(`'${name}'`))
          .map((line) => ({ path, line })),
      );
    expect(importing.length).toBeGreaterThan(0);
    for (const { path, line } of importing) {
      expect(path.startsWith(`${ROOM_OF[name] ?? ''}/`), path).toBe(true);
      expect(line).toMatch(/^import type |\bimport\('/);
    }
  });
});

describe('without the optional packages', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiercel-without-'));

  /** The package as `npm install --omit=optional` leaves it. */
  beforeAll(() => {
    for (const name of ['bin', 'dist', 'rules', 'package.json']) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    const packages = join(folder, 'node_modules');
    mkdirSync(packages);
    for (const name of readdirSync(join(ROOT, 'node_modules'))) {
      if (!OPTIONAL.some((optional) => optional.split('/')[0] === name)) {
        symlinkSync(join(ROOT, 'node_modules', name), join(packages, name));
      }
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function tiercel(env: NodeJS.ProcessEnv, ...args: readonly string[]): SpawnSyncReturns<string> {
    return spawnSync(process.execPath, [join(folder, 'bin/run.js'), ...args], {
      encoding: 'utf8',
      env: { ...process.env, ...env },
      cwd: folder,
    });
  }

  it.each([
    ['analyze', join(ROOT, 'fixtures/exam.scap'), '--no-store'],
    ['events', join(ROOT, 'fixtures/exam.scap'), '--limit', '3'],
    ['info', join(ROOT, 'fixtures/exam.scap')],
    ['record', '--help'],
  ])('tiercel %s works', (...args) => {
    const { status, stdout, stderr } = tiercel({}, ...args);
    expect([status, stderr.includes('not installed')]).toEqual([0, false]);
    expect(stdout).not.toBe('');
  });

  it('tiercel hunt says what is missing and how to mend it', () => {
    const words = ['hunt', 'local', join(ROOT, 'fixtures/audit'), '--results', 'results'];
    const { status, stderr } = tiercel({}, ...words);
    expect(status).toBe(2);
    expect(stderr).toContain('Code: HUNT_PACKAGE_MISSING');
    expect(stderr).toContain('npm install --include=optional');
  });

  const reason = whyNotHere();
  it.skipIf(reason !== undefined)(
    `tiercel record keeps ids, and says what is missing and how to mend it${reason === undefined ? '' : ` (${reason})`}`,
    async () => {
      const socket = join(folder, 'engine.sock');
      const server = createServer().listen(socket);
      await new Promise((resolve) => server.once('listening', resolve));
      const { status, stderr } = tiercel(
        {
          TIERCEL_RECORDER: join(ROOT, 'native/build/tiercel-recorder'),
          DOCKER_HOST: `unix://${socket}2`,
          CONTAINER_RUNTIME_ENDPOINT: `unix://${socket}`,
        },
        ...['record', '-w', 'out.scap', '--only-command', '--', 'true'],
      );
      server.close();
      expect(stderr).toContain(
        'note: containers of these engines have ids, but no names: ' +
          `${socket}: the package @grpc/proto-loader is not installed (npm install --include=optional`,
      );
      expect(status).toBe(0);
    },
  );
});
