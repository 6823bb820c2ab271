/** The program of a child process that answers from a case; see case-process.ts. */
import { readFileSync } from 'node:fs';
import type { Outcome } from '../investigation/outcome.js';
import { beforeOutput, drained } from '../output/index.js';
import type { CaseWork } from './case-work.js';
import { runAndLeave } from './ending.js';
import { exitCodeOf } from './exit.js';
import { watchAndSpin } from './spinner.js';

/** Where the work comes from, as JSON. */
const REQUEST_FD = 3;

/** Answer, and exit. */
export async function answerParent(): Promise<void> {
  await runAndLeave(async () => {
    beforeOutput(watchAndSpin(Number(process.argv[3])));
    const work = JSON.parse(readFileSync(REQUEST_FD, 'utf8')) as CaseWork;
    process.exitCode = exitCodeOf(await answer(work));
    await drained();
  });
}

async function answer(work: CaseWork): Promise<readonly Outcome[]> {
  switch (work.verb) {
    case 'diff': {
      const { diff } = await import('../investigation/diff.js');
      return diff(work.request);
    }
    case 'export': {
      const { exportCase } = await import('../investigation/export.js');
      return exportCase(work.request);
    }
    case 'query': {
      const { query } = await import('../investigation/query.js');
      return query(work.request);
    }
    case 'report': {
      const { report } = await import('../investigation/report.js');
      return report(work.request);
    }
    case 'story': {
      const { story } = await import('../investigation/story.js');
      return story(work.request);
    }
    case 'tree': {
      const { tree } = await import('../investigation/tree.js');
      return tree(work.request);
    }
  }
}
