/** Which skipped tests fail a run. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { reasonFor } from '../skips.js';

const recorder = fileURLToPath(new URL('../recorder/options.test.ts', import.meta.url));

describe('a skipped test', () => {
  it.each([
    ['the platform', 'recording (this is not Linux) > ends after --events'],
    ['missing rights', 'recording (recording needs root, or capabilities on the recorder) > ends'],
    ['a missing tool chain', 'recording (the recorder cannot be built: RECORD_NO_CLANG: clang is not installed)'],
    ['nothing to note', 'recording with options > cannot be tested: '],
  ])('is fine for the reason of %s', (_reason, name) => {
    expect(reasonFor(recorder, name)).toBeDefined();
  }); // prettier-ignore

  it.each([
    ['a compile error', 'recording (the recorder cannot be built: host/main.c:3:1: error: expected expression)'],
    ['a program that was not built', 'recording (npm run build was not run) > ends after --events'],
    ['no reason at all', 'recording > ends after --events'],
  ])('fails the run for %s', (_reason, name) => {
    expect(reasonFor(recorder, name)).toBeUndefined();
  }); // prettier-ignore
});
