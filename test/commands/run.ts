/** Runs the built program, as a user does, in a folder of its own. */
import { spawn, type SpawnOptions } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const PROGRAM = join(ROOT, 'bin/run.js');
export const SHARED = fileURLToPath(new URL('../../../shared', import.meta.url));

/** What a run left. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder that is gone after the tests of this file. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tiercel-test-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Run `tiercel ARGS` in `cwd`; what it prints comes back as bytes (latin1) would lose: UTF-8. */
export function tiercel(
  cwd: string,
  args: readonly string[],
  options: SpawnOptions & { readonly input?: Uint8Array } = {},
): Promise<Outcome> {
  if (!existsSync(join(ROOT, 'dist/commands/main.js'))) {
    throw new Error('the program is not built: run "npm run build" (or "npm run dev") first');
  }
  return new Promise((resolve) => {
    const { input, ...rest } = options;
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      ...rest,
      cwd,
      env: { ...process.env, ...options.env, NO_COLOR: '1', TZ: 'America/New_York' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
    child.on('close', (code) => {
      resolve({ code, out, err });
    });
  });
}

/** Write a file into `folder` and say where. */
export function put(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
