/**
 * The engine keeps answers until what they depend on changes. The law: at every event it finds the rules that asking each
 * condition anew finds. Here over our own fixtures, with our own rules and with random conditions, and over random machines
 * in which names of containers and users arrive late: these need nothing but a clone.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEvidence } from '../../../src/capture/index.js';
import { EVENT } from '../../../src/events/index.js';
import {
  compileFieldText,
  fieldsOfSource,
  renderField,
  type CompiledField,
} from '../../../src/fields/index.js';
import { replay } from '../../../src/pipeline.js';
import {
  compileCondition,
  loadRules,
  Matcher,
  readRulesFiles,
  type Rule,
} from '../../../src/rules/index.js';
import type { Moment } from '../../../src/state/index.js';
import { Machine, process } from '../../state/machine.js';

/** Captures of containers, of a host, of connections; none with more than some thousand events. */
const FIXTURES = ['exam', 'first', 'host', 'evasion', 'mount', 'shell', 'service-account'];

/** Rules with these conditions; those that do not compile (an operator that a type lacks) are left out. */
function rulesOf(conditions: readonly string[]): readonly Rule[] {
  return conditions.flatMap((condition, at) => {
    const text = `- {rule: r${at}, desc: d, output: o, priority: INFO, condition: ${JSON.stringify(condition)}}\n`;
    return loadRules([{ path: 'rules.yaml', text }]).ruleSet?.rules ?? [];
  });
}

/** Compares the matcher with asking anew, at each moment that it is shown. */
class Comparison {
  matchCount = 0;
  readonly differences: string[] = [];
  readonly #matcher: Matcher;
  readonly #anew: readonly { readonly rule: Rule; readonly holds: (moment: Moment) => boolean }[];

  constructor(rules: readonly Rule[]) {
    this.#matcher = new Matcher(rules);
    this.#anew = rules.map((rule) => ({
      rule,
      holds: compileCondition(rule.condition, rule.source),
    }));
  }

  look(moment: Moment): void {
    const kept = [...this.#matcher.match(moment)];
    const asked = this.#anew
      .filter(({ rule, holds }) => rule.source === moment.source && holds(moment))
      .map(({ rule }) => rule);
    this.matchCount += asked.length;
    if (kept.length !== asked.length || kept.some((rule, i) => rule !== asked[i])) {
      const names = (rules: readonly Rule[]) => rules.map(({ name }) => name).join();
      this.differences.push(
        `event ${moment.event.number}: kept ${names(kept)}; anew ${names(asked)}`,
      );
    }
  }
}

/** Every field of system calls that can be asked without an argument, and some with one. */
const LISTED = fieldsOfSource('syscall').filter(({ row }) => row.argument?.isRequired !== true);
const FIELDS: readonly CompiledField[] = LISTED.flatMap(({ row }) => {
  const { field } = compileFieldText(row.name, 'syscall');
  return field === undefined || row.usage === 'filter-only' ? [] : [field];
});
const ASKABLE = [
  ...LISTED.filter(({ row }) => row.usage !== 'print-only').map(({ row }) => row.name),
  'proc.aname[1]',
  'proc.aname[2]',
  'proc.apid[1]',
  'proc.aexepath[2]',
  'proc.env[PATH]',
  'evt.arg.flags',
  'evt.arg[0]',
  'evt.type.is.open',
  'container.label[app]',
];
const OPERATORS = ['=', '!=', '<', '>=', 'contains', 'startswith', 'endswith', 'icontains', 'glob'];
const TYPES = ['openat', 'execve', 'close', 'clone', 'chdir', 'setuid', 'read', 'connect', 'mkdir'];

/** Values that fields show in a capture, some of each: conditions about them hold now and then. */
type Vocabulary = ReadonlyMap<string, readonly string[]>;

function comparisonOf(vocabulary: Vocabulary): fc.Arbitrary<string> {
  return fc.constantFrom(...ASKABLE).chain((name) => {
    const seen = vocabulary.get(name) ?? [];
    const value = fc.constantFrom(...seen, '0', '1', 'a', '/', 'true');
    const part = fc
      .tuple(value, fc.nat(6), fc.nat(6))
      .map(([text, from, length]) => text.slice(from, from + length + 1));
    return fc.oneof(
      fc.constant(`${name} exists`),
      fc
        .tuple(fc.constantFrom(...OPERATORS), fc.oneof(value, part))
        .map(([operator, text]) => `${name} ${operator} ${quoted(text)}`),
      fc
        .tuple(
          fc.constantFrom('in', 'pmatch', 'intersects'),
          fc.array(value, { minLength: 1, maxLength: 4 }),
        )
        .map(([operator, texts]) => `${name} ${operator} (${texts.map(quoted).join()})`),
    );
  });
}

/** As a text in a condition; characters that quoting has no way to write are left out. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[^ !#-[\]-~]/g, '')}"`;
}

function conditionOf(vocabulary: Vocabulary): fc.Arbitrary<string> {
  const type = fc.constantFrom(...TYPES).map((name) => `evt.type = ${name}`);
  const leaf = fc.oneof(
    { weight: 1, arbitrary: type },
    { weight: 6, arbitrary: comparisonOf(vocabulary) },
  );
  return fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc
        .tuple(fc.constantFrom('and', 'or'), fc.array(tie('node'), { minLength: 2, maxLength: 3 }))
        .map(([word, children]) => `(${children.join(` ${word} `)})`),
      tie('node').map((child) => `not (${child})`),
    ),
  })).node;
}

const vocabularies = new Map<string, Promise<Vocabulary>>();

/** Values of all fields at every 37th event of a fixture, at most twelve of each. */
function vocabularyOf(fixture: string): Promise<Vocabulary> {
  const known = vocabularies.get(fixture);
  if (known !== undefined) {
    return known;
  }
  const made = readVocabulary(fixture);
  vocabularies.set(fixture, made);
  return made;
}

async function readVocabulary(fixture: string): Promise<Vocabulary> {
  const values = new Map(FIELDS.map(({ text }) => [text, new Set<string>()]));
  await replay(await openEvidence(`fixtures/${fixture}.scap`), {
    onMoment(moment) {
      if (moment.event.number % 37 === 0) {
        for (const field of FIELDS) {
          const seen = values.get(field.text);
          if (seen !== undefined && seen.size < 12) {
            seen.add((renderField(field, moment) ?? '').slice(0, 80));
          }
        }
      }
      return undefined;
    },
  });
  return new Map([...values].map(([name, seen]) => [name, [...seen]]));
}

describe('over our fixtures, the matcher finds what asking anew finds', () => {
  it.each(FIXTURES)('in %s with the shipped rules', { timeout: 120_000 }, async (fixture) => {
    const { ruleSet } = loadRules(readRulesFiles(['rules/tiercel_rules.yaml']));
    const comparison = new Comparison(ruleSet?.rules ?? []);
    await replay(await openEvidence(`fixtures/${fixture}.scap`), {
      onMoment: (moment) => {
        comparison.look(moment);
        return undefined;
      },
    });
    expect(comparison.differences).toEqual([]);
    expect(comparison.matchCount).toBeGreaterThan(0);
  });

  it('with random conditions', { timeout: 120_000 }, async () => {
    let matchCount = 0;
    await fc.assert(
      fc.asyncProperty(
        fc
          .constantFrom(...FIXTURES)
          .chain((fixture) => fc.tuple(fc.constant(fixture), fc.integer())),
        async ([fixture, seed]) => {
          const vocabulary = await vocabularyOf(fixture);
          const conditions = fc.sample(conditionOf(vocabulary), { numRuns: 30, seed });
          const comparison = new Comparison(rulesOf(conditions));
          await replay(await openEvidence(`fixtures/${fixture}.scap`), {
            onMoment: (moment) => {
              comparison.look(moment);
              return undefined;
            },
          });
          expect({ conditions, differences: comparison.differences }).toEqual({
            conditions,
            differences: [],
          });
          matchCount += comparison.matchCount;
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
    expect(matchCount).toBeGreaterThan(1_000);
  });
});

const PROCESSES = [10, 20, 30];
const CONTAINER = '0123456789ab';
const tid = fc.constantFrom(1, ...PROCESSES);
const uid = fc.constantFrom(0, 1000, 1001);
const comm = fc.constantFrom('sh', 'ls', 'nginx');

/** What happens in a random machine; each step changes something that kept answers may depend on. */
type Step = (machine: Machine, look: (moment: Moment) => void) => void;

const containerJson = fc
  .tuple(fc.constantFrom('web', 'db'), fc.constantFrom('nginx:1', 'redis:7'), fc.boolean())
  .map(([name, image, isPrivileged]) =>
    JSON.stringify({
      container: {
        id: CONTAINER,
        name,
        type: 0,
        image,
        imagerepo: image.slice(0, -2),
        privileged: isPrivileged,
        labels: { app: name },
      },
    }),
  );

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(tid, comm).map(([who, name]): Step => (machine, look) => {
    look(
      machine.event(EVENT.EXECVE_19_X, who, {
        res: 0,
        exe: `/bin/${name}`,
        args: ['-x'],
        tid: who,
        pid: who,
        ptid: 1,
        cwd: '',
        fdlimit: 1024,
        comm: name,
        cgroups: who === 1 ? [] : [`cpu=/docker/${CONTAINER.padEnd(64, '0')}`],
      }),
    );
  }),
  fc.tuple(tid, uid).map(([who, id]): Step => (machine, look) => {
    look(machine.event(EVENT.SETUID_X, who, { res: 0, uid: id }));
  }),
  fc.tuple(tid, fc.constantFrom('/etc', '/tmp')).map(([who, path]): Step => (machine, look) => {
    look(machine.event(EVENT.CHDIR_X, who, { res: 0, path }));
  }),
  fc
    .tuple(tid, fc.constantFrom('/etc/passwd', '/tmp/x', 'y'))
    .map(([who, name]): Step => (machine, look) => {
      const dirfd = -100;
      look(machine.event(EVENT.OPENAT_2_X, who, { fd: 5, dirfd, name, flags: 1, mode: 0 }));
    }),
  tid.map((who): Step => (machine, look) => {
    look(machine.event(EVENT.READ_X, who, { res: 1, data: Buffer.from('a'), fd: 5, size: 1 }));
  }),
  // late metadata: nothing of it is about the thread itself
  containerJson.map((json): Step => (machine, look) => {
    look(machine.event(EVENT.CONTAINER_JSON_2_E, -1, { json }));
  }),
  fc
    .tuple(uid, fc.constantFrom('root', 'alice', 'bob'))
    .map(([id, name]): Step => (machine, look) => {
      const facts = { uid: id, gid: id, name, home: `/home/${name}`, shell: '/bin/sh' };
      look(machine.event(EVENT.USER_ADDED_E, -1, { ...facts, container_id: '' }));
      look(machine.event(EVENT.USER_ADDED_E, -1, { ...facts, container_id: CONTAINER }));
    }),
  fc.constantFrom(...PROCESSES).map((who): Step => (machine, look) => {
    look(machine.event(EVENT.PROCEXIT_1_E, who, { status: 0, ret: 0, sig: 0, core: 0 }));
  }),
);

const MACHINE_WORDS: Vocabulary = new Map(
  Object.entries({
    'proc.name': ['sh', 'ls', 'nginx'],
    'proc.pname': ['sh', 'ls', 'nginx'],
    'proc.aname[2]': ['init', 'sh'],
    'proc.cwd': ['/etc/', '/tmp/', '/home/'],
    'user.name': ['root', 'alice', 'bob'],
    'user.uid': ['0', '1000', '1001'],
    'container.id': [CONTAINER, 'host'],
    'container.name': ['web', 'db'],
    'container.image': ['nginx:1', 'redis:7'],
    'container.privileged': ['true', 'false'],
    'container.label[app]': ['web', 'db'],
    'fd.name': ['/etc/passwd', '/tmp/x', '/tmp/y'],
  }),
);
/** Conditions about what arrives late stand in every set. */
const LATE = [
  'container.name = web',
  'container.image startswith nginx',
  'user.name = alice',
  'container.privileged = true and fd.name startswith /etc',
  'evt.type = read and user.name in (root, bob)',
];

describe('in a random machine whose names arrive late', () => {
  it('the matcher finds what asking anew finds', () => {
    let matchCount = 0;
    fc.assert(
      fc.property(
        fc.array(conditionOf(MACHINE_WORDS), { minLength: 1, maxLength: 6 }),
        fc.array(steps, { minLength: 5, maxLength: 40 }),
        (conditions, happened) => {
          const cgroups = `cpu=/docker/${CONTAINER.padEnd(64, '0')}\0`;
          const machine = new Machine(
            ...PROCESSES.map((pid, i) =>
              process(pid, 'sh', { ptid: i === 0 ? 1 : (PROCESSES[i - 1] as number), cgroups }),
            ),
          );
          const comparison = new Comparison(rulesOf([...LATE, ...conditions]));
          for (const step of happened) {
            step(machine, (moment) => {
              comparison.look(moment);
            });
          }
          expect(comparison.differences).toEqual([]);
          matchCount += comparison.matchCount;
        },
      ),
      { numRuns: 300 },
    );
    expect(matchCount).toBeGreaterThan(1_000);
  });
});

describe('a field whose subject is the type of the event', () => {
  it('says the same at all events of a type, whatever their parameters are', async () => {
    const ofType = new Set(
      LISTED.filter(({ row }) => row.subject === 'type').map(({ row }) => row.name),
    );
    const typed = FIELDS.filter(({ text }) => ofType.has(text));
    const TYPE = FIELDS.find(({ text }) => text === 'evt.type') as CompiledField;
    expect(typed.length).toBeGreaterThan(3);
    const said = new Map<string, string>();
    const differences = new Set<string>();
    for (const fixture of FIXTURES) {
      await replay(await openEvidence(`fixtures/${fixture}.scap`), {
        onMoment(moment) {
          const type = renderField(TYPE, moment);
          for (const field of typed) {
            const key = `${field.text} at ${moment.event.code} ${type}`;
            const text = renderField(field, moment) ?? '<NA>';
            if ((said.get(key) ?? text) !== text) {
              differences.add(key);
            }
            said.set(key, text);
          }
          return undefined;
        },
      });
    }
    expect([...differences]).toEqual([]);
  });
});

describe('the table of classes', () => {
  it('is emptied when it is full, whatever names processes take', () => {
    const letters = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i));
    const comparison = new Comparison(rulesOf(letters.map((each) => `proc.name contains ${each}`)));
    const machine = new Machine(process(10, 'sh'));
    /** The class of the process once it is called as the bits of `subset` say: each a class of its own. */
    const classOf = (subset: number): unknown => {
      const thread = machine.thread(10);
      thread.comm = letters.filter((_, bit) => ((subset >>> bit) & 1) === 1).join('');
      machine.world.threadChanged(thread);
      const facts = { res: 0, data: Buffer.alloc(0), fd: 5, size: 1 };
      comparison.look(machine.event(EVENT.READ_X, 10, facts));
      return thread.answers;
    };
    const first = classOf(1);
    classOf(2);
    expect(classOf(1)).toBe(first);
    for (let subset = 3; subset < 12_000; subset += 1) {
      classOf(subset);
    }
    expect(classOf(1)).not.toBe(first);
    expect(comparison.differences).toEqual([]);
  });
});
