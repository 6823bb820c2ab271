/**
 * The case of an analysis, or none. A case that cannot be written any further is reported once, at once; the
 * analysis goes on without it, and ends with exit code 2.
 */
import { isRoutine, snapshotAudit, snapshotLineage, type Alert } from '../../alerts/index.js';
import type { Diagnostic } from '../../diagnostics.js';
import { UserError } from '../../errors.js';
import { EVENT, EVENT_TABLE, VISIBILITY, type Visibility } from '../../events/index.js';
import type { ReplayResult, Watcher } from '../../pipeline.js';
import type { Rule, Silence } from '../../rules/index.js';
import type { Ledger, Moment } from '../../state/index.js';
import type { Case, Drop, RunOutcome, RunWriter } from '../../store/index.js';
import { nanoseconds } from '../../units.js';
import type { Outcome } from '../outcome.js';
import { reportFailure } from '../failure.js';
import type { MetadataFile } from '../metadata/read.js';
import { toolVersion } from '../../version.js';
import { ACTIVITY_EVENTS, ActivityLedger } from './activity/ledger.js';
import { EventKeeper, type Keeping } from './kept-events.js';
import { groupOf } from './incident.js';
import { notBegun } from './limits.js';
import { isProcessEnd, isProcessStart, PROCESS_EVENTS } from './process-events.js';

interface RunIdentity {
  readonly rules: readonly Rule[];
  readonly ruleFiles: readonly { readonly path: string; readonly sha256: string }[];
  readonly rulesSha256: string;
  readonly metadataFiles?: readonly MetadataFile[];
  /** What goes into the case beside what is always there. */
  readonly keeping?: Keeping;
  readonly options: string;
}

/** What became of a run: added, there already, cut off where the case could take no more, or not to be kept. */
export type RunFate = RunOutcome['fate'] | 'cut-off' | 'not-kept';

/** The same, with what of the run the case could not take. */
export interface RunEnding {
  readonly fate: RunFate;
  readonly losses: readonly Diagnostic[];
}

/** What the watcher of a case looks at. */
const CODES: ReadonlySet<number> = new Set([
  EVENT.PLUGINEVENT_E,
  ...PROCESS_EVENTS,
  ...ACTIVITY_EVENTS,
]);

/** By code: whether the keeper itself looks at the event, not only the ledger. */
const IS_KEPT = Uint8Array.from(EVENT_TABLE, ({ code }) =>
  code === EVENT.PLUGINEVENT_E || isProcessStart(code) || isProcessEnd(code) ? 1 : 0,
);

/** How runs of the case are begun. */
interface Runs {
  readonly open: (
    path: string,
    sizeBytes: number | undefined,
    plannedId: bigint | undefined,
  ) => RunWriter;
  readonly plan: (paths: readonly string[]) => Map<string, bigint>;
}

const NOTHING_MORE: Keeping = { reads: false, events: [] };

/** Keeps what an analysis finds, for as long as that can be written. */
export class CaseKeeper {
  #case: Case | undefined;
  #run: RunWriter | undefined = undefined;
  #ledger: ActivityLedger | undefined = undefined;
  readonly #runs: Runs | undefined;
  /** Rows of runs that are yet to begin, by path. */
  #planned = new Map<string, bigint>();
  readonly #outcomes: Outcome[] = [];

  readonly #keeping: Keeping;

  private constructor(opened: Case | undefined, runs: Runs | undefined, keeping = NOTHING_MORE) {
    this.#case = opened;
    this.#runs = runs;
    this.#keeping = keeping;
  }

  /** Open the case at `path`; `undefined` keeps nothing. */
  static async open(path: string | undefined, identity: RunIdentity): Promise<CaseKeeper> {
    if (path === undefined) {
      return new CaseKeeper(undefined, undefined);
    }
    if (path === '-') {
      throw new UserError({
        code: 'CASE_UNUSABLE',
        what: 'Cannot write the case there',
        where: '--store -',
        why: '"-" is stdout, and a case is a file',
        fix: 'name a file, or use --no-store',
      });
    }
    const { openCase, planRuns, RunWriter } = await import('../../store/index.js');
    const opened = openCase(path);
    const start = { ...identity, toolVersion: toolVersion() };
    const runs: Runs = {
      open: (evidence, sizeBytes, plannedId) =>
        new RunWriter(opened, { ...start, path: evidence, sizeBytes, plannedId }),
      plan: (paths) => planRuns(opened, start, paths, notBegun()),
    };
    return new CaseKeeper(opened, runs, identity.keeping);
  }

  /** Have the case say of each piece of evidence that it is yet to be begun. */
  plan(paths: readonly string[]): void {
    this.#planned = this.#attempt(() => this.#runs?.plan(paths)) ?? this.#planned;
  }

  /** Begin a run over the evidence at `path`; returns who looks at events for it, if anybody. */
  watchers(path: string, sizeBytes: number | undefined): readonly Watcher[] {
    this.#run = this.#attempt(() => this.#open(path, sizeBytes));
    if (this.#run === undefined) {
      return [];
    }
    const ledger = new ActivityLedger(this.#run, this.#keeping.reads);
    this.#ledger = ledger;
    const onMoment = (moment: Moment, visibility: Visibility): undefined => {
      this.#watch(moment);
      if (visibility === VISIBILITY.SHOWN && ledger.isNoted(moment)) {
        this.#attempt(() => this.#ledger?.look(moment));
      }
    };
    return [
      { codes: CODES, onMoment, ledger: this.#guarded(ledger) },
      ...this.#eventWatchers(this.#run),
    ];
  }

  /** Who keeps events, where some are asked for. */
  #eventWatchers(run: RunWriter): readonly Watcher[] {
    if (this.#keeping.events.length === 0) {
      return [];
    }
    const events = new EventKeeper(run, this.#keeping);
    const onMoment = (moment: Moment, visibility: Visibility): undefined => {
      if (this.#run === run) {
        this.#attempt(() => {
          events.look(moment, visibility);
        });
      }
    };
    return [{ onMoment }];
  }

  /** The same ledger, whose failures are ours: the machine counts on none. */
  #guarded(ledger: ActivityLedger): Ledger {
    return {
      countsReads: ledger.countsReads,
      tallyFor: (transfer) => this.#attempt(() => this.#ledger?.tallyFor(transfer)),
      failed: (tally, result) => {
        ledger.failed(tally, result);
      },
      closed: (...closing) => {
        this.#attempt(() => this.#ledger?.closed(...closing));
      },
    };
  }

  /** Whether anything is kept (any more). */
  get isKeeping(): boolean {
    return this.#run !== undefined;
  }

  /** An alert, and the moment that it is about. */
  addAlert(alert: Alert, moment: Moment): void {
    this.#attempt(() => {
      this.#run?.addAlert(alert, groupOf(alert));
      this.#ledger?.noteAlert(moment);
    });
  }

  commit(): void {
    this.#attempt(() => this.#run?.commit());
  }

  endRun(result: ReplayResult, silent: readonly Silence[], drops: readonly Drop[]): RunEnding {
    const run = this.#run;
    const outcome = this.#attempt(() => {
      for (const thread of result.world.threads.values()) {
        if (thread.isMain && !thread.isPlaceholder) {
          run?.addProcess(snapshotLineage(result.world, thread));
        }
      }
      const { firstTime: from, lastTime: to } = result;
      if (from !== undefined && to !== undefined) {
        this.#ledger?.finish(result.world, { from, to });
      }
      return run?.finish({ ...result, isComplete: result.isWhole, silent, drops });
    });
    this.#run = undefined;
    this.#ledger = undefined;
    return outcome ?? { fate: this.#runs === undefined ? 'not-kept' : 'cut-off', losses: [] };
  }

  /**
   * Evidence could not be opened, or not be read on: what was found of it stays, in an incomplete run that says why.
   *
   * @param path - As given.
   * @param findings - Why; none where the user ended it: evidence that was not opened by then stays one that is yet to be begun.
   */
  abandonRun(path: string, findings: readonly Diagnostic[]): void {
    this.#attempt(() => {
      if (findings.length > 0) {
        this.#run ??= this.#open(path, undefined);
      }
      this.#ledger?.flush();
      this.#run?.abandon(findings);
    });
    this.#run = undefined;
    this.#ledger = undefined;
  }

  #open(path: string, sizeBytes: number | undefined): RunWriter | undefined {
    const plannedId = this.#planned.get(path);
    this.#planned.delete(path); // the same evidence once more is another run
    return this.#runs?.open(path, sizeBytes, plannedId);
  }

  /** Outcomes that the case is the reason for. */
  close(): readonly Outcome[] {
    this.#attempt(() => this.#case?.close());
    return this.#outcomes;
  }

  /** Note processes that begin to run a program, those that end, and requests of audit logs. */
  #watch(moment: Moment): void {
    const { event, thread, world } = moment;
    if (IS_KEPT[event.code] === 0) {
      return;
    }
    const run = this.#run;
    if (run !== undefined && event.code === EVENT.PLUGINEVENT_E) {
      this.#attempt(() => {
        const request = isRoutine(moment) ? undefined : snapshotAudit(moment);
        if (request !== undefined) {
          run.addAuditEvent(request);
        }
      });
    }
    if (run === undefined || thread === undefined) {
      return;
    }
    if (isProcessStart(event.code)) {
      this.#attempt(() => {
        const row = run.addProcess(snapshotLineage(world, thread));
        this.#ledger?.programBegan(thread.pid, row);
      });
    } else if (isProcessEnd(event.code) && thread.isMain) {
      this.#attempt(() => {
        const time = nanoseconds(event.timeHigh, event.timeLow);
        run.endProcess(thread.pid, time);
        this.#ledger?.programEnded(thread.pid, time);
      });
    }
  }

  #attempt<T>(work: () => T): T | undefined {
    if (this.#case === undefined) {
      return undefined;
    }
    try {
      return work();
    } catch (error) {
      this.#outcomes.push(reportFailure(error));
      this.#run = undefined;
      this.#ledger = undefined;
      const broken = this.#case;
      this.#case = undefined;
      try {
        broken.close();
      } catch {
        // reported already
      }
      return undefined;
    }
  }
}
