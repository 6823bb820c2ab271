/** `rules check -f sarif`: what code scanning needs of SARIF 2.1.0. */
import { describe, expect, it } from 'vitest';
import { faultsOf } from '../schemas/validate.js';
import { put, scratchFolder, tiercel } from './run.js';

const folder = scratchFolder();

interface Log {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number; readonly startColumn: number };
        };
      }[];
    }[];
  }[];
}

async function check(
  ...files: readonly string[]
): Promise<{ log: Log; code: number | null; out: string }> {
  const { out, code } = await tiercel(folder, ['rules', 'check', ...files, '-f', 'sarif']);
  expect(faultsOf('sarif', out)).toEqual([]);
  return { log: JSON.parse(out) as Log, code, out };
}

const rule = (name: string, condition: string): string =>
  `- rule: ${JSON.stringify(name)}\n  desc: d\n  condition: ${condition}\n  output: x\n  priority: INFO\n`;

describe('rules check -f sarif', () => {
  it('has each problem at its line and column, with its code and what to do', async () => {
    put(folder, 'wrong rule.yaml', rule('R', 'evt.type = open and proc.nam = x'));
    const { log, code } = await check('./wrong rule.yaml');
    expect(code).toBe(2);
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    const [found] = run?.results ?? [];
    expect(found).toMatchObject({
      ruleId: 'LOAD_ERR_COMPILE_CONDITION',
      level: 'error',
      message: { text: expect.stringMatching(/^rule "R": .*proc\.nam.*Try this: /) as string },
    });
    expect(run?.tool.driver.rules[found?.ruleIndex ?? -1]?.id).toBe(found?.ruleId);
    expect(found?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'wrong%20rule.yaml' },
      region: { startLine: 3, startColumn: 34 },
    });
  });

  it('has warnings and notices, and exits with 0 for them alone', async () => {
    put(
      folder,
      'doubtful.yaml',
      `${rule('R', 'evt.type = open and not evt.type = open')}- list: l\n  items: [a]\n`,
    );
    const { log, code } = await check('doubtful.yaml');
    expect(code).toBe(0);
    const levels = log.runs[0]?.results.map(({ level }) => level);
    expect(levels).toContain('warning');
    expect(levels).toContain('note');
  });

  it('is a log without results where nothing is wrong', async () => {
    put(folder, 'right.yaml', rule('R', 'evt.type = open'));
    const { log, code } = await check('right.yaml');
    expect([code, log.runs[0]?.results]).toEqual([0, []]);
  });

  it('shows no name as it is that would command a terminal', async () => {
    put(folder, 'hostile.yaml', rule('R\u001b[31m\u202e', 'proc.nam = x'));
    const { out } = await check('hostile.yaml');
    expect(out).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  });
});
