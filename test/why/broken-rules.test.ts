/**
 * Rules that stay silent, as people break them. What is wrong is within the first fourteen lines of the text, and its id among the
 * reasons of the JSON.
 */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { explanationJson } from '../../src/investigation/why/json.js';
import { explainOverAll } from '../../src/investigation/why/over-all.js';
import { planExplanation } from '../../src/investigation/why/plan.js';
import type { ExplainRequest } from '../../src/investigation/why/request.js';
import { explanationText } from '../../src/investigation/why/text.js';
import { put, scratchFolder } from '../commands/run.js';
import { writeScene } from '../commands/scene.js';
import { ELSEWHERE, ruleOf, type Elsewhere } from './elsewhere-table.js';
import { writeHost, writeOld } from './scene.js';

const folder = scratchFolder();
const FIRST_LINES = 14;

const EVIDENCE = {
  host: join(folder, 'host.scap'),
  failing: join(folder, 'failing.scap'),
  bare: join(folder, 'bare.scap'),
  old: join(folder, 'old.scap'),
  exam: 'fixtures/exam.scap',
} as const;

beforeAll(() => {
  writeHost(EVIDENCE.host);
  writeHost(EVIDENCE.failing, { fails: true });
  writeScene(EVIDENCE.bare, { hasMetadata: false });
  writeOld(EVIDENCE.old);
});

const OPENS = 'evt.type in (open, openat, openat2)';
const RUNS = 'evt.type = execve';

interface Broken {
  readonly what: string;
  readonly files: readonly string[];
  readonly on: keyof typeof EVIDENCE;
  readonly id: string;
  /** What the first lines say. */
  readonly says: RegExp;
  readonly request?: Partial<ExplainRequest>;
}

const BROKEN: readonly Broken[] = [
  { what: 'the wrong directory', files: [ruleOf(`${OPENS} and fd.directory = /etc`)], on: 'host', id: 'other-directory', says: /\/etc\/ssh/ },
  { what: 'the direction of an entry', files: [ruleOf(`${OPENS} and evt.dir = ">"`)], on: 'host', id: 'direction', says: /evt\.dir.*always "<"/ },
  { what: 'the name of a script', files: [ruleOf(`${RUNS} and proc.name = backup.sh`)], on: 'host', id: 'script-name', says: /script of that name ran/ },
  { what: 'a descriptor of calls that failed', files: [ruleOf(`${OPENS} and fd.num >= 0`)], on: 'failing', id: 'failed-calls', says: /calls that failed/ },
  { what: 'no metadata of containers', files: [ruleOf(`${RUNS} and container.id != host and container.image.repository contains nginx`)], on: 'bare', id: 'no-container-metadata', says: /no container metadata/ },
  { what: 'no containers', files: [ruleOf(`${RUNS} and container.id != host`)], on: 'host', id: 'no-container', says: /no container was recorded/ },
  { what: 'an exception that takes everything', files: [ruleOf(`${RUNS} and proc.name = apk`, '  exceptions:\n  - name: known\n    fields: [proc.name]\n    values:\n    - [apk]\n')], on: 'exam', id: 'exception', says: /exception "known" took 13 events out: proc\.name=apk/ },
  { what: 'a macro that a later file replaces', files: [`- macro: ran\n  condition: ${RUNS}\n${ruleOf('ran and proc.name = apk')}`, '- macro: ran\n  condition: evt.type = kill\n'], on: 'exam', id: 'macro-overridden', says: /macro "ran" of .*1\.yaml:1 counts no more: .*2\.yaml:1/ },
  { what: 'a list that a later file replaces', files: [`- list: tools\n  items: [apk]\n${ruleOf(`${RUNS} and proc.name in (tools)`)}`, '- list: tools\n  items: [dnf]\n'], on: 'exam', id: 'list-overridden', says: /list "tools" of .*1\.yaml:1 counts no more: .*2\.yaml:1/ },
  { what: 'an earlier rule that takes its events', files: [ruleOf(RUNS).replace('rule: R', 'rule: Earlier'), ruleOf(`${RUNS} and proc.name = apk`)], on: 'exam', id: 'shadowed', says: /shadowed by "Earlier".*took 13 events/ },
  { what: 'a rule that is disabled', files: [ruleOf(RUNS, '  enabled: false\n')], on: 'exam', id: 'disabled', says: /does not run: disabled/ },
  { what: 'the wrong tag', files: [ruleOf(RUNS, '  tags: [a]\n'), ruleOf(RUNS, '  tags: [b]\n').replace('rule: R', 'rule: Other')], on: 'exam', id: 'left-out-by-tag', says: /left out by a tag: its tags are a/, request: { tag: ['b'] } },
  { what: 'the wrong source', files: [ruleOf('ka.verb = create', '  source: k8s_audit\n')], on: 'exam', id: 'no-source', says: /no evidence of source k8s_audit/ },
  { what: 'the wrong case', files: [ruleOf(`${RUNS} and proc.name = APK`)], on: 'exam', id: 'case', says: /"APK" never; in another case "apk" was seen \(13 events\)/ },
  { what: 'a name longer than the kernel keeps', files: [ruleOf(`${RUNS} and proc.name = gnome-keyring-daemon`)], on: 'host', id: 'comm-length', says: /15 bytes of a name: "gnome-keyring-d"/ },
  { what: 'a path that is a link', files: [ruleOf(`${OPENS} and fd.name = /var/run/docker.sock`)], on: 'host', id: 'symlink', says: /"\/run\/docker\.sock" was seen/ },
  { what: 'a program that is a link', files: [ruleOf(`${RUNS} and proc.exepath = /usr/bin/python3`)], on: 'host', id: 'symlink', says: /"\/usr\/bin\/python3\.11" was seen/ },
  { what: 'a relative path', files: [ruleOf(`${OPENS} and evt.arg.name = /srv/data/notes.txt`)], on: 'host', id: 'relative-path', says: /relative.*"data\/notes\.txt" was seen/ },
  { what: 'unequal to a field without a value', files: [ruleOf(`${RUNS} and fd.name != /etc/passwd`)], on: 'host', id: 'no-descriptor', says: /was missing at 3 of 3 events \(100 %\).*not even !=/ },
  { what: 'a field that is never missing', files: [ruleOf(`${RUNS} and not proc.name exists`)], on: 'host', id: 'never-missing', says: /had a value at each of 3 events/ },
  { what: 'a filter of priorities', files: [ruleOf(RUNS)], on: 'exam', id: 'left-out-by-priority', says: /its priority: it is Informational, and --min-priority is warning/, request: { 'min-priority': 'warning' } },
  { what: 'a type that was not recorded', files: [ruleOf('evt.type = ptrace')], on: 'host', id: 'no-event-type', says: /no ptrace was recorded/ },
  { what: 'a contradiction', files: [ruleOf(`${RUNS} and proc.name = apk and not proc.name = apk`)], on: 'exam', id: 'never-true', says: /can never hold/ },
]; // prettier-ignore

interface Told {
  /** The first lines of the text. */
  readonly head: string;
  readonly ids: readonly string[];
}

async function explained(
  files: readonly string[],
  evidence: string,
  request: Partial<ExplainRequest> = {},
): Promise<Told> {
  const rules = files.map((text, at) => put(folder, `${at + 1}.yaml`, text));
  const plan = await planExplanation({
    words: ['R', evidence],
    rules,
    tz: 'UTC',
    match: 'first',
    tree: false,
    format: 'text',
    'allow-damage': false,
    ...request,
  });
  if ('idle' in plan) {
    throw new Error('the rule is idle');
  }
  const { explanation } = await explainOverAll(plan);
  const { reasons } = explanationJson(explanation) as { reasons: readonly { id: string }[] };
  const lines = explanationText(explanation).split('\n');
  return { head: lines.slice(0, FIRST_LINES).join('\n'), ids: reasons.map(({ id }) => id) };
}

describe('a rule that stays silent because of', () => {
  it.each(BROKEN.map((broken) => [broken.what, broken] as const))('%s', async (_, broken) => {
    const { files, on, request, says, id } = broken;
    const { head, ids } = await explained(files, EVIDENCE[on], request);
    expect(head).toMatch(says);
    expect(ids).toContain(id);
  });
});

const SCENES: Readonly<Record<string, string>> = {
  HOST: EVIDENCE.host,
  FAILING: EVIDENCE.failing,
  BARE: EVIDENCE.bare,
  OLD: EVIDENCE.old,
};

/** What is not reported as it should be; nothing where it is. */
async function faultOf([id, on, condition, more = {}]: Elsewhere): Promise<readonly string[]> {
  const { files = [ruleOf(condition, more.lines)], ...request } = more;
  const { ids } = await explained(files, SCENES[on] ?? `fixtures/${on}`, request); // prettier-ignore
  // of several reasons, the cause is one of those in front of the funnel
  return ids.slice(0, SHOWN_FIRST).includes(id) ? [] : [`${files.join('---\n')}: ${ids.join()}`];
}

/** Reasons that stand before anything else. */
const SHOWN_FIRST = 3;

describe('a rule with another field, operator or capture', () => {
  const kinds = [...new Set(ELSEWHERE.map(([id]) => id))];
  it.each(kinds)('is explained by the same reason: %s', async (kind) => {
    const faults: string[] = [];
    for (const row of ELSEWHERE.filter(([id]) => id === kind)) {
      faults.push(...(await faultOf(row)));
    }
    expect(faults).toEqual([]);
  });
});
