import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import {
  fieldsOfSource,
  jsonValue,
  renderField,
  type CompiledField,
} from '../../src/fields/index.js';
import { replay } from '../../src/pipeline.js';
import type { Moment } from '../../src/state/index.js';
import { MOMENTS } from './moments.js';
import { field } from './scene.js';

/** Fields with every form of argument that the catalogues know. */
const ALL: readonly CompiledField[] = fieldsOfSource('syscall')
  .flatMap(({ row }) => {
    const { name, argument } = row;
    const texts = argument?.isRequired === true ? [] : [name];
    if (argument?.form === 'index' || argument?.form === 'either') {
      texts.push(`${name}[0]`, `${name}[1]`, `${name}[2]`);
    }
    if (name === 'evt.abspath') {
      texts.push('evt.abspath.src', 'evt.abspath.dst');
    }
    return texts.map((text) => field(text));
  })
  .concat(
    [
      'evt.arg.fd',
      'evt.arg.name',
      'evt.rawarg.res',
      'evt.type.is.open',
      'proc.env[PATH]',
      'proc.aenv[HOME]',
      'thread.cgroup.cpu',
      'container.label[b]',
    ].map((text) => field(text)),
  );

const NAMES = Object.keys(MOMENTS) as (keyof typeof MOMENTS)[];
const indexes = fc.array(fc.nat(ALL.length - 1), { minLength: 1, maxLength: 12 });

function pick(chosen: readonly number[]): CompiledField[] {
  return chosen.map((index) => ALL[index] as CompiledField);
}

describe('reading a field', () => {
  const alone = new Map(
    NAMES.map((name) => [name, ALL.map((one) => renderField(one, MOMENTS[name]()))] as const),
  );

  it('gives the same value whatever was read before it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), indexes, (name, chosen) => {
        const moment = MOMENTS[name]();
        expect(pick(chosen).map((one) => renderField(one, moment))).toEqual(
          chosen.map((index) => alone.get(name)?.[index]),
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('changes nothing that another field shows', () => {
    for (const name of NAMES) {
      const moment = MOMENTS[name]();
      const { change, metadataChange } = moment.world;
      ALL.forEach((one) => jsonValue(one, moment));
      expect(ALL.map((one) => renderField(one, moment))).toEqual(alone.get(name));
      expect([moment.world.change, moment.world.metadataChange]).toEqual([change, metadataChange]);
    }
  });
});

const CAPTURE = new URL('../../../shared/captures/sample.scap', import.meta.url);

describe.skipIf(!existsSync(CAPTURE))('on a real capture', () => {
  /** Everything that every event shows, when only every `step`-th field is read at each event. */
  async function replayed(step: number): Promise<(string | undefined)[][]> {
    const shown: (string | undefined)[][] = [];
    await replay(await openEvidence(CAPTURE.pathname), {
      onMoment(moment: Moment) {
        shown.push(ALL.map((one, i) => (i % step === 0 ? renderField(one, moment) : undefined)));
        return undefined;
      },
    });
    return shown;
  }
  let whole: (string | undefined)[][] = [];
  beforeAll(async () => {
    whole = await replayed(1);
  });

  it.each([2, 3, 7])('reading one field in %i changes none of their values', async (step) => {
    const part = await replayed(step);
    expect(part.length).toBe(whole.length);
    const expected = whole.map((row) =>
      row.map((value, i) => (i % step === 0 ? value : undefined)),
    );
    expect(part).toEqual(expected);
  });
});
