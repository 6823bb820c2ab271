/**
 * The lines of ../shared/cases/README.md about rules, as they stand there: skipped where ../shared is missing. What they are
 * about is also tested with captures of ours, in other files (engine/candidates, notices) and below.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SHARED, scratchFolder, tiercel } from '../commands/run.js';

const CASES = join(SHARED, 'cases');
const README = join(CASES, 'README.md');
const ROOT = join(import.meta.dirname, '../..');
const folder = scratchFolder();

/** Rows whose input begins so, each with its first command. */
function rows(): readonly (readonly [string, string])[] {
  const lines = existsSync(README) ? readFileSync(README, 'utf8').split('\n') : [];
  return lines
    .map((line) => /^\| ((?:rules|captures\/rules-)\S+) \| `T ([^`]+)`/.exec(line))
    .filter((match) => match !== null)
    .map(([, input = '', command = '']) => [input, command] as const);
}

const lineCount = (text: string): number => text.split('\n').filter(Boolean).length;
/** Text with a byte that no terminal shows. */
const UNPRINTABLE = /[^\x20-\x7e]/;

/** What must hold of the words of a command, with F replaced. */
const EXPECTED: Readonly<Record<string, (words: readonly string[]) => Promise<void>>> = {
  'captures/rules-fd-sip-name-ne.yaml': async (words) => {
    expect(lineCount((await tiercel(ROOT, words)).out)).toBe(1);
    const mixed = words.map((word) => word.replace('connect_localhost', 'modern-mixed'));
    expect(lineCount((await tiercel(ROOT, mixed)).out)).toBe(4);
  },
  'captures/rules-evt-buffer-json.yaml': async (words) => {
    const { code, out } = await tiercel(ROOT, words);
    expect(code).toBe(0);
    expectDots(out);
  },
  'rules/k8saudit-eks-plugin.yaml': async (words) => {
    const { code, out } = await tiercel(ROOT, words);
    expect([code, out]).toEqual([0, expect.stringMatching(/: fine\n$/)]);
  },
};

/** In each alert `evt.buffer` is as the output shows it. */
function expectDots(out: string): void {
  const buffers = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { output: string; output_fields: Record<string, unknown> })
    .map(({ output, output_fields }) => [String(output_fields['evt.buffer']), output] as const);
  expect(buffers.filter(([buffer]) => UNPRINTABLE.test(buffer))).toEqual([]);
  expect(buffers.filter(([buffer, output]) => !output.endsWith(buffer))).toEqual([]);
  expect(buffers.some(([buffer]) => buffer.includes('.'))).toBe(true);
}

describe.skipIf(!existsSync(README))(
  'the cases about rules (skipped where ../shared is missing)',
  () => {
    it('all have an expectation here', () => {
      expect(
        rows()
          .map(([name]) => name)
          .sort(),
      ).toEqual(Object.keys(EXPECTED).sort());
    });

    it.each(rows())('%s is judged as its row says', async (name, command) => {
      const input = join(CASES, name);
      const words = command.split(' ').map((word) => (word === 'F' ? input : word));
      await EXPECTED[name]?.(words);
    });
  },
);

it('shows bytes that cannot be printed as dots in JSON, in captures of our own', async () => {
  const rule = ['- rule: data', '  desc: d', '  condition: evt.rawres > 0 and evt.buffer exists', '  output: "x %evt.buffer"', '  priority: INFO']; // prettier-ignore
  const args = ['analyze', join(ROOT, 'fixtures/exam.scap'), '-r', '-', '--no-store', '-f', 'json'];
  const { code, out, err } = await tiercel(folder, args, { input: Buffer.from(rule.join('\n')) });
  expect(code, err).toBe(0);
  expectDots(out);
});
