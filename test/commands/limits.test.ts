/**
 * What the summary says of losses and limits, the case says too, and the other way round: on every fixture, and on captures that
 * are cut, changed, narrowed, lossy or missing. Every line of a summary is accounted for, so that a new one has to be stored.
 */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createCapture } from '../../src/capture/index.js';
import { EVENT_TABLE } from '../../src/events/index.js';
import { put, scratchFolder, tiercel } from './run.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const AUDIT = join(FIXTURES, 'audit');
const CAPTURES = readdirSync(FIXTURES)
  .filter((name) => name.endsWith('.scap'))
  .map((name) => join(FIXTURES, name));
const LOGS = readdirSync(AUDIT, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() || /\.(?:log|json)(?:\.gz)?$/.test(entry.name))
  .map(({ name }) => join(AUDIT, name));
const EXAM = join(FIXTURES, 'exam.scap');
const folder = scratchFolder();

/** Lines that are about what was seen. */
const OF_RESULTS = [
  /^ {2}SHA-256 [0-9a-f]{64}$/,
  /^ {2}machine /,
  /^ {2}[\d,]+ events? in [\d,]+ records?, /,
  /^ {2}the case holds /,
  /^(?:No alerts|[\d,]+ alerts?)$/,
  /^ {2} *[\d,]+ {2}(?:Emergency|Alert|Critical|Error|Warning|Notice|Informational|Debug) /,
  /^Containers$/,
  /^ {2}[\d,]+ {2}[0-9a-f]{12} /,
  /^ {6}/,
  /^ {2}[\d,]+ on the host itself$/,
  /^Case: /,
  /^Matched as well, but an earlier rule took the event/,
  /^Data loss: parts of the evidence were not seen/,
];
const SILENT = /^([\d,]+) of ([\d,]+) rules? could not fire on this evidence: /;

/** What a summary says that is not about results: sentences, and rules that could not fire, by why. */
function saidIn(stderr: string, evidence: string) {
  const lines = stderr.trimEnd().split('\n');
  const unread = /^ {2}why: (.*)$/m.exec(stderr)?.[1];
  if (unread !== undefined && !lines.includes(evidence)) {
    // nothing was read, so there is no summary
    return {
      sentences: new Set([`not analysed to its end: ${unread}`]),
      silent: new Map<string, number>(),
    };
  }
  const summary = lines.slice(lines.lastIndexOf(evidence) + 1);
  const silentAt = summary.findIndex((line) => SILENT.test(line));
  const count = Number((SILENT.exec(summary[silentAt] ?? '')?.[1] ?? '0').replaceAll(',', ''));
  const silent = new Map<string, number>();
  for (const line of summary.splice(silentAt, silentAt < 0 ? 0 : count + 1).slice(1)) {
    const why = /: (?!.*: )(.*)$/.exec(line)?.[1] ?? line;
    silent.set(why, (silent.get(why) ?? 0) + 1);
  }
  const sentences = summary
    .filter((line) => !OF_RESULTS.some((form) => form.test(line)))
    .map((line) => line.replace(/^ {2}/, '').replace(`${evidence}: `, ''))
    .map((line) => line.replace(/^(?:Left out|Not known|Incomplete, no SHA-256): /, ''));
  return { sentences: new Set(sentences), silent };
}

/** The same of a case. */
function storedIn(path: string) {
  const database = new Database(path, { readonly: true });
  const rows = database
    .prepare(`SELECT finding, byte_offset AS at FROM what_was_not_seen WHERE finding <> 'the run is incomplete'`)
    .all() as { readonly finding: string; readonly at: number | null }[]; // prettier-ignore
  const notices = database
    .prepare(`SELECT detail FROM diagnostics WHERE severity = 'notice'`)
    .pluck()
    .all() as string[];
  const status = database.prepare('SELECT DISTINCT status FROM runs').pluck().all();
  database.close();
  const silent = new Map<string, number>();
  const findings: { readonly finding: string; readonly at: number | null }[] = [];
  for (const { finding, at } of rows) {
    const found = /^(\d+) of \d+ rules could not fire: (.*)$/.exec(finding);
    if (found === null) {
      findings.push({ finding, at });
    } else {
      silent.set(found[2] ?? '', Number(found[1]));
    }
  }
  return { findings, notices: new Set(notices), silent, status };
}

let caseCount = 0;

/** Analyse a piece of evidence by itself; what summary and case said about limits, after comparing them. */
async function compare(evidence: string, ...flags: readonly string[]) {
  const path = join(folder, `${(caseCount += 1)}.db`);
  const args = [evidence, '-v', '-s', path, '-f', 'none', '--allow-damage', ...flags];
  const { err } = await tiercel(folder, ['analyze', ...args]);
  const said = saidIn(err, evidence);
  const stored = storedIn(path);
  const forms = stored.findings.map(({ finding, at }) =>
    at === null
      ? [finding]
      : [`byte ${at}: ${finding}`, `uncompressed byte ${at}: ${finding}`, finding],
  );
  const about = args.join(' ');
  const all = forms.flat();
  const unstored = [...said.sentences].filter(
    (text) => !all.includes(text) && !stored.notices.has(text),
  );
  expect(unstored, `said, but not in the case: ${about}`).toEqual([]);
  const unsaid = forms.filter((form) => !form.some((text) => said.sentences.has(text)));
  expect(unsaid, `in the case, but not said: ${about}`).toEqual([]);
  expect(stored.silent, about).toEqual(said.silent);
  return { ...stored, texts: all };
}

describe('what was not seen', () => {
  it.each([...CAPTURES, ...LOGS].map((path) => [basename(path), path] as const))(
    'is the same in the summary and the case of %s',
    { timeout: 120_000 },
    async (_name, path) => {
      const { texts, silent } = await compare(path);
      expect(texts.length + silent.size).toBeGreaterThan(0);
    },
  );

  it.each([
    ['--filter', ['evt.num < 100', '--to', '+5s'], 'Rules were shown only events of --filter evt.num < 100 --to +5s'],
    ['--rule', ['Write below etc'], /^\d+ of \d+ rules did not run, as --rule Write below etc asked$/],
    ['--min-priority', ['error', '--disable', 'Write below etc'], /did not run, as --disable Write below etc --min-priority error asked$/],
    ['--disable-tag', ['network'], /did not run, as --disable-tag network asked$/],
    ['--tag', ['network'], /did not run, as --tag network asked$/],
  ])('includes what %s kept from the rules, or left out of them', { timeout: 120_000 }, async (flag, words, sentence) => {
    const { texts } = await compare(EXAM, flag, ...words);
    expect(texts).toContainEqual(sentence instanceof RegExp ? expect.stringMatching(sentence) : sentence);
  }); // prettier-ignore

  it('does not call a source missing whose events the user left out', async () => {
    const { silent } = await compare(join(AUDIT, 'quiet-cloudtrail.json'), '--from', '2036-01-01');
    const reasons = [...silent.keys()];
    expect(reasons).not.toContain('no evidence of source aws_cloudtrail');
    expect(reasons).toContain(
      'no event of source aws_cloudtrail in the part that rules were shown',
    );
    expect(reasons).toContain('no evidence of source k8s_audit');
    const part = await compare(EXAM, '--filter', 'evt.type = close');
    expect([...part.silent.keys()].join()).toMatch(/in the part that rules were shown/);
  }, 120_000);

  it('includes events that a recorder lost', { timeout: 120_000 }, async () => {
    const path = join(folder, 'lossy.scap');
    const capture = createCapture(path, { compression: 'none', force: false });
    const begin = EVENT_TABLE.findIndex(({ name }) => name === 'drop');
    const params = [new Uint8Array([1, 0, 0, 0])];
    capture.writeSectionHeader();
    for (let index = 0; index < 14; index += 1) {
      capture.writeEvent({ cpu: 0, time: BigInt(index), tid: 0, code: begin + (index % 2), params });
    } // prettier-ignore
    capture.close();
    const { texts } = await compare(path);
    expect(texts.filter((text) => text.startsWith('events were lost'))).toHaveLength(6);
  });

  it('includes evidence that could not be opened, in a run that is incomplete', async () => {
    const nonsense = put(folder, 'nonsense', 'no capture, no log\n');
    const path = join(folder, 'unread.db');
    const { err, code } = await tiercel(folder, [
      'analyze', '/nowhere', nonsense, EXAM, '-s', path, '-f', 'none',
    ]); // prettier-ignore
    const { findings, status } = storedIn(path);
    const texts = findings.map(({ finding }) => finding);
    const unread = texts.filter((text) => text.startsWith('not analysed to its end: '));
    expect(unread).toHaveLength(2);
    for (const text of unread) {
      expect(err).toContain(`\n  ${text}\n`);
    }
    expect([code, status]).toEqual([2, ['incomplete', 'complete']]);
  }, 120_000);

  it('is the same for captures that are cut or changed, whatever rules are shown of them', async () => {
    const whole = gunzipSync(readFileSync(EXAM));
    const narrowing = [[], ['--to', '+10s'], ['--filter', 'evt.type = openat'], ['--rule', 'Write below etc']]; // prettier-ignore
    const damaged = fc.record({
      end: fc.integer({ min: 200, max: whole.length }),
      changes: fc.array(fc.tuple(fc.integer({ min: 40, max: whole.length - 1 }), fc.nat(255)), { maxLength: 4 }),
      flags: fc.constantFrom(...narrowing),
    }); // prettier-ignore
    await fc.assert(
      fc.asyncProperty(damaged, async ({ end, changes, flags }) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) {
          bytes[at] = value;
        }
        await compare(put(folder, 'damaged.scap', bytes.subarray(0, end)), ...flags);
      }),
      { numRuns: Number(process.env['TIERCEL_RUNS'] ?? 8), endOnFailure: true },
    );
  }, 300_000);
});
