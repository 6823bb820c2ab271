import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EventDecoder, EVENT_TABLE, VISIBILITY } from '../../src/events/index.js';
import { fieldsOfSource, jsonValue, renderField } from '../../src/fields/index.js';
import { applyEvent } from '../../src/state/index.js';
import { record } from '../events/records.js';
import { field, Scene } from './scene.js';

const FIELDS = fieldsOfSource('syscall')
  .filter(({ row }) => row.argument?.isRequired !== true)
  .map(({ row }) => field(row.name))
  .concat(
    ['evt.arg[0]', 'evt.arg.fd', 'evt.rawarg.name', 'evt.rawarg.res', 'evt.rawarg.addr'].map(
      (text) => field(text),
    ),
  );

/** Lengths that types have, and others. */
const bytes = fc.oneof(
  fc
    .constantFrom(0, 1, 2, 4, 8, 13, 37)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
  fc.uint8Array({ maxLength: 60 }),
);

it.each([true, false])('reads every field of any event without throwing (raw: %s)', (raw) => {
  fc.assert(
    fc.property(
      fc.nat(EVENT_TABLE.length - 1),
      fc.array(bytes, { maxLength: 30 }),
      fc.constantFrom(200, 201, 300, 77, -1),
      (code, params, tid) => {
        const { moment } = new Scene();
        const decoder = new EventDecoder({ raw });
        const facts = record({ code, tid, params });
        if (decoder.decode(facts, moment.event) === VISIBILITY.HIDDEN) {
          return;
        }
        applyEvent(moment);
        moment.show();
        for (const one of FIELDS) {
          expect(renderField(one, moment) ?? '', one.text).toBeTypeOf('string');
          jsonValue(one, moment);
        }
      },
    ),
    { numRuns: 300 },
  );
});
