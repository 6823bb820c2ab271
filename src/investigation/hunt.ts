/** Hunts: the same rules asked of many captures. Each function is one of the subcommands. */
import { resolve, sep } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { UserError, type Story } from '../errors.js';
import {
  compact,
  jobsOf,
  newestManifest,
  Results,
  submit,
  type HuntOptions,
} from '../hunt/index.js';
import { interruption } from '../interruption.js';
import { grouped, say } from '../output/index.js';
import { readRulesFiles } from '../rules/index.js';
import { isTimeColumn } from '../store/index.js';
import { toolVersion } from '../version.js';
import { listEvidence, sourceOf } from './hunt/evidence-list.js';
import type { ResultsRequest, SubmitRequest, WorkRequest } from './hunt/request.js';
import { askHunt } from './hunt/ask.js';
import { RESULT_TABLES } from './hunt/result-tables.js';
import { HuntRate } from './hunt/rate.js';
import { printStatus, statusOf } from './hunt/status.js';
import { workOnHunt } from './hunt/work.js';
import type { Outcome } from './outcome.js';
import { AnswerPrinter, type PrintRequest } from './questions/print-answer.js';
import { loadRuleFiles, rulePaths } from './rules/rule-files.js';
import { chooseRules } from './rules/selection.js';

export { exportHunt } from './hunt/export-case.js';

/** List evidence, freeze rules, and make both a hunt, or a new revision of one. */
export async function submitHunt(request: SubmitRequest): Promise<readonly Outcome[]> {
  const source = sourceOf(request.folder);
  refuseInside(source, request.results, HUNT_RESULTS_INSIDE);
  const { ruleSet } = await loadRuleFiles(request.rules);
  chooseRules(ruleSet, request); // a word that fits no rule is a mistake now, not on every machine
  const manifest = submit(resolve(request.results), {
    toolVersion: toolVersion(),
    source,
    options: optionsOf(request),
    evidence: await listEvidence(source),
    rules: readRulesFiles(rulePaths(request.rules)).map(({ path, text }) => ({ path, text })),
  });
  new Results(resolve(request.results)).isCancelled = false;
  say(
    `Revision ${manifest.revision}: ${grouped(manifest.evidence.length)} pieces of evidence, ${grouped(manifest.rules.length)} rule files`,
  );
  return [];
}

/** Submit, and do all of it on this machine. */
export async function huntLocally(
  request: SubmitRequest & WorkRequest,
): Promise<readonly Outcome[]> {
  await submitHunt(request);
  return await workOnHuntOf(request);
}

/** Do what waits, or a part of it. */
export async function workOnHuntOf(request: WorkRequest): Promise<readonly Outcome[]> {
  const outcomes = await workOnHunt(request);
  printStatus(request.results, 'text'); // of all parts; how this one ended is the outcome
  return outcomes;
}

/** Have what failed, or was cancelled, wait again. */
export function retryHunt({ results: root }: ResultsRequest): readonly Outcome[] {
  const results = new Results(resolve(root));
  const { failed } = results.progress(jobsOf(newestManifest(root)));
  results.forgetFailures(failed.map(({ job }) => job));
  results.isCancelled = false;
  say(`${grouped(failed.length)} pieces of evidence wait again; "tiercel hunt work" does them`);
  return [];
}

/** Have workers, here and elsewhere, take up no other job. */
export function cancelHunt({ results: root }: ResultsRequest): readonly Outcome[] {
  newestManifest(root);
  new Results(resolve(root)).isCancelled = true;
  return [];
}

/** Say how far a hunt is, once, or until nothing waits. */
export async function reportStatus({
  results,
  format,
  watch: isWatched,
}: ResultsRequest & {
  readonly format: 'text' | 'json';
  readonly watch: boolean;
}): Promise<readonly Outcome[]> {
  const rate = new HuntRate(statusOf(results));
  let outcomes = printStatus(results, format);
  while (isWatched && statusOf(results).waiting > 0 && !statusOf(results).isCancelled) {
    await setTimeout(WATCH_PERIOD, undefined, { signal: interruption });
    outcomes = printStatus(results, format);
    rate.say(statusOf(results));
  }
  return outcomes;
}

/** Between two looks, in milliseconds. */
const WATCH_PERIOD = 2000;

/** Answer a question from the results. */
export async function queryHunt(
  request: ResultsRequest & PrintRequest & { readonly sql: string },
): Promise<readonly Outcome[]> {
  refuseInside(resolve(request.results), request.output, HUNT_OUTPUT_INSIDE);
  const { columns, batches, close } = await askHunt(request.results, request.sql);
  try {
    const printer = await AnswerPrinter.open(
      columns.map((name) => ({ name, isTime: isTimeColumn(name) })),
      request,
    );
    for await (const rows of batches) {
      if (!printer.rows(rows)) {
        break;
      }
    }
    printer.end();
  } finally {
    close();
  }
  return [];
}

/** Join small files. */
export async function compactHunt({ results: root }: ResultsRequest): Promise<readonly Outcome[]> {
  newestManifest(root);
  const { jobs, batches } = await compact(resolve(root), RESULT_TABLES);
  say(
    jobs === 0
      ? 'Nothing to join'
      : `Joined the results of ${grouped(jobs)} pieces of evidence into ${grouped(batches)} of each table`,
  );
  return [];
}

/** Results below the evidence would be taken for evidence the next time. */
const HUNT_RESULTS_INSIDE = {
  code: 'HUNT_RESULTS_INSIDE',
  what: 'Cannot keep the results there',
  why: 'it is below the folder of the evidence, which is only read',
  fix: 'name a folder elsewhere with --results',
};

/** An answer may not replace what it was made of. */
const HUNT_OUTPUT_INSIDE = {
  code: 'HUNT_OUTPUT_INSIDE',
  what: 'Cannot write the answer there',
  why: 'it is below the folder of the results, which a question only reads',
  fix: 'name a file elsewhere with --output',
};

function refuseInside(folder: string, path: string | undefined, story: Omit<Story, 'where'>): void {
  if (path !== undefined && `${resolve(path)}${sep}`.startsWith(`${folder}${sep}`)) {
    throw new UserError({ ...story, where: path });
  }
}

function optionsOf(request: SubmitRequest): HuntOptions {
  const { rule, tag, disable, match = 'first' } = request;
  const words = {
    match,
    rule,
    tag,
    disable,
    'disable-tag': request['disable-tag'],
    'min-priority': request['min-priority'],
  };
  return Object.fromEntries(
    Object.entries(words).filter(([, value]) => value !== undefined),
  ) as unknown as HuntOptions;
}
