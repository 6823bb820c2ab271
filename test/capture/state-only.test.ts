import { describe, expect, it } from 'vitest';
import { NEXT, openEvidence } from '../../src/capture/index.js';
import { stateOnlyBlock } from '../../src/capture/state-only-block.js';
import { capture, event, fileOf, readFile, section } from './blocks.js';

const EVENT_TYPES = [0x204, 0x8010abcd, 0x208, 0x216, 0x217, 0x221, 0x222];

async function flags(bytes: Uint8Array): Promise<boolean[]> {
  const reader = await openEvidence(fileOf(bytes));
  const found: boolean[] = [];
  do {
    for (let next = reader.next(); next !== NEXT.NEED_MORE; next = reader.next()) {
      if (next === NEXT.EVENT) {
        found.push(reader.record.isStateOnly);
      }
    }
  } while (await reader.fill());
  await reader.close();
  return found;
}

describe.each([
  ['little-endian', true],
  ['big-endian', false],
])('a %s event block marked as state-only', (_, isLittle) => {
  it.each(EVENT_TYPES)('of type %i says so, and holds the same event', async (type) => {
    const plain = event({ type, isLittle, params: ['ab', 'cde'], cpu: 3, tid: 77 });
    const marked = stateOnlyBlock(plain, isLittle);
    const twice = stateOnlyBlock(marked, isLittle);
    const bytes = capture(section(isLittle), plain, marked, twice);
    expect(await flags(bytes)).toEqual([false, true, true]);
    const { events, ids } = await readFile(fileOf(bytes));
    const facts = events.map(({ cpu, time, tid, code, params }) => ({ cpu, time, tid, code, params })); // prettier-ignore
    expect(facts[1]).toEqual(facts[0]);
    expect(facts[2]).toEqual(facts[0]);
    expect(ids.filter((id) => id !== 'capture/foreign-byte-order')).toEqual([]);
  });
});
