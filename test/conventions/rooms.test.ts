/** What holds for every room, every finding and every command. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index.js';
import { DIAGNOSTICS } from '../../src/diagnostics.js';

const ROOT = join(import.meta.dirname, '../..');

/** Source files below a folder, with what they say. */
function sources(folder: string): readonly (readonly [path: string, text: string])[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => [path, readFileSync(join(ROOT, folder, path), 'utf8')] as const);
}

const ROOMS = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Front doors of a room: one, except where each command has its own. */
function doorsOf(room: string): readonly string[] {
  return room === 'investigation' ? ['analyze.ts', 'outcome.ts'] : ['index.ts'];
}

describe('every room', () => {
  it.each(ROOMS)('%s has a front door and a page about it', (room) => {
    const missing = [...doorsOf(room), 'README.md'].filter(
      (name) => !existsSync(join(ROOT, 'src', room, name)),
    );
    expect(missing).toEqual([]);
  });
});

describe('every finding', () => {
  const tests = sources('test').map(([, text]) => text);

  it.each(Object.entries(DIAGNOSTICS))('%s is explained, and shown by a test', (id, { doc }) => {
    expect(doc).toMatch(/^[A-Z].{30,}\.$/s);
    expect(tests.some((text) => text.includes(id))).toBe(true);
  });
});

describe('the sources', () => {
  it('know nothing of the machine that they were written on', () => {
    const strangers = sources('src').filter(([, text]) =>
      /(?<![\w./])\/(?:work|root|home\/\w+)\/|\.library\b|'\/tmp\//.test(text),
    );
    expect(strangers.map(([path]) => path)).toEqual([]);
  });
});

describe('the command line', () => {
  it('has the commands, arguments and flags that it had: others write scripts with them', () => {
    const surface = Object.entries(COMMANDS).map(([id, command]) => {
      const { args = {}, flags = {} } = command as {
        args?: Readonly<Record<string, unknown>>;
        flags?: Readonly<Record<string, { char?: string }>>;
      };
      const options = Object.entries(flags).map(([name, { char }]) =>
        char === undefined ? `--${name}` : `-${char}, --${name}`,
      );
      return [id.replaceAll(':', ' '), ...Object.keys(args).sort(), ...options.sort()].join('\n  ');
    });
    expect(surface.sort().join('\n')).toMatchSnapshot();
  });
});
