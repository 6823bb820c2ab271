/**
 * The walk through an incident in docs/incident.md is true: its commands are run in order, in a folder of their own, and print
 * what is shown below them. Run with UPDATE_README=1 to write what came.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const PAGE = 'docs/incident.md';
const COMMAND = /(`{3,})console\n\$ tiercel (.*)\n([\s\S]*?)\1\n/g;
const WORD = /'([^']*)'|(\S+)/g;
const commands = [...readFileSync(PAGE, 'utf8').matchAll(COMMAND)];

const folder = mkdtempSync(join(tmpdir(), 'tiercel-incident-'));
symlinkSync(resolve('fixtures'), join(folder, 'fixtures'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe(PAGE, () => {
  it('asks who got in, what ran, was dropped and removed, and whom it called, without SQL', () => {
    const words = commands.map(([, , command = '']) => command).join('\n');
    for (const part of ['story', 'tree', 'downloads-then-executed', 'peers', 'files-removed', 'what-was-not-seen']) {
      expect(words).toContain(part);
    }
    expect(words).not.toMatch(/SELECT/i);
  }); // prettier-ignore

  it.each(
    commands.map(([whole, fence = '', command = '', shown = '']) => ({
      whole,
      fence,
      command,
      shown,
    })),
  )('shows what "tiercel $command" prints', ({ whole, fence, command, shown }) => {
    const words = [...command.matchAll(WORD)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    const { status, stdout } = spawnSync(process.execPath, [resolve('bin/run.js'), ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    expect(status).toBe(0);
    if (process.env['UPDATE_README'] === '1') {
      const block = `${fence}console\n$ tiercel ${command}\n${stdout}${fence}\n`;
      writeFileSync(PAGE, readFileSync(PAGE, 'utf8').replace(whole, () => block)); // prettier-ignore
    } else {
      expect(stdout).toBe(shown);
    }
  });
});
