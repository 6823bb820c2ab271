/** `explain`, as a user runs it. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { put, scratchFolder, tiercel } from './run.js';
import { writeScene } from './scene.js';

const folder = scratchFolder();
const EXAM = join(process.cwd(), 'fixtures/exam.scap');
const PACKAGES = 'Launch Package Management Process in Container';

async function json(args: readonly string[]): Promise<Record<string, unknown>> {
  const { out, err, code } = await tiercel(folder, ['explain', ...args, '-f', 'json']);
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out) as Record<string, unknown>;
}

describe('explain', () => {
  it('says of a rule that fires how often, and where first and last', async () => {
    const { out, code } = await tiercel(folder, ['explain', PACKAGES, EXAM]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^".*" fired 13 times\n {2}first at event 18, 2026-.*, last at event 2751,/,
    );
  });

  it('knows the shipped macros in a filter beside a condition', async () => {
    const words = ['--condition', 'evt.type = execve', '--filter', 'spawned_process and container'];
    const { out } = await tiercel(folder, ['events', EXAM, 'evt.type = execve and spawned_process and container', '-p', '*%evt.num']); // prettier-ignore
    const count = out.trim().split('\n').length;
    const { code, out: page } = await tiercel(folder, ['explain', ...words, EXAM]);
    expect([code, page]).toEqual([0, expect.stringContaining(`fired ${count} times`)]);
  });

  it('counts each part of the condition as written, and those of an exception', async () => {
    const { funnels, domain } = (await json([PACKAGES, EXAM])) as {
      funnels: readonly (readonly { text: string; left: number; alone: number }[])[];
      domain: { events: number };
    };
    expect(domain.events).toBe(60);
    expect(funnels[0]?.map(({ text, left, alone }) => [text, left, alone])).toEqual([
      ['spawned_process', 60, 13],
      ['container', 60, 13],
      ['package_mgmt_procs', 13, 47],
      ['not user_known_package_manager_in_container', 13, 13],
      ['not package_mgmt_ancestor_procs', 13, 13],
    ]);
  });

  it('counts a comparison as "events" does', async () => {
    const condition = 'evt.type = execve and proc.name = sleep';
    const { funnels } = (await json(['--condition', condition, EXAM])) as {
      funnels: readonly (readonly { left: number }[])[];
    };
    const { out } = await tiercel(folder, ['events', EXAM, condition, '-p', '*%evt.num']);
    expect(funnels[0]?.[1]?.left).toBe(out.trim().split('\n').length);
  });

  it('shows one event with the value of every field', async () => {
    const { out } = await tiercel(folder, [
      'explain', '--condition', 'evt.type = execve and proc.name = apt', EXAM, '--event', '18',
    ]); // prettier-ignore
    expect(out).toContain('is not true at event 18');
    expect(out).toMatch(/^false +proc\.name = apt: it was apk/m);
    expect(out).toMatch(/^true +evt\.type = execve: it was execve/m);
  });

  it.each([
    [['Launch Pakage Management Process in Container', EXAM], 'RULE_UNKNOWN', PACKAGES],
    [[PACKAGES, EXAM, '--event', '999999'], 'EVENT_UNKNOWN', '2878 records'],
    [[PACKAGES, EXAM, EXAM, '--event', '1'], 'EVENT_OF_MANY', '2 pieces'],
    [[PACKAGES], 'EVIDENCE_MISSING', 'at least one piece'],
    [['--condition', 'proc.nam = x', EXAM], 'FILTER', 'proc.name'],
  ])('refuses %j', async (args, code, says) => {
    const outcome = await tiercel(folder, ['explain', ...args]);
    expect(outcome.code).toBe(2);
    expect(outcome.err).toContain(`Code: ${code}`);
    expect(outcome.err).toContain(says);
    expect(outcome.out).toBe('');
  });

  it('says which later rule of two of one name counts', async () => {
    const text = (type: string): string =>
      `- rule: R\n  desc: d\n  condition: evt.type = ${type}\n  output: x\n  priority: INFO\n`;
    const rules = put(folder, 'twice.yaml', `${text('execve')}${text('ptrace')}`);
    const { reasons } = (await json(['R', EXAM, '-r', rules])) as { reasons: { id: string }[] };
    expect(reasons.map(({ id }) => id)).toContain('rule-overridden');
  });

  it('explains a condition of 100,000 terms on a page', async () => {
    const terms = Array.from({ length: 100_000 }, (_, at) => `proc.name = p${at}`).join(' or ');
    const rules = put(
      folder,
      'long.yaml',
      `- rule: R\n  desc: d\n  condition: evt.type = execve and (${terms})\n  output: x\n  priority: INFO\n`,
    );
    const { out, code } = await tiercel(folder, ['explain', 'R', EXAM, '-r', rules]);
    expect(code).toBe(0);
    expect(out).toContain('never fired');
    expect(out.length).toBeLessThan(5000);
  }, 60_000);

  describe('over a capture whose names are an attack', () => {
    const capture = join(folder, 'hostile.scap');
    beforeAll(() => {
      writeScene(capture, { argument: 'a\u001b[31m\n::error::x\u202e', containerName: '<b>\r\n' });
    });

    it.each([[[]], [['--tree']], [['--event', '2']]])(
      'prints nothing as it is: %j',
      async (more) => {
        const args = ['--condition', 'evt.type = execve and proc.cmdline = x', capture, ...more];
        const { out, code } = await tiercel(folder, ['explain', ...args]);
        expect(code).toBe(0);
        expect(out).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
        expect(out).not.toMatch(/^\s*::/m);
      },
    );
  });
});
