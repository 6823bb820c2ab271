/** Evidence whose events do not lie in the order of time. */
import { describe, expect, it } from 'vitest';
import { createCapture, openEvidence } from '../../src/capture/index.js';
import { encodeEvent, EVENT } from '../../src/events/index.js';
import { replay } from '../../src/pipeline.js';
import { planTimes } from '../../src/investigation/evidence/times.js';
import { pieceOf } from '../../src/investigation/evidence/pieces.js';
import { scratch } from '../capture/blocks.js';

const START = 1_795_322_907_000_000_000n;
const SECOND = 1_000_000_000n;

/** A capture of calls so many seconds after the start, in this order. */
function captureOf(name: string, ...seconds: readonly number[]): string {
  const path = scratch(name);
  const capture = createCapture(path);
  capture.writeSectionHeader();
  for (const second of seconds) {
    const params = encodeEvent(EVENT.CLOSE_X, { res: 0, fd: 3 });
    const time = START + BigInt(second) * SECOND;
    capture.writeEvent({ cpu: 0, time, tid: 7, code: EVENT.CLOSE_X, params });
  }
  capture.close();
  return path;
}

describe('events out of order', () => {
  it.each([
    ['newest first', [50, 40, 30, 20, 10], '4 events are earlier than one before'],
    ['one late', [10, 30, 20, 50], '1 event is earlier than one before'],
    ['in order', [10, 20, 20, 50], undefined],
  ])('%s: begin with the earliest, end with the latest, and are reported once', async (name, seconds, detail) => {
    const path = captureOf(`${name}.scap`, ...seconds);
    const result = await replay(await openEvidence(path), { onMoment: () => undefined });
    expect(result.firstTime).toBe(START + 10n * SECOND);
    expect(result.lastTime).toBe(START + 50n * SECOND);
    const told = result.diagnostics.filter(({ id }) => id === 'events/out-of-order');
    expect(told.map((each) => each.detail.split(';')[0])).toEqual(detail === undefined ? [] : [detail]);
  }); // prettier-ignore

  it('count offsets from the earliest event, and the last part from the latest', async () => {
    const path = captureOf('offsets.scap', 50, 40, 30, 20, 10);
    const kept = async (request: { readonly from?: string; readonly last?: string }) => {
      const range = await planTimes({ tz: 'UTC', ...request })(pieceOf(path));
      return [10, 20, 30, 40, 50].filter((second) => {
        const time = START + BigInt(second) * SECOND;
        return range.contains(Number(time >> 32n), Number(time & 0xffff_ffffn));
      });
    };
    expect(await kept({ from: '+15s' })).toEqual([30, 40, 50]);
    expect(await kept({ last: '15s' })).toEqual([40, 50]);
  });
});
