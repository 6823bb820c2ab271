/** How far a hunt is, as text and as JSON. */
import { resolve } from 'node:path';
import { writeJson, type JsonValue } from '../../alerts/index.js';
import { jobsOf, newestManifest, Results, type Failure } from '../../hunt/index.js';
import { bytesOfText } from '../../units.js';
import { escapeText, evidenceName, grouped, openOutput } from '../../output/index.js';
import type { Outcome } from '../outcome.js';
import { when } from '../outcome.js';

/** How far a hunt is. */
export interface HuntStatus {
  readonly revision: number;
  readonly source: string;
  readonly version: string;
  readonly all: number;
  readonly done: number;
  readonly failed: readonly Failure[];
  readonly waiting: number;
  readonly isCancelled: boolean;
}

/** Failures with their reasons that are printed as text; JSON has all. */
const SHOWN_FAILURES = 20;

/** Look. */
export function statusOf(root: string): HuntStatus {
  const manifest = newestManifest(root);
  const results = new Results(resolve(root));
  const jobs = jobsOf(manifest);
  const { done, failed, waiting } = results.progress(jobs);
  return {
    revision: manifest.revision,
    source: manifest.source,
    version: manifest.toolVersion,
    all: jobs.length,
    done: done.length,
    failed: failed.map(({ failure }) => failure),
    waiting: waiting.length,
    isCancelled: results.isCancelled,
  };
}

/** Print the state of the hunt at `results`; a job that failed is a mistake. */
export function printStatus(results: string, format: 'text' | 'json'): readonly Outcome[] {
  const status = statusOf(results);
  const sink = openOutput('-', false);
  if (format === 'json') {
    sink.writeJson(writeJson(jsonOf(status)));
  } else {
    textOf(status).forEach((line) => {
      sink.writeText(`${line}\n`);
    });
  }
  sink.close();
  return when(status.failed.length > 0, 'mistake');
}

function jsonOf(status: HuntStatus): JsonValue {
  const text = (value: string): string => bytesOfText(value);
  return {
    revision: status.revision,
    source: text(status.source),
    tool_version: text(status.version),
    evidence: status.all,
    done: status.done,
    waiting: status.waiting,
    cancelled: status.isCancelled,
    failed: status.failed.map(({ evidence, why, attempts, key }) => ({
      evidence: text(evidence),
      why: text(why),
      attempts,
      run_key: text(key),
    })),
  };
}

function textOf(status: HuntStatus): readonly string[] {
  const { failed } = status;
  const lines = [
    `${grouped(status.all)} pieces of evidence below ${evidenceName(status.source)}, revision ${status.revision}`,
    `  ${grouped(status.done)} done, ${grouped(failed.length)} failed, ${grouped(status.waiting)} waiting${status.isCancelled ? ' (cancelled: "tiercel hunt retry" goes on)' : ''}`,
  ];
  for (const { evidence, why } of failed.slice(0, SHOWN_FAILURES)) {
    const reason = /^ {2}why: (.*)$/m.exec(why)?.[1] ?? why.split('\n')[0] ?? '';
    lines.push(`  failed: ${evidenceName(evidence)}: ${escapeText(reason)}`);
  }
  if (failed.length > SHOWN_FAILURES) {
    lines.push(`  and ${grouped(failed.length - SHOWN_FAILURES)} more; -f json has them all`);
  }
  return lines;
}
