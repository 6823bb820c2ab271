/** Gathers what the summary of an analysis says. */
import type { Alert, ContainerSnapshot } from '../../alerts/index.js';
import { DIAGNOSTICS, type Diagnostic, type DiagnosticId } from '../../diagnostics.js';
import {
  openSummary,
  type ContainerTally,
  type EvidenceTally,
  type RuleTally,
} from '../../output/index.js';
import type { ReplayResult } from '../../pipeline.js';
import { PRIORITIES, type Rule, type Silence } from '../../rules/index.js';
import type { RunFate } from './case-keeper.js';
import { placeOf } from '../evidence/damage.js';
import { limitsOfEvidence, notBegun, shadowLimit, type Shadow } from './limits.js';

interface ContainerCount {
  container: ContainerSnapshot;
  count: number;
  readonly rules: Set<string>;
}

const FATES: Readonly<Record<RunFate, string | undefined>> = {
  added: undefined,
  known: 'the case holds this very run already; nothing was added',
  incomplete: 'the case holds what was found, and the run in it is marked incomplete',
  'cut-off':
    'the case holds what was found before it could be written no further, or nothing of it',
  'not-kept': undefined,
};

/** What the summary needs to know of the request. */
interface Asked {
  /** What limits the conclusions from all of the evidence alike. */
  readonly limits: readonly Diagnostic[];
  /** Rules that run. */
  readonly ruleCount: number;
  readonly isVerbose: boolean;
}

/** How the replay of a piece of evidence ended. */
interface Ending {
  readonly fate: RunFate;
  readonly silent: readonly Silence[];
}

/** One for all evidence of an analysis. */
export class Summary {
  readonly #rules = new Map<Rule, number>();
  readonly #containers = new Map<string, ContainerCount>();
  readonly #shadowed = new Map<string, Shadow & { count: number }>();
  /** Counts of the same, when evidence before was done. */
  readonly #shadowedBefore = new Map<string, number>();
  readonly #evidence: EvidenceTally[] = [];
  /** Evidence that could not be opened, or not be read on. */
  readonly #unread: { readonly path: string; readonly detail: string }[] = [];
  readonly #notBegun: string[] = [];
  readonly #asked: Asked;
  /** Rules that could not fire on any evidence so far, and why; `undefined` before the first. */
  #silent: readonly Silence[] | undefined;
  #hostCount = 0;

  constructor(asked: Asked) {
    this.#asked = asked;
  }

  /** Whether anything was read, or ended before it could be; of all else, errors said why. */
  get hasEvidence(): boolean {
    return this.#evidence.length + this.#notBegun.length > 0 || this.#rules.size > 0;
  }

  addAlert({ rule, container }: Pick<Alert, 'rule' | 'container'>): void {
    this.#rules.set(rule, (this.#rules.get(rule) ?? 0) + 1);
    if (container === undefined) {
      this.#hostCount += 1;
      return;
    }
    const known = this.#containers.get(container.id);
    if (known === undefined) {
      const rules = new Set([rule.name]);
      this.#containers.set(container.id, { container, count: 1, rules });
    } else {
      known.count += 1;
      known.rules.add(rule.name);
      known.container = container.hasMetadata ? container : known.container;
    }
  }

  /** Keep the first of the rules that matched an event; the others stand in its shadow. */
  noteShadowed(matched: readonly Rule[]): readonly Rule[] {
    const [by] = matched;
    if (by === undefined || matched.length === 1) {
      return matched;
    }
    for (const rule of matched.slice(1)) {
      const key = `${rule.index} ${by.index}`;
      const known = this.#shadowed.get(key);
      if (known === undefined) {
        this.#shadowed.set(key, { name: rule.name, by: by.name, count: 1 });
      } else {
        known.count += 1;
      }
    }
    return [by];
  }

  /** What limits the conclusions from evidence that was just read, for the case and for {@link addEvidence}. */
  limitsOf(result: ReplayResult): readonly Diagnostic[] {
    const shadowed = [...this.#shadowed].flatMap(([key, { name, by, count }]) => {
      const more = count - (this.#shadowedBefore.get(key) ?? 0);
      this.#shadowedBefore.set(key, count);
      return more === 0 ? [] : [shadowLimit({ name, by, count: more })];
    });
    return [...this.#asked.limits, ...limitsOfEvidence(result), ...shadowed];
  }

  /** Report evidence that could not be opened, or not be read on. */
  addUnread(path: string, findings: readonly Diagnostic[]): void {
    this.#unread.push(...findings.map(({ detail }) => ({ path, detail })));
  }

  /** Report evidence that the analysis did not come to. */
  addNotBegun(path: string): void {
    this.#notBegun.push(path);
  }

  /** Report evidence that was read, to its end or not. */
  addEvidence(result: ReplayResult, { fate, silent }: Ending): void {
    this.#silent = this.#silent === undefined ? silent : silentInBoth(this.#silent, silent);
    const losses = result.diagnostics
      .filter(({ id }) => DIAGNOSTICS[id].severity === 'data-loss')
      .map(({ detail, offset }) =>
        offset === undefined ? detail : `${placeOf(offset, result)}: ${detail}`,
      );
    this.#evidence.push({
      path: result.identity.path,
      sha256: result.identity.sha256,
      incomplete: result.identity.incomplete,
      hostname: result.machine?.hostname,
      firstTime: result.firstTime,
      lastTime: result.lastTime,
      recordCount: result.recordCount,
      eventCount: result.eventCount,
      losses,
      notices: aboutLog(result),
      leftOut: leftOutOf(result),
      unknowns: result.diagnostics
        .filter(({ id }) => id === 'analysis/unknown')
        .map(({ detail }) => detail),
      fate: FATES[fate],
    });
  }

  /** @param casePath - The case, where one was kept to the end. */
  async render(casePath: string | undefined): Promise<string> {
    const render = await openSummary();
    const rules: RuleTally[] = [...this.#rules].map(([rule, count]) => ({
      name: rule.name,
      priority: rule.priority,
      rank: PRIORITIES.indexOf(rule.priority),
      count,
    }));
    const containers: ContainerTally[] = [...this.#containers.values()].map((each) => ({
      container: each.container,
      count: each.count,
      rules: [...each.rules],
    }));
    return render(
      {
        evidence: this.#evidence,
        rules,
        containers,
        unread: this.#unread,
        notBegun: { paths: this.#notBegun, detail: notBegun().detail },
        limits: this.#asked.limits.map(({ detail }) => detail),
        casePath,
        hostCount: this.#hostCount,
        shadowed: [...this.#shadowed.values()]
          .sort(byCount)
          .map((shadow) => shadowLimit(shadow).detail),
        silence: {
          ruleCount: this.#asked.ruleCount,
          isVerbose: this.#asked.isVerbose,
          isPartial:
            this.#unread.length + this.#notBegun.length > 0 ||
            this.#evidence.some(({ incomplete }) => incomplete !== undefined),
          rules: (this.#silent ?? []).map(({ rule, detail }) => ({ name: rule.name, detail })),
        },
      },
      hasColour(),
    );
  }
}

/** Rules that could not fire on either; that a piece of evidence has another source is no reason where the other has it. */
function silentInBoth(some: readonly Silence[], others: readonly Silence[]): readonly Silence[] {
  const byRule = new Map(others.map((silence) => [silence.rule, silence]));
  return some.flatMap((silence) => {
    const other = byRule.get(silence.rule);
    if (other === undefined) {
      return [];
    }
    return [silence.reason === 'no-source' || other.isPartial ? other : silence];
  });
}

/** The most frequent first; else by name. */
function byCount(a: Shadow, b: Shadow): number {
  return b.count - a.count || order(a.name, b.name) || order(a.by, b.by);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Colour is for terminals whose owner did not say no. */
function hasColour(): boolean {
  const { NO_COLOR } = process.env;
  return process.stderr.isTTY && (NO_COLOR === undefined || NO_COLOR === '');
}

/** How the events of a log were come by: what was taken off them, passed over, or inferred. */
const ABOUT_LOGS: ReadonlySet<DiagnosticId> = new Set([
  'audit/wrapped',
  'audit/encoding',
  'audit/old-time',
  'audit/rebuilt',
  'audit/other-text',
]);

function aboutLog({ diagnostics }: ReplayResult): readonly string[] {
  return diagnostics.filter(({ id }) => ABOUT_LOGS.has(id)).map(({ detail }) => detail);
}

/** What the recorder was asked to leave out. */
function leftOutOf({ diagnostics }: ReplayResult): readonly string[] {
  return diagnostics.filter(({ id }) => id === 'recorder/left-out').map(({ detail }) => detail);
}
