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
import { PRIORITIES, type IdleRule, type Rule, type Silence } from '../../rules/index.js';
import type { RunFate } from './case-keeper.js';
import { placeOf } from './damage.js';
import { limitDiagnostics } from './limits.js';

interface ContainerCount {
  container: ContainerSnapshot;
  count: number;
  readonly rules: Set<string>;
}

const FATES: Readonly<Record<RunFate, string | undefined>> = {
  added: undefined,
  known: 'the case holds this very run already; nothing was added',
  incomplete: 'the case holds what was found, and the run in it is marked incomplete',
  'not-kept': undefined,
};

/** What of the command line the summary repeats or heeds. */
interface Asked {
  /** Words that keep events from the rules. */
  readonly narrowing: readonly string[];
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
  readonly #shadowed = new Map<string, { name: string; by: string; count: number }>();
  /** Counts of the same, when evidence before was done. */
  readonly #shadowedBefore = new Map<string, number>();
  readonly #evidence: EvidenceTally[] = [];
  readonly #idle: readonly IdleRule[];
  readonly #asked: Asked;
  /** Rules that could not fire on any evidence so far, and why on the first; `undefined` before the first. */
  #silent: readonly Silence[] | undefined;
  #hostCount = 0;

  /**
   * @param idle - Rules of sources that no evidence has.
   */
  constructor(idle: readonly IdleRule[], asked: Asked) {
    this.#idle = idle;
    this.#asked = asked;
  }

  /** Whether anything was read at all; where not, errors said why. */
  get hasEvidence(): boolean {
    return this.#evidence.length > 0 || this.#rules.size > 0;
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
      return more === 0 ? [] : [{ name, by, count: more }];
    });
    const idle = countBySource(this.#idle);
    const unknowns = unknownsOf(result);
    return limitDiagnostics({ result, unknowns, idle, shadowed, narrowing: this.#asked.narrowing });
  }

  /** Tell of evidence that was read, to its end or not. */
  addEvidence(result: ReplayResult, { fate, silent }: Ending): void {
    const rules = new Set(silent.map(({ rule }) => rule));
    this.#silent = this.#silent?.filter(({ rule }) => rules.has(rule)) ?? silent;
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
        narrowing: this.#asked.narrowing,
        casePath,
        hostCount: this.#hostCount,
        shadowed: [...this.#shadowed.values()],
        idle: countBySource(this.#idle),
        silence: {
          ruleCount: this.#asked.ruleCount,
          isVerbose: this.#asked.isVerbose,
          rules: (this.#silent ?? []).map(({ rule, detail }) => ({ name: rule.name, detail })),
        },
      },
      hasColour(),
    );
  }
}

function countBySource(
  rules: readonly { readonly source: string }[],
): readonly { readonly source: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { source } of rules) {
    counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  return [...counts].map(([source, count]) => ({ source, count }));
}

/** Colour is for terminals whose owner did not say no. */
function hasColour(): boolean {
  const { NO_COLOR } = process.env;
  return process.stderr.isTTY && (NO_COLOR === undefined || NO_COLOR === '');
}

/** Short ids of containers, and whether metadata of each was seen. */
function containersOf({ world }: ReplayResult): ReadonlyMap<string, boolean> {
  const seen = new Map<string, boolean>();
  for (const { containerId } of world.threads.values()) {
    seen.set(containerId, false);
  }
  for (const { id, hasMetadata } of world.containers.values()) {
    seen.set(id, hasMetadata);
  }
  seen.delete('');
  seen.delete('host');
  return seen;
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

/** What this capture does not tell, and answers would need. */
function unknownsOf(result: ReplayResult): readonly string[] {
  const { world, machine, identity } = result;
  if (identity.format !== 'scap') {
    return [];
  }
  const containers = containersOf(result);
  const bare = [...containers.values()].filter((hasMetadata) => !hasMetadata).length;
  const unknowns: string[] = [];
  if (machine === undefined) {
    unknowns.push('the capture does not say which machine it is from');
  }
  if (containers.size > 0 && bare === containers.size) {
    unknowns.push('the capture has no container metadata; names, images and pods are missing');
  } else if (bare > 0) {
    unknowns.push(
      `${bare} of ${containers.size} containers have no metadata; their names and images are missing`,
    );
  }
  if (world.users.size === 0) {
    unknowns.push('the capture has no list of users; user names are missing');
  }
  return unknowns;
}
