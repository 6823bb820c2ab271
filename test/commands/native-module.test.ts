/** Where better-sqlite3 cannot be loaded, each command that needs it names the command that mends it, and the others work. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const FIXTURE = join(ROOT, 'fixtures/app-write.scap');
const BUILT = 'node_modules/better-sqlite3/build/Release/better_sqlite3.node';
/** One that was really built for another Node.js: `npm run test:nodes` names it. */
const ANOTHER = process.env['TIERCEL_SQLITE_OF_ANOTHER_NODE'];
const folder = mkdtempSync(join(tmpdir(), 'tiercel-module-'));
const module = join(folder, BUILT);

function tiercel(...words: readonly string[]): { status: number | null; err: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin/run.js'), ...words], {
    encoding: 'utf8',
    cwd: folder,
  });
  return { status, err: stderr };
}

const mending = {
  status: 2,
  err: expect.stringMatching(
    new RegExp(
      `where: ${folder}/node_modules/better-sqlite3\n[^]*Code: REBUILD_NEEDED\n *Try this: run: cd '${folder}' && npm rebuild better-sqlite3`,
    ),
  ) as string,
};

beforeAll(() => {
  for (const name of ['bin', 'dist', 'rules', 'package.json']) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name === 'better-sqlite3') {
      for (const part of ['lib', 'package.json', 'build/Release/better_sqlite3.node']) {
        const path = join('node_modules', name, part);
        cpSync(join(ROOT, path), join(folder, path), { recursive: true });
      }
    } else {
      symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
    }
  }
  expect(tiercel('analyze', FIXTURE, '-s', 'whole.db', '-f', 'none').status).toBe(0);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a native module that this Node.js cannot load', () => {
  beforeAll(() => {
    writeFileSync(module, 'of another machine');
  });

  it.each([
    ['analyze', FIXTURE, '-s', 'new.db'],
    ['query', 'whole.db', 'alerts'],
    ['info', '--verify', 'whole.db'],
    ['story', 'whole.db'],
    ['tree', 'whole.db'],
    ['tree', FIXTURE],
    ['diff', 'whole.db', '1', '1'],
    ['export', 'whole.db', '-f', 'csv'],
    ['report', 'whole.db', '-o', 'page.html'],
  ])('is named by %s %s', (...words) => {
    expect(tiercel(...words)).toEqual(mending);
    expect([existsSync(join(folder, 'new.db')), existsSync(join(folder, 'page.html'))]).toEqual([
      false,
      false,
    ]);
  });

  it('is not asked for by what writes no case', () => {
    expect(tiercel('analyze', FIXTURE, '--no-store', '-f', 'none').status).toBe(0);
  });
});

it('names a native module that was never built', () => {
  rmSync(module);
  const { status, err } = tiercel('query', 'whole.db', 'alerts');
  expect({ status, err }).toEqual(mending);
  expect(err).toContain('it was not built');
});

it.skipIf(ANOTHER === undefined)(
  'names a native module of another Node.js (TIERCEL_SQLITE_OF_ANOTHER_NODE)',
  () => {
    cpSync(join(ANOTHER ?? '', 'build/Release/better_sqlite3.node'), module);
    const { status, err } = tiercel('query', 'whole.db', 'alerts');
    expect({ status, err }).toEqual(mending);
    expect(err).toContain('it was built for another Node.js');
  },
);
