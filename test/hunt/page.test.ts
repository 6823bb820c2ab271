/**
 * The page about hunts is true: its commands are run in order, in a folder of their own, and print what is shown below them; its
 * tables are those that results have. Run with UPDATE_README=1 to write what came.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FLAT_TABLES } from '../../src/store/index.js';
import { PROGRAM, scratchFolder } from '../commands/run.js';

const PAGE = resolve('docs/scale.md');
const COMMAND = /```console\n\$ tiercel (.*)\n([\s\S]*?)```\n/g;
const WORD = /'([^']*)'|"([^"]*)"|(\S+)/g;
const BEGIN =
  '<!-- Generated from src/store, see test/hunt/page.test.ts. -->\n<!-- prettier-ignore-start -->\n\n';
const END = '\n<!-- prettier-ignore-end -->\n';
const isUpdated = process.env['UPDATE_README'] === '1';
const commands = [...readFileSync(PAGE, 'utf8').matchAll(COMMAND)].map(
  ([whole, command = '', shown = '']) => ({ whole, command, shown }),
);

const folder = scratchFolder();
symlinkSync(resolve('fixtures'), join(folder, 'fixtures'));

describe('docs/scale.md', () => {
  it.each(commands)('shows what "tiercel $command" prints', ({ whole, command, shown }) => {
    const words = [...command.matchAll(WORD)].map(
      ([, single, double, plain]) => single ?? double ?? plain ?? '',
    );
    const { status, stdout } = spawnSync(process.execPath, [PROGRAM, ...words], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    expect(status).toBe(0);
    const printed = stdout.replaceAll(resolve('fixtures'), 'fixtures');
    if (isUpdated) {
      const block = `\`\`\`console\n$ tiercel ${command}\n${printed}\`\`\`\n`;
      writeFileSync(
        PAGE,
        readFileSync(PAGE, 'utf8').replace(whole, () => block),
      );
    } else {
      expect(printed).toBe(shown);
    }
  });

  it('lists the tables that results have', () => {
    const [prose = '', listed] = readFileSync(PAGE, 'utf8').split(BEGIN);
    const tables = `${FLAT_TABLES.map(described).join('\n\n')}\n${END}`;
    if (isUpdated) {
      writeFileSync(PAGE, `${prose}${BEGIN}${tables}`);
    } else {
      expect(listed).toBe(tables);
    }
  });
});

function described({ name, doc, columns }: (typeof FLAT_TABLES)[number]): string {
  const own = columns.slice(3).map((column) => `\`${column.name}\``);
  return `**${name}**: ${doc}\n${own.join(', ')}`;
}
