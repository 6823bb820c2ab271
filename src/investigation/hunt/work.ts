/** Does the jobs of a hunt that wait. */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { UserError } from '../../errors.js';
import {
  frozenRules,
  jobsOf,
  newestManifest,
  parquetWriter,
  Results,
  type Manifest,
} from '../../hunt/index.js';
import { toolVersion } from '../../version.js';
import type { Outcome } from '../outcome.js';
import { runPool, type GivenUp, type PoolEvents } from './pool.js';
import { HuntProgress } from './progress.js';
import type { WorkRequest } from './request.js';
import { jobsOfShard } from './shard.js';

/** Work until nothing waits; a job that failed is a mistake. */
export async function workOnHunt({
  results: root,
  concurrency = availableParallelism(),
  shard,
}: WorkRequest): Promise<readonly Outcome[]> {
  const manifest = newestManifest(root);
  refuseOtherVersion(root, manifest);
  await parquetWriter(); // without it, every worker would fail
  const results = new Results(resolve(root));
  const all = jobsOf(manifest);
  const jobs = shard === undefined ? all : jobsOfShard(all, shard);
  const { waiting } = results.progress(jobs);
  const scratch = mkdtempSync(join(tmpdir(), 'tiercel-hunt-'));
  const removeScratch = (): void => {
    rmSync(scratch, { recursive: true, force: true });
  };
  process.once('exit', removeScratch); // a second signal ends the program at once
  const progress = new HuntProgress(jobs.length - waiting.length, jobs.length);
  try {
    const setup = {
      root: results.layout.root,
      source: manifest.source,
      rules: frozenRules(results.layout.root, manifest),
      options: manifest.options,
      scratch,
    };
    const events: PoolEvents = {
      done: () => {
        progress.add();
      },
      failed: (failure) => {
        results.noteFailure(failure);
        progress.add();
      },
      goesOn: () => !results.isCancelled,
    };
    refuseGivenUp(root, await runPool(setup, waiting, { lanes: concurrency, events }));
  } finally {
    progress.end();
    removeScratch();
  }
  return results.progress(jobs).failed.length === 0 ? [] : ['mistake'];
}

function refuseOtherVersion(root: string, { toolVersion: version }: Manifest): void {
  if (version !== toolVersion()) {
    throw new UserError({
      code: 'HUNT_OTHER_VERSION',
      what: 'Cannot work on this hunt',
      where: root,
      why: `it was submitted with tiercel ${version}, and this is ${toolVersion()}: results of both would not fit together`,
      fix: 'submit it again with this version, which does all of it anew, or use the other version',
    });
  }
}

function refuseGivenUp(root: string, givenUp: GivenUp | undefined): void {
  if (givenUp !== undefined) {
    throw new UserError({
      code: 'HUNT_GIVEN_UP',
      what: 'Cannot go on with this hunt',
      where: root,
      why: givenUp.why,
      fix: 'mend that, and work on it again: what is done stays',
    });
  }
}
