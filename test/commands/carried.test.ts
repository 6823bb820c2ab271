/** Records that only carry state, as slices do, ask no rule; processes and losses are seen in them all the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createCapture } from '../../src/capture/index.js';
import { BLOCK_BY_TYPE } from '../../src/capture/block-table.js';
import { stateOnlyBlock } from '../../src/capture/state-only-block.js';
import { EVENT_TABLE } from '../../src/events/index.js';
import { put, scratchFolder, tiercel } from './run.js';

const folder = scratchFolder();
const FIXTURE = gunzipSync(readFileSync(join(import.meta.dirname, '../../fixtures/exam.scap')));
const PROCESSES = 'SELECT pid, exe, cmdline FROM processes ORDER BY pid, exe, cmdline';

/** The same capture, with every event record marked. */
function carried(capture: Uint8Array): Buffer {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.byteLength);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < capture.length;) {
    const length = view.getUint32(at + 4, true);
    const block = capture.subarray(at, at + length);
    const isEvent = BLOCK_BY_TYPE.get(view.getUint32(at, true))?.content === 'event';
    blocks.push(isEvent ? stateOnlyBlock(block, true) : block);
    at += length;
  }
  return Buffer.concat(blocks);
}

async function processesOf(name: string, capture: Uint8Array): Promise<string> {
  put(folder, `${name}.scap`, capture);
  await tiercel(folder, ['analyze', `${name}.scap`, '-s', `${name}.db`, '-f', 'none']);
  return (await tiercel(folder, ['query', `${name}.db`, PROCESSES, '-f', 'csv'])).out;
}

it('processes of a capture that only carries state are in the case, and no alerts', async () => {
  const whole = await processesOf('whole', FIXTURE);
  expect(whole.split('\n').length).toBeGreaterThan(10);
  expect(await processesOf('carried', carried(FIXTURE))).toBe(whole);
  const sql = 'SELECT count(*) FROM alerts';
  const count = async (name: string): Promise<string> =>
    (await tiercel(folder, ['query', `${name}.db`, sql, '-f', 'csv', '--no-header'])).out;
  expect(await count('whole')).not.toBe('0\n');
  expect(await count('carried')).toBe('0\n');
});

it('losses that are only carried are reported', async () => {
  const path = join(folder, 'lost.scap');
  const capture = createCapture(path, { compression: 'none', force: false });
  capture.writeSectionHeader();
  const begin = EVENT_TABLE.findIndex(({ name }) => name === 'drop');
  for (const code of [begin, begin + 1]) {
    capture.writeEvent({ cpu: 0, time: 1n, tid: 0, code, params: [new Uint8Array(4)] });
  }
  capture.close();
  put(folder, 'lost-carried.scap', carried(readFileSync(path)));
  const { err } = await tiercel(folder, ['analyze', 'lost-carried.scap', '-s', 'lost.db']);
  expect(err).toContain('events were lost between');
});
