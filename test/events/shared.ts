/** Reference material that lies beside the project, and may be missing. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of a file in ../shared. */
export function sharedPath(name: string): string {
  return fileURLToPath(new URL(`../../../shared/${name}`, import.meta.url));
}

export const HAS_SHARED = existsSync(sharedPath('reference/events.json'));
if (!HAS_SHARED) {
  process.stderr.write('../shared is missing: what is compared with it is skipped\n');
}
