/** No output follows a symbolic link, also where one is put in its way between any two system calls. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync, writeSync } from 'node:fs'; // prettier-ignore
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openForWriting, type WriteMode } from '../../src/writable-file.js';

const scratch = mkdtempSync(join(tmpdir(), 'tiercel-writable-'));
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});
let folder = '';
let path = '';
let victim = '';
beforeEach(() => {
  folder = mkdtempSync(join(scratch, 'f-'));
  path = join(folder, 'out');
  victim = join(folder, 'victim');
  writeFileSync(victim, 'precious');
});

const MODES = ['new', 'replace', 'append'] as const satisfies readonly WriteMode[];

/** Write through whatever is opened; the code of what prevents it. */
function write(mode: WriteMode): string | undefined {
  try {
    const file = openForWriting(path, mode);
    writeSync(file, 'output');
    closeSync(file);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

describe.each(MODES)('opening to write, mode %s', (mode) => {
  it('makes a file for its owner only, whatever the umask', () => {
    const old = process.umask(0o777);
    try {
      expect(write(mode)).toBeUndefined();
    } finally {
      process.umask(old);
    }
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('follows no link to a file, whether it is there or not', () => {
    for (const target of [victim, join(folder, 'nowhere')]) {
      symlinkSync(target, path);
      expect(write(mode)).toBe('ELOOP');
      expect(lstatSync(path).isSymbolicLink()).toBe(true);
      rmSync(path);
    }
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(existsSync(join(folder, 'nowhere'))).toBe(false);
  });

  it('follows no link to a folder, and writes over none', () => {
    symlinkSync(folder, path);
    expect(write(mode)).toBe('ELOOP');
    rmSync(path);
    mkdirSync(path);
    expect(write(mode)).toBe('EISDIR');
  });

  it('writes to devices and pipes, also behind links', () => {
    symlinkSync('/dev/null', path);
    expect(write(mode)).toBeUndefined();
    rmSync(path);
    spawnSync('mkfifo', [path]);
    const reader = spawn('cat', [path]);
    expect(write(mode)).toBeUndefined();
    reader.kill();
    expect(lstatSync(path).isFIFO()).toBe(true);
  });

  it('writes to no socket, and leaves it', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(path, resolve));
    expect(write(mode)).toBe('ENOTSUP');
    expect(lstatSync(path).isSocket()).toBe(true);
    server.close();
  });

  it('writes nothing elsewhere while somebody swaps the name for a link', () => {
    // renames a link and a file over the name as fast as it can
    const swap = `const { symlinkSync, writeFileSync, renameSync } = require('node:fs');
      const until = Date.now() + 20000;
      while (Date.now() < until) {
        try { symlinkSync('victim', 'link'); renameSync('link', 'out'); writeFileSync('file', ''); renameSync('file', 'out'); } catch {}
      }`;
    const attacker = spawn(process.execPath, ['-e', swap], { cwd: folder });
    try {
      const codes = Array.from({ length: 3000 }, () => write(mode));
      expect(new Set(codes).size).toBeGreaterThan(0);
      expect(readFileSync(victim, 'utf8')).toBe('precious');
    } finally {
      attacker.kill('SIGKILL');
    }
  });
});

describe('what is there', () => {
  it('is kept without being asked to replace it, replaced, or grows', () => {
    writeFileSync(path, 'old,');
    expect(write('new')).toBe('EEXIST');
    expect(write('append')).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe('old,output');
    expect(write('replace')).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe('output');
  });

  it('stays under its other names when it is replaced', () => {
    linkSync(victim, path);
    expect(write('replace')).toBeUndefined();
    expect(readFileSync(victim, 'utf8')).toBe('precious');
  });
});
