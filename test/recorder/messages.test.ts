/** What needs no kernel: reports of the native program, and protocol buffers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReport } from '../../src/recorder/program.js';
import { bytesField, Message, numberField } from '../../src/recorder/protobuf.js';

describe('a report of the native program', () => {
  it('tells how much was recorded and lost', () => {
    const line =
      '{"state":"recording","events":7,"bytes":900,"files":1,"lost":{"bufferFull":2,"scratch":0},"status":0}';
    expect(readReport(line)).toEqual({
      kind: 'progress',
      state: 'recording',
      tally: { events: 7, bytes: 900, files: 1, lost: { bufferFull: 2, scratch: 0 } },
    });
  });

  it('becomes an error with its own code and fix', () => {
    const report = readReport('{"error":{"code":"RECORD_NO_BTF","what":"w","why":"y","fix":"f"}}');
    expect(report).toMatchObject({
      kind: 'error',
      error: { story: { code: 'RECORD_NO_BTF', fix: 'f' } },
    });
  });

  it('is nothing for any other line, and never throws', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        readReport(line);
      }),
    );
    expect(readReport('null')).toBeUndefined();
    expect(readReport('{"other":1}')).toBeUndefined();
  });
});

describe('a protocol buffer', () => {
  it('gives back the texts and numbers that were put in', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.maxSafeNat(),
        fc.integer({ min: 1, max: 2000 }),
        (text, number, field) => {
          const message = new Message(
            Buffer.concat([bytesField(field, text), numberField(field + 1, number)]),
          );
          expect(message.text(field)).toBe(text);
          expect(message.number(field + 1)).toBe(BigInt(number));
        },
      ),
    );
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const message = new Message(Buffer.from(bytes));
        message.text(1);
        message.map(2);
        message.messages(3);
      }),
    );
  });
});
