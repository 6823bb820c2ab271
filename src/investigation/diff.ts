/** The work of `diff`: which alerts two runs of a case differ in. */
import { escapeText, markdownCode, openOutput } from '../output/index.js';
import { UserError } from '../errors.js';
import { CaseReader, readCase, type RunFacts } from '../store/index.js';
import { refuseEvidence } from './evidence/guard.js';
import { compareRuns, type RunDifference } from './run-difference/compare.js';
import { differenceJson } from './run-difference/json.js';
import { differenceText } from './run-difference/text.js';
import type { Outcome } from './outcome.js';

/** The words of the command line, as oclif parsed them. */
export interface DiffRequest {
  readonly case: string;
  readonly before: number;
  readonly after: number;
  readonly format: 'text' | 'json' | 'markdown';
  readonly output?: string | undefined;
  readonly force: boolean;
}

/** Print what two runs differ in. */
export function diff(request: DiffRequest): Promise<readonly Outcome[]> {
  refuseEvidence(request.output, [request.case], '--output');
  const difference = readCase(request.case, (database) => {
    const reader = new CaseReader(database, request.case);
    return compareRuns(reader, runOf(reader, request.before), runOf(reader, request.after));
  });
  const sink = openOutput(request.output ?? '-', request.force);
  if (request.format === 'json') {
    sink.writeJson(differenceJson(difference));
  } else {
    sink.writeText(TEXTS[request.format](difference));
  }
  sink.close();
  return Promise.resolve([]);
}

const TEXTS: Readonly<Record<'text' | 'markdown', (difference: RunDifference) => string>> = {
  text: (difference) => differenceText(difference, escapeText, ''),
  markdown: (difference) => differenceText(difference, markdownCode, '### '),
};

function runOf(reader: CaseReader, number: number): RunFacts {
  const run = reader.run(BigInt(number));
  if (run === undefined) {
    const runs = reader.runs().map(({ id, path }) => `${id} (${path})`);
    throw new UserError({
      code: 'RUN_UNKNOWN',
      what: 'Cannot find this run',
      where: `run ${number}`,
      why: 'the case has no run of this number',
      fix:
        runs.length === 0
          ? 'add one with "tiercel analyze --store" and this case'
          : `it has ${runs.slice(0, 10).join(', ')}${runs.length > 10 ? ' ...' : ''}`,
    });
  }
  return run;
}
