/**
 * Laws of a trace. What a comparison is counted to is what asking it alone comes to; and a nearest miss is a smallest set of
 * comparisons whose opposite makes the rule true, which brute force over all smaller sets confirms.
 */
import { existsSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileCondition,
  decidingPart,
  isAsking,
  readRulesFiles,
  RuleTraces,
  type AskingNode,
  type Group,
  type RuleTrace,
  type TraceNode,
  type WrittenRule,
} from '../../../src/rules/index.js';
import { DEFAULT_SETTINGS } from '../../../src/fields/index.js';
import { printCondition } from '../../../src/rules/print-condition.js';
import type { Moment } from '../../../src/state/index.js';
import {
  conditionOfTree,
  eachMoment,
  FIXTURES,
  loadWritten,
  traceOf,
  traceRule,
} from './traces.js';

const SHARED = '../shared/captures';
const captures = existsSync(SHARED) ? readdirSync(SHARED).map((name) => `${SHARED}/${name}`) : [];
const LOGS = ['fixtures/audit/every-kubernetes-rule.log', 'fixtures/audit/quiet-cloudtrail.json'];

const EVIDENCE = [...FIXTURES, ...LOGS, ...captures.filter((path) => !path.includes('sample'))];
const OWN = loadWritten(readRulesFiles(['rules']));

describe('the tree of a rule', () => {
  it.each([
    ['our own rules', ['rules']],
    ['stock rules', ['../shared/rules/falco-5.1.0/falco_rules.yaml']],
    ['stock rules of 2022', ['../shared/rules/falco-0.31.1/falco_rules.yaml']],
  ])('means what the rule means: %s', (_, paths) => {
    if (!paths.every((path) => existsSync(path))) {
      return; // needs ../shared
    }
    const loaded = loadWritten(readRulesFiles(paths));
    const differing = loaded.ruleSet.rules.filter((rule) => {
      const { tree } = traceRule(loaded, rule.name, rule.source);
      return printCondition(conditionOfTree(tree.root)) !== printCondition(rule.condition);
    });
    expect(differing.map(({ name }) => name)).toEqual([]);
    expect(loaded.ruleSet.rules.length).toBeGreaterThan(20);
  });
});

/** Of our rules, each piece of evidence is asked every fifth, another fifth each: all rules at all of it take minutes. */
const SHARE = 5;

/** What each comparison of our rules is counted to, by the trace and by itself. */
async function countsOver(evidence: string): Promise<readonly string[]> {
  const offset = EVIDENCE.indexOf(evidence) % SHARE;
  const traces = OWN.ruleSet.rules
    .filter(({ index }) => index % SHARE === offset)
    .map((rule) => traceRule(OWN, rule.name, rule.source));
  const alone = new Map<string, { holds: (moment: Moment) => boolean; asked: Set<RuleTrace> }>();
  const counts = new Map<string, Map<RuleTrace, number>>();
  for (const trace of traces) {
    for (const { comparison } of trace.tree.nodes.filter(isAsking)) {
      const key = `${trace.tree.source} ${printCondition(comparison)}`;
      const known = alone.get(key) ?? {
        holds: compileCondition(comparison, trace.tree.source),
        asked: new Set(),
      };
      known.asked.add(trace);
      alone.set(key, known);
    }
  }
  await eachMoment(evidence, (moment) => {
    const looking = new Set(traces.filter((trace) => trace.look(moment) !== undefined));
    for (const [key, { holds, asked }] of alone) {
      if (key.startsWith(moment.source) && holds(moment)) {
        const of = counts.get(key) ?? new Map<RuleTrace, number>();
        counts.set(key, of);
        for (const trace of asked) {
          of.set(trace, (of.get(trace) ?? 0) + (looking.has(trace) ? 1 : 0));
        }
      }
    }
  });
  return traces.flatMap((trace) => {
    trace.settle();
    return trace.tree.nodes.filter(isAsking).flatMap((node) => {
      const key = `${trace.tree.source} ${printCondition(node.comparison)}`;
      const expected = counts.get(key)?.get(trace) ?? 0;
      const { holds, missing } = trace.countsOf(node);
      const isRight = holds === expected && holds + missing <= trace.domainCount;
      return isRight ? [] : [`${key}: ${holds}, by itself ${expected}`];
    });
  });
}

describe('a comparison of a rule of ours', () => {
  it.each(EVIDENCE)(
    'is counted to what it comes to by itself, in %s',
    async (evidence) => {
      expect(await countsOver(evidence)).toEqual([]);
    },
    60_000,
  );
});

/** What is wrong with the part that is said to decide each way through a rule that is not true at any event. */
function undecided(trace: RuleTrace): readonly string[] {
  return trace.funnels.flatMap(({ parts }, way) => {
    const deciding = decidingPart({ parts });
    const at = deciding === undefined ? -1 : parts.indexOf(deciding);
    const isFirst = at >= 0 && parts.slice(0, at).every(({ left }) => left > 0);
    return isFirst && deciding?.left === 0 ? [] : [`way ${way} of ${parts.length} parts`];
  });
}

describe('a rule of ours that is not true at any event', () => {
  it.each([...FIXTURES, ...LOGS])(
    'has a part that decides: the first that nothing passed, in %s',
    async (evidence) => {
      const rules = OWN.ruleSet.rules.map(({ name, source }) => ({
        written: OWN.written.rules.get(name) as WrittenRule,
        source,
      }));
      const { traces } = await tracesOver(evidence, rules);
      const silent = traces.filter(({ holdCount, domainCount }) => holdCount === 0 && domainCount > 0); // prettier-ignore
      const faults = silent.flatMap((trace) => {
        const { name } = OWN.ruleSet.rules[traces.indexOf(trace)] as { name: string };
        return undecided(trace).map((fault) => `${name}: ${fault}`);
      });
      expect(faults).toEqual([]);
      expect(silent.length).toBeGreaterThan(0);
    },
    60_000,
  );
});

async function tracesOver(
  evidence: string,
  rules: ConstructorParameters<typeof RuleTraces>[0],
): Promise<RuleTraces> {
  const all = new RuleTraces(rules, OWN, DEFAULT_SETTINGS);
  await eachMoment(evidence, (moment) => {
    all.look(moment);
  });
  all.settle();
  return all;
}

/** Questions that are true, false and missing at events of fixtures. */
const QUESTIONS = [
  'evt.type in (open, openat, openat2)',
  'evt.type = execve',
  'not evt.type = close',
  'evt.dir = <',
  'evt.res = 0',
  'evt.failed = true',
  'proc.name in (sh, bash, runc, cat)',
  'proc.pname exists',
  'proc.aname in (containerd-shim, systemd, sh)',
  'container.id != host',
  'container.image.repository contains a',
  'container.image.repository exists',
  'fd.name startswith /etc',
  'fd.name pmatch (/proc, /usr/lib)',
  'fd.num >= 0',
  'fd.sport = 53',
  'fd.ip != 127.0.0.1',
  'user.uid = 0',
  'user.name != root',
  'proc.tty != 0',
  'evt.arg.flags contains O_RDONLY',
  'proc.exepath = val(proc.exe)',
  'proc.duration > 1000000',
  'k8s.ns.name exists',
];

const AUDIT_QUESTIONS = [
  'ka.verb = create',
  'ka.verb in (get, list)',
  'ka.target.resource = pods',
  'ka.target.namespace exists',
  'ka.user.name startswith system',
  'ka.response.code < 400',
  'ka.req.pod.host_network intersects (true)',
  'ka.uri contains exec',
];

const MOST_OCCURRENCES = 12;

/** Conditions of up to 12 questions; some stand in macros. */
function conditionTexts(questions: readonly string[]): fc.Arbitrary<string> {
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(...questions, 'first', 'second'),
      fc
        .tuple(
          fc.constantFrom(' and ', ' or '),
          fc.array(tie('node'), { minLength: 2, maxLength: 4 }),
        )
        .map(([joiner, parts]) => `(${parts.join(joiner)})`),
      tie('node').map((text) => `not (${text})`),
    ),
  }));
  return node;
}

/** What a tree comes to where some comparisons are the opposite of what they are. */
function holdsWith(node: TraceNode, truth: Uint8Array, flipped: ReadonlySet<TraceNode>): boolean {
  if (isAsking(node)) {
    return (truth[node.index] === 1) !== flipped.has(node);
  }
  const parts = node.children.map((child) => holdsWith(child, truth, flipped));
  switch (node.kind) {
    case 'and':
      return !parts.includes(false);
    case 'or':
      return parts.includes(true);
    case 'macro':
      return parts[0] === true;
    default:
      return parts[0] === false;
  }
}

/**
 * All sets of `size` of these.
 *
 * @yields {unknown[]} One set after the other.
 */
function* subsets<T>(of: readonly T[], size: number, from = 0): Generator<T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let at = from; at <= of.length - size; at += 1) {
    for (const rest of subsets(of, size - 1, at + 1)) {
      yield [of[at] as T, ...rest];
    }
  }
}

/** What is wrong with the nearest miss of a group of events. */
function faultOf(trace: RuleTrace, group: Group): string | undefined {
  const { root, nodes } = trace.tree;
  const truth = trace.truthOf(group).slice();
  const free = nodes.filter((node): node is AskingNode => isAsking(node) && !node.isFixed);
  const nearest = trace.nearest(group)?.nodes;
  if (nearest === undefined) {
    const all = [...Array(free.length + 1).keys()].flatMap((size) => [...subsets(free, size)]);
    const hit = all.find((set) => holdsWith(root, truth, new Set(set)));
    return hit === undefined ? undefined : 'none was found, and there is one';
  }
  if (!holdsWith(root, truth, new Set(nearest))) {
    return 'the rule is not true with it';
  }
  for (let size = 0; size < nearest.length; size += 1) {
    for (const set of subsets(free, size)) {
      if (holdsWith(root, truth, new Set(set))) {
        return `there is one of ${size}`;
      }
    }
  }
  return undefined;
}

const MACROS = { first: 'proc.name = sh or fd.num > 2', second: 'not first and user.uid exists' };
const AUDIT_MACROS = { first: 'ka.verb = get', second: 'not first or ka.user.name exists' };

describe('a nearest miss', () => {
  it.each([
    ...FIXTURES.map((path) => [path, 'syscall', QUESTIONS, MACROS] as const),
    [LOGS[0] as string, 'k8s_audit', AUDIT_QUESTIONS, AUDIT_MACROS] as const,
  ])(
    'is a smallest set of comparisons that makes the rule true, in %s',
    async (evidence, source, questions, macros) => {
      const texts = fc.sample(conditionTexts(questions), { numRuns: 60, seed: evidence.length });
      const traces = [...new Set(texts)].map((text) => traceOf(text, { macros, source }));
      const checked = traces.filter(({ tree }) => {
        const occurrences = tree.nodes.filter(({ kind }) => kind === 'comparison').length;
        return occurrences > 1 && occurrences <= MOST_OCCURRENCES;
      });
      const seen = new Set<Group>();
      const faults: string[] = [];
      await eachMoment(evidence, (moment) => {
        for (const trace of checked) {
          const group = trace.look(moment);
          if (group !== undefined && !group.holds && !seen.has(group)) {
            seen.add(group);
            const fault = faultOf(trace, group);
            if (fault !== undefined) {
              faults.push(`${printCondition(conditionOfTree(trace.tree.root))}: ${fault}`);
            }
          }
        }
      });
      expect(faults).toEqual([]);
      expect(seen.size).toBeGreaterThan(0);
    },
    60_000,
  );
});
