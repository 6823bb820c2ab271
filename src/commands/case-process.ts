/**
 * A question to a case may take hours, and SQLite answers it without a pause: so it is asked by a child process, which has
 * our stdin, stdout and stderr and can be killed at any moment.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.js';
import { interruption, wasInterrupted } from '../interruption.js';
import type { CaseWork } from './case-work.js';
import { EXIT, type ExitCode } from './exit.js';
import { CLEAR_LINE } from './spinner.js';

const PROGRAM = fileURLToPath(new URL('../../bin/part.js', import.meta.url));

/** Answer, and say how to exit. A signal kills the child. */
export async function answerInChild(work: CaseWork): Promise<ExitCode> {
  const child = spawn(process.execPath, [PROGRAM, 'case', String(process.pid)], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  });
  interruption.addEventListener('abort', () => {
    child.kill('SIGKILL');
  });
  const requests = child.stdio[3] as Writable;
  requests.on('error', () => undefined); // it ended before it was asked: its exit code says why
  requests.end(JSON.stringify(work));
  const [code, signal] = (await once(child, 'exit')) as [ExitCode | null, string | null];
  if (code === null && process.stderr.isTTY) {
    writeSync(process.stderr.fd, CLEAR_LINE); // its spinner may stand there
  }
  if (code === null && !wasInterrupted()) {
    throw new UserError({
      code: 'QUERY_KILLED',
      what: 'Cannot answer this question',
      where: work.request.case,
      why: `the process that was answering it was ended by ${String(signal)}, as happens where memory runs out`,
      fix: 'ask for fewer rows, or on a machine with more memory',
    });
  }
  return code ?? EXIT.INTERRUPTED;
}
