/** docs/report.md is true: its commands run. And the pictures of the README can be made again. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { HAS_CHROMIUM } from '../../deploy/chromium.mjs';
import { scratchFolder, tiercel } from '../commands/run.js';
import { inChromium } from './browser.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const folder = scratchFolder();
const PICTURES = ['report.png', 'report-processes.png'];

it('documents commands that run, and make what they name', async () => {
  const page = readFileSync(join(ROOT, 'docs/report.md'), 'utf8');
  const commands = [...page.matchAll(/^\$ tiercel (.*)$/gm)].map(([, words = '']) => words);
  expect(commands.length).toBeGreaterThan(4);
  symlinkSync(join(ROOT, 'fixtures'), join(folder, 'fixtures'));
  for (const command of commands) {
    const words = [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''); // prettier-ignore
    const { code, out } = await tiercel(folder, words);
    expect([command, code, out]).toEqual([command, 0, '']);
    const made =
      words[words.findIndex((word) => ['-o', '-s', '--report'].includes(word)) + 1] ?? '';
    expect([command, existsSync(join(folder, made))]).toEqual([command, true]);
  }
});

it.skipIf(!HAS_CHROMIUM)(inChromium('pictures of the README'), () => {
  const target = join(folder, 'pictures');
  mkdirSync(target);
  execFileSync(process.execPath, [join(ROOT, 'deploy/pictures.mjs'), target]);
  for (const name of PICTURES) {
    expect(readFileSync(join(target, name)).subarray(1, 4).toString()).toBe('PNG');
    const kept = join(ROOT, 'docs/pictures', name);
    expect(statSync(kept).size).toBeLessThanOrEqual(200_000);
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`(docs/pictures/${name})`);
  }
});
