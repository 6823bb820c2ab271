/**
 * What an attacker chooses, in every place where reports about rules print it: names of rules, exceptions, tags, items and files,
 * and the programs and containers of a capture. One law for all forms: nothing in them commands a terminal, a runner, a page or a parser.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { put, scratchFolder, tiercel, type Outcome } from '../commands/run.js';
import { writeScene } from '../commands/scene.js';

/** Tells where a hostile text begins. */
const MARK = 'Zz9';
const NASTY = `${MARK}\u001b]0;x\u0007\u009b31m\u202e\u2066\u200b\u{e0041}\u2028|]\`</code><script>%0A::error::x,##[error]y [a](b) "q" & $\`{{`;
/** With a line end: names of rules may have one. */
const NASTY_LINES = `${NASTY}\r\n::error::z\n##[group]w\nend_of_record\nSF:/etc/passwd`;

/** In a condition a quote would end the text. */
const ITEM = NASTY_LINES.replaceAll('"', '').replaceAll(/[\r\n]/g, ' ');

const folder = scratchFolder();
const odd = `${MARK} \u202e%0A,::x]|\`##[y`;

const rule = (name: string, condition: string): string => `- rule: ${JSON.stringify(name)}
  desc: d
  condition: ${JSON.stringify(condition)}
  output: ${JSON.stringify(`ran %proc.cmdline in %container.name ${NASTY.replaceAll('%', '')}`)}
  priority: INFO
  tags: [${JSON.stringify(NASTY)}, T1059]
  exceptions:
    - name: ${JSON.stringify(NASTY_LINES)}
      fields: [proc.name]
      values:
        - [${JSON.stringify(ITEM)}]
`;

const RUNS = 'evt.type in (execve, execveat)';
const LISTED = `- list: names\n  items: [apk, ${JSON.stringify(ITEM)}]\n`;

/** All that the reports print, by form. */
const printed: Record<string, string> = {};
let differed: Outcome;
let event: Outcome;

beforeAll(async () => {
  const scene = { argument: NASTY_LINES, containerName: NASTY_LINES, runs: 3 };
  writeScene(join(folder, 'a.scap'), scene);
  mkdirSync(join(folder, odd));
  const own = `${LISTED}${rule(NASTY_LINES, `${RUNS} and proc.name in (names)`)}${rule('Silent', `${RUNS} and proc.cmdline = "${ITEM}" and proc.name in (names)`)}`;
  put(folder, `${odd}/old.yaml`, own);
  put(
    folder,
    `${odd}/new.yaml`,
    `${LISTED}${rule(`Other ${NASTY_LINES}`, `${RUNS} and proc.name exists`)}`,
  );
  const env = { GITHUB_ACTIONS: 'true' };
  const old = `${odd}/old.yaml`;
  const run = async (form: string, ...words: readonly string[]): Promise<Outcome> => {
    const outcome = await tiercel(folder, words, { env });
    expect(outcome.code, `${form}: ${outcome.err}`).toBe(0);
    printed[form] = outcome.out;
    return outcome;
  };
  const reports = ['--lcov', 'x.info', '--navigator', 'x.json'];
  await run('explain text', 'explain', 'Silent', 'a.scap', '-r', old, '--tree');
  await run('explain json', 'explain', NASTY_LINES, 'a.scap', '-r', old, '--tree', '-f', 'json');
  event = await run('event text', 'explain', 'Silent', 'a.scap', '-r', old, '--event', '2');
  await run('coverage text', 'rules', 'coverage', '-r', old, 'a.scap');
  await run('coverage json', 'rules', 'coverage', '-r', old, 'a.scap', '-f', 'json', ...reports);
  await run('coverage sarif', 'rules', 'coverage', '-r', old, 'a.scap', '-f', 'sarif');
  await run('profile text', 'rules', 'profile', '-r', old, 'a.scap');
  await run('profile json', 'rules', 'profile', '-r', old, 'a.scap', '-f', 'json');
  differed = await run('diff text', 'rules', 'diff', old, `${odd}/new.yaml`, 'a.scap');
  await run('diff json', 'rules', 'diff', old, `${odd}/new.yaml`, 'a.scap', '-f', 'json');
  await run('diff markdown', 'rules', 'diff', old, `${odd}/new.yaml`, 'a.scap', '-f', 'markdown');
  printed['lcov'] = readFileSync(join(folder, 'x.info'), 'utf8');
  printed['navigator json'] = readFileSync(join(folder, 'x.json'), 'utf8');
}, 120_000);

/** What a terminal would obey, or shows as nothing, or turns around. */
const UNSAFE =
  /[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;
const FORMS = [
  ...['explain text', 'explain json', 'event text', 'coverage text', 'coverage json', 'coverage sarif'],
  ...['profile text', 'profile json', 'diff text', 'diff json', 'diff markdown', 'lcov'],
]; // prettier-ignore

describe('hostile names in reports about rules', () => {
  it.each(FORMS)('are shown, and command neither a terminal nor a runner: %s', (form) => {
    const text = printed[form] ?? '';
    expect(text).toContain(MARK);
    // JSON in a pipe is not escaped for a terminal, but has no line of theirs
    expect(/json|sarif/.test(form) ? '' : text).not.toMatch(UNSAFE);
    expect(form === 'lcov' ? '' : text).not.toMatch(/##\[/);
    expect(text).not.toMatch(/^\s*::/m);
  });

  it.each(['explain json', 'coverage json', 'coverage sarif', 'profile json', 'diff json', 'navigator json'])(
    'are in JSON what they were: %s',
    (form) => {
      const text = printed[form] ?? '';
      const names: string[] = [];
      JSON.parse(text, (_, value: unknown) => {
        if (typeof value === 'string' && value.includes(MARK)) {
          names.push(value);
        }
        return value;
      });
      expect(names.some((name) => name.includes(NASTY.slice(0, 20)))).toBe(true);
    },
  ); // prettier-ignore

  it('stand in Markdown as code alone', () => {
    const outside = (printed['diff markdown'] ?? '').replaceAll(/<code>[^<]*<\/code>/g, '');
    expect(outside).not.toContain(MARK);
    expect(outside).not.toMatch(/script|error/);
  });

  it('do not end a record of LCOV', () => {
    const lines = (printed['lcov'] ?? '').trimEnd().split('\n');
    const records =
      /^(?:TN:|SF:|FN:\d+,[^,]*$|FNDA:\d+,[^,]*$|FNF:|FNH:|BRDA:|BRF:|BRH:|DA:|LF:|LH:|end_of_record$)/;
    expect(lines.filter((line) => !records.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('SF:'))).toHaveLength(1);
  });

  it('leave notices of one line each, with nothing to decode in them that we did not encode', () => {
    const lines = differed.err.trimEnd().split('\n');
    expect(lines.filter((line) => !/^::notice file=[^:,]*,line=\d+::/.test(line))).toEqual([]);
    expect(differed.err).not.toMatch(UNSAFE);
    expect(differed.err).not.toMatch(/%0A(?!::x)|%(?!25|0D|0A|3A|2C)/);
    expect(event.err).not.toMatch(UNSAFE);
  });
});
