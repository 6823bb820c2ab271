/** The code that V8 makes of the bundle, made ahead by running an analysis: V8 keeps the code of what has run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Make it beside the bundle of the program in `root`, for the Node.js `node`.
 *
 * @param evidence - A capture that reaches what most analyses reach.
 * @returns what went wrong; empty if nothing did. Without it tiercel starts more slowly.
 */
export function makeCode(node, root, evidence) {
  const scratch = mkdtempSync(join(tmpdir(), 'tiercel-build-'));
  const { status, stderr } = spawnSync(
    node,
    [
      '--predictable', // the same code each time, where V8 is that of Node.js 24
      join(import.meta.dirname, 'warm-up.mjs'),
      ...[root, 'analyze', evidence, '--store', join(scratch, 'case.db')],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  rmSync(scratch, { recursive: true });
  return status === 0 ? '' : `no code is made ahead; tiercel starts more slowly:\n${stderr}`;
}
