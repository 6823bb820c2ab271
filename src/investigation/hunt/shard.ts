/** Parts of the jobs of a hunt, for machines that share nothing but the results. */
import { UserError } from '../../errors.js';
import type { Job } from '../../hunt/index.js';

const SHARD = /^(\d{1,6})\/(\d{1,6})$/;

/**
 * The jobs of part `shard` (`I/N`, I from 1). Each job is in one part, whatever has been done by then.
 *
 * @throws {UserError} `HUNT_SHARD_WRONG`
 */
export function jobsOfShard(jobs: readonly Job[], shard: string): readonly Job[] {
  const [, index, count] = SHARD.exec(shard)?.map(Number) ?? [];
  if (index === undefined || count === undefined || index < 1 || index > count) {
    throw new UserError({
      code: 'HUNT_SHARD_WRONG',
      what: 'Cannot understand --shard',
      where: shard,
      why: 'I/N is expected: a number from 1 to N, and N parts',
      fix: 'use 1/4 to 4/4 for four machines',
    });
  }
  return jobs.filter((_, at) => at % count === index - 1);
}
