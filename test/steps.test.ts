/** Work in steps: the event loop turns in between, and a signal ends it. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadingRules, loadRules, readRulesFiles } from '../src/rules/index.js';
import { atOnce, inTurns, type Steps } from '../src/steps.js';

const SHIPPED = readRulesFiles([join(import.meta.dirname, '../rules')]);

/** Longer than the loop may stand still. */
const PAUSE_MS = 25;

function* counting(to: number): Steps<number> {
  for (let i = 0; i < to; i += 1) {
    const end = performance.now() + PAUSE_MS;
    while (performance.now() < end) {
      // busy
    }
    yield;
  }
  return to;
}

describe('inTurns', () => {
  it('does what atOnce does', async () => {
    expect(await inTurns(counting(2))).toBe(atOnce(counting(2)));
  });

  it('lets others work in between', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await inTurns(counting(3));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  it('gives the work up when its signal is aborted, for its reason', async () => {
    const controller = new AbortController();
    let steps = 0;
    function* endless(): Steps<never> {
      for (;;) {
        steps += 1;
        if (steps === 2) {
          controller.abort(new Error('enough'));
        }
        yield* counting(1);
      }
    }
    await expect(inTurns(endless(), controller.signal)).rejects.toThrow('enough');
  });
});

describe('loading rules', () => {
  it('may be paused at each rule, and comes to the same', async () => {
    let steps = 0;
    function* counted(): ReturnType<typeof loadingRules> {
      const loading = loadingRules(SHIPPED);
      for (let step = loading.next(); ; step = loading.next()) {
        if (step.done === true) {
          return step.value;
        }
        steps += 1;
        yield;
      }
    }
    const { files, ruleSet } = await inTurns(counted());
    const expected = loadRules(SHIPPED);
    expect(files).toEqual(expected.files);
    expect(ruleSet?.rules.map(({ name }) => name)).toEqual(
      expected.ruleSet?.rules.map(({ name }) => name),
    );
    expect(steps).toBeGreaterThan(ruleSet?.rules.length ?? Infinity);
  });

  it('ends when a signal comes', async () => {
    const controller = new AbortController();
    setImmediate(() => {
      controller.abort(new Error('interrupted'));
    });
    await expect(inTurns(loadingRules(SHIPPED), controller.signal)).rejects.toThrow('interrupted');
  });
});
