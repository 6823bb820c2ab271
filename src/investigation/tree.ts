/** The work of `tree`: the processes of a case, each below its parent, with their alerts. */
import { openOutput, type Sink } from '../output/index.js';
import { UserError } from '../errors.js';
import { CaseReader, readCase, type AlertFacts, type RunFacts } from '../store/index.js';
import { forestOf } from './account/processes.js';
import { planRange, type TimeRequest } from './evidence/times.js';
import type { Outcome } from './outcome.js';
import { chosenTrees, type Choice, type ShownProcess } from './tree/choose.js';
import { treeJson } from './tree/json.js';
import { runHeading, treeLines } from './tree/text.js';

/** The words of the command line, as oclif parsed them. */
export interface TreeRequest extends TimeRequest {
  readonly case: string;
  /** The run to show; not given: all that count. */
  readonly run?: number | undefined;
  readonly container?: string | undefined;
  readonly user?: string | undefined;
  readonly match?: string | undefined;
  readonly 'alerts-only': boolean;
  readonly format: 'text' | 'json';
  readonly output?: string | undefined;
  readonly force: boolean;
}

/** Print the trees of the runs that were asked for. */
export async function tree(request: TreeRequest): Promise<readonly Outcome[]> {
  const found = readCase(request.case, (database) => {
    const reader = new CaseReader(database, request.case);
    return runsOf(reader, request).map((run) => ({ run, ...treesOf(reader, run, request) }));
  });
  const sink = openOutput(request.output ?? '-', request.force);
  for (const [at, each] of found.entries()) {
    if (request.format === 'json') {
      treeJson(each.run, each.trees, sink);
    } else {
      await printText(each, at, sink);
    }
  }
  sink.close();
  return [];
}

interface Found {
  readonly run: RunFacts;
  readonly trees: readonly ShownProcess[];
  /** Alerts that stand in no tree: requests of audit logs, and what unknown processes did. */
  readonly unplaced: number;
}

async function printText({ run, trees, unplaced }: Found, at: number, sink: Sink): Promise<void> {
  sink.writeText(`${at === 0 ? '' : '\n'}${runHeading(run)}\n`);
  if (trees.length === 0) {
    sink.writeText('no process fits\n');
  }
  const hasColour = sink.isTerminal && process.env['NO_COLOR'] === undefined;
  for (const line of await treeLines(trees, hasColour)) {
    sink.writeText(`${line}\n`);
    if (!sink.isOpen) {
      return;
    }
  }
  if (unplaced > 0) {
    sink.writeText(`Alerts of no process that the case knows: ${unplaced}\n`);
  }
}

function runsOf(reader: CaseReader, { run, case: path }: TreeRequest): readonly RunFacts[] {
  if (run === undefined) {
    return reader.runs();
  }
  const wanted = reader.run(BigInt(run));
  if (wanted === undefined) {
    throw new UserError({
      code: 'RUN_UNKNOWN',
      what: 'Cannot find this run',
      where: `--run ${run}`,
      why: `${path} has no run of this number`,
      fix: `ask "SELECT run_id, path FROM runs" to see its runs`,
    });
  }
  return [wanted];
}

function treesOf(
  reader: CaseReader,
  run: RunFacts,
  request: TreeRequest,
): { readonly trees: readonly ShownProcess[]; readonly unplaced: number } {
  const alerts = new Map<bigint, AlertFacts[]>();
  let unplaced = 0;
  for (const alert of reader.alertsOfRun(run.id)) {
    if (alert.processId === null) {
      unplaced += 1;
    } else {
      const ofRow = alerts.get(alert.processId) ?? [];
      ofRow.push(alert);
      alerts.set(alert.processId, ofRow);
    }
  }
  const choice: Choice = {
    container: request.container,
    user: request.user,
    match: request.match,
    isAlerting: request['alerts-only'],
  };
  const bounds = planRange(request).within({ first: run.first ?? 0n, last: run.last ?? 0n });
  const roots = forestOf(reader.processesOfRun(run.id));
  return {
    trees: chosenTrees(roots, { ...choice, bounds }, (row) => alerts.get(row) ?? []),
    unplaced,
  };
}
