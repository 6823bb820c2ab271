/** fixtures/first.scap is what its README and its script say it is. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FIXTURE = readFileSync('fixtures/first.scap');

describe('fixtures/first.scap', () => {
  it('has the SHA-256 that its README tells', () => {
    const sha = createHash('sha256').update(FIXTURE).digest('hex');
    expect(readFileSync('fixtures/README.md', 'utf8')).toContain(sha);
  });

  it.skipIf(!existsSync('dist/capture/index.js'))('is what its script writes', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tiercel-first-'));
    try {
      const path = join(folder, 'first.scap');
      execFileSync(process.execPath, ['fixtures/make-first.mjs', path]);
      expect(readFileSync(path).equals(FIXTURE)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
