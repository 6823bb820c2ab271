/** The launcher of the archive finds its Node.js and the program without any other program. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratchFolder } from '../commands/run.js';

const ROOT = join(import.meta.dirname, '../..');
const scratch = scratchFolder();
const folder = join(scratch, 'a folder');
const launcher = join(folder, 'tiercel');

function version(program: string, cwd: string, env: NodeJS.ProcessEnv): unknown {
  const { status, stdout } = spawnSync(program, ['--version'], { cwd, env, encoding: 'utf8' });
  return [status, stdout.split('/')[0]];
}

beforeAll(() => {
  mkdirSync(join(folder, 'node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(folder, 'node/bin/node'));
  symlinkSync(ROOT, join(folder, 'app'));
  cpSync(join(ROOT, 'deploy/launcher.sh'), launcher);
});

describe('the launcher', () => {
  it.each([
    ['with an empty PATH and nothing else', launcher, '/', { PATH: '' }],
    ['without a PATH', launcher, '/', {}],
    ['from its own folder', './tiercel', folder, { PATH: '' }],
    ['by its name, from PATH', 'tiercel', '/', { PATH: folder }],
  ])('runs the program %s', (_, program, cwd, env) => {
    expect(version(program, cwd, env)).toEqual([0, 'tiercel']);
  });

  it('runs the program through links to links', () => {
    symlinkSync(launcher, join(scratch, 'first'));
    symlinkSync('first', join(scratch, 'second'));
    expect(version(join(scratch, 'second'), '/', {})).toEqual([0, 'tiercel']);
    rmSync(join(scratch, 'first'));
  });
});
