import { describe, expect, it } from 'vitest';
import { put, scratchFolder, tiercel } from './run.js';

const folder = scratchFolder();
const RULES = `- list: shells
  items: [sh, bash]
- macro: a_shell
  condition: proc.name in (shells)
- rule: A shell was started
  desc: A shell was started.
  condition: evt.type in (execve, execveat) and a_shell
  output: Shell (user=%user.name command=%proc.cmdline)
  priority: NOTICE
  tags: [shell, T1059]
- rule: Nobody asks
  desc: d
  condition: okta.evt.type = x
  output: x
  priority: ERROR
  source: okta
`;
const good = put(folder, 'good.yaml', RULES);
const bad = put(folder, 'bad.yaml', RULES.replace('a_shell\n  output', 'a_shel\n  output'));
const rules = (...args: string[]) => tiercel(folder, ['rules', ...args]);

describe('rules check', () => {
  it('says that a file is fine', async () => {
    const fine = put(folder, 'fine.yaml', RULES.slice(0, RULES.indexOf('- rule: Nobody')));
    expect(await rules('check', fine)).toMatchObject({ code: 0, out: `${fine}: fine\n` });
  });

  it('shows the place, what is wrong and what to do, and ends with 2', async () => {
    const { code, out } = await rules('check', bad);
    expect(code).toBe(2);
    expect(out).toContain(`${bad}:7:49: error LOAD_ERR_VALIDATE, rule "A shell was started"
      condition: evt.type in (execve, execveat) and a_shel
                                                    ^~~~~~
  no macro is called "a_shel"
  Try this: did you mean "a_shell"?
`);
  });

  it("has Falco's shape as JSON, warnings too", async () => {
    const { code, out } = await rules('check', good, '-f', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      falco_load_results: [
        {
          name: good,
          successful: true,
          errors: [],
          warnings: [
            {
              code: 'LOAD_UNKNOWN_SOURCE',
              context: { locations: [{}, { item_type: 'rule', item_name: 'Nobody asks' }] },
            },
          ],
        },
      ],
    });
  });

  it('tells of a file that is not there as of any other mistake', async () => {
    const { code, out } = await rules('check', `${folder}/nothing.yaml`, good);
    expect(code).toBe(2);
    expect(out).toContain('LOAD_ERR_FILE_READ');
    expect(out).toContain(`${good}: 1 warning`);
  });
});

describe('rules list', () => {
  it('has a row for each rule, idle ones too', async () => {
    const { out } = await rules('list', '-r', good, '-f', 'json');
    expect(JSON.parse(out)).toEqual([
      {
        name: 'A shell was started',
        priority: 'Notice',
        source: 'syscall',
        tags: ['T1059', 'shell'],
        is_enabled: true,
        is_idle: false,
      },
      {
        name: 'Nobody asks',
        priority: 'Error',
        source: 'okta',
        tags: [],
        is_enabled: false,
        is_idle: true,
      },
    ]);
  });
});

describe('rules show', () => {
  it('explains a rule', async () => {
    const { out } = await rules('show', 'A shell was started', '-r', good);
    expect(out).toContain(
      'comes to:     evt.type in (execve, execveat) and proc.name in (sh, bash)',
    );
    expect(out).toContain('event types:  execve, execveat');
    expect(out).toContain('prints:       proc.cmdline, user.name');
    expect(out).toContain('macro a_shell');
    expect(out).toContain('list shells');
  });

  it('explains macros and lists too', async () => {
    expect((await rules('show', 'shells', '-r', good)).out).toContain('sh, bash');
  });

  it('names the nearest rule where there is none of that name', async () => {
    const { code, err } = await rules('show', 'A shell was startd', '-r', good);
    expect(code).toBe(2);
    expect(err).toContain('did you mean "A shell was started"?');
  });
});

describe('rules describe', () => {
  it('has everything about rules, macros and lists', async () => {
    const { out } = await rules('describe', '-r', good, '-f', 'json');
    expect(JSON.parse(out)).toMatchObject({
      files: [{ path: good }],
      rules: [
        {
          name: 'A shell was started',
          resolved_condition: 'evt.type in (execve, execveat) and proc.name in (sh, bash)',
          event_types: ['execve', 'execveat'],
          condition_fields: ['evt.type', 'proc.name'],
          output_fields: ['proc.cmdline', 'user.name'],
          operators: ['in'],
          macros: ['a_shell'],
          lists: ['shells'],
        },
      ],
      idle_rules: [{ name: 'Nobody asks', source: 'okta' }],
      macros: [{ name: 'a_shell', condition: 'proc.name in (shells)', lists: ['shells'] }],
      lists: [{ name: 'shells', items: ['sh', 'bash'] }],
    });
  });
});
