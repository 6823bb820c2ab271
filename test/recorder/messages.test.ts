/** What needs no kernel: reports of the native program. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReport } from '../../src/recorder/program.js';

describe('a report of the native program', () => {
  it('tells how much was recorded and lost', () => {
    const line =
      '{"state":"recording","events":7,"bytes":900,"files":1,"lost":{"bufferFull":2,"scratch":0},"status":0}';
    expect(readReport(line)).toEqual({
      kind: 'progress',
      state: 'recording',
      tally: {
        events: 7,
        bytes: 900,
        files: 1,
        lost: { bufferFull: 2, scratch: 0 },
        written: { events: 7, bytes: 900, files: 1 },
      },
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
