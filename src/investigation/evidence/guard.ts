/** What is read, evidence or a case, is never written to, not even with `--force`. */
import { statSync } from 'node:fs';
import { UserError } from '../../errors.js';

/**
 * Refuse to write to `path` where that is one of the files that are read, under whatever name.
 *
 * @throws {UserError} `OUTPUT_IS_EVIDENCE`
 */
export function refuseEvidence(
  path: string | undefined,
  evidence: readonly string[],
  flag: string,
): void {
  if (path === undefined || path === '-') {
    return;
  }
  const target = statSync(path, { throwIfNoEntry: false, bigint: true });
  for (const each of target === undefined ? [] : evidence) {
    const file = each === '-' ? undefined : statSync(each, { throwIfNoEntry: false, bigint: true });
    if (file !== undefined && file.dev === target?.dev && file.ino === target.ino) {
      throw new UserError({
        code: 'OUTPUT_IS_EVIDENCE',
        what: 'Cannot write there',
        where: `${flag} ${path}`,
        why: `it is the evidence itself (${each})`,
        fix: 'choose another name; evidence is never written to',
      });
    }
  }
}
