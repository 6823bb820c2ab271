/**
 * Every bomb of the table, as a whole run: under 500 MB. Some are exploded in a small size; all of them, in full, and with processor
 * time in proportion to their size, with TIERCEL_BOMBS=all (`npm run test:hostile`).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BOMBS } from './bombs-table.js';
import { explode, startUpSeconds } from './measure.js';

const IS_WHOLE = process.env['TIERCEL_BOMBS'] === 'all';
/** Every so many of the table are exploded in a quick run. */
const QUICK_STEP = 3;
const MOST_MB = 500;
/** Of the processor time of a run without events: so much for any, and so much for each MB. */
const START_UPS = 3;
const START_UPS_PER_MB = 1.5;

const folder = mkdtempSync(join(tmpdir(), 'tiercel-bombs-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const chosen = IS_WHOLE ? BOMBS : BOMBS.filter((_, i) => i % QUICK_STEP === 0);

describe('memory and time are bounded for', () => {
  it.each(chosen)(
    '$name',
    ({ sizes, ...bomb }) => {
      const cost = explode(folder, { ...bomb, sizes }, sizes[IS_WHOLE ? 1 : 0]);
      expect(cost.code, cost.err).toBeOneOf([0, 4]);
      expect(cost.peakMb).toBeLessThan(MOST_MB);
      if (IS_WHOLE) {
        const startUp = startUpSeconds(folder);
        const most = START_UPS + START_UPS_PER_MB * cost.inflatedMb;
        expect(cost.cpuSeconds / startUp).toBeLessThan(most);
      }
    },
    600_000,
  );
});
