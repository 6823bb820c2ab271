import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVENT, EVENT_TABLE, paramsOf } from '../../src/events/index.js';
import { parseParams } from '../../src/events/param-notation.js';

describe('parameters by name', () => {
  it('are the places of the row', () => {
    for (const code of Object.values(EVENT)) {
      const names = EVENT_TABLE[code]?.params.map(({ name }) => name) ?? [];
      expect(Object.entries(paramsOf(code))).toEqual(names.map((name, index) => [name, index]));
    }
  });

  it('do not compile where the row has no such name', () => {
    const { res, fd } = paramsOf(EVENT.CLOSE_X);
    expect([res, fd]).toEqual([0, 1]);
    // @ts-expect-error the row of close has no "path": an unused directive would fail the type check
    expect(paramsOf(EVENT.CLOSE_X).path).toBeUndefined();
  });
});

describe('the notation of parameters', () => {
  it.each([
    ['a type that nothing is called', 'fd:fdd'],
    ['a flag table that nothing is called', 'flags:flags32=no_flags'],
    ['a directory that no parameter before it holds', 'name:fsrelpath@dirfd dirfd:fd'],
  ])('with %s does not load', (_why, text) => {
    expect(() => parseParams(text)).toThrow('the event table');
  });
});

describe('the names of events', () => {
  it('are each used, by the program or by a test', () => {
    const source = ['src', 'test']
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.ts') && !file.endsWith('codes.ts'))
          .map((file) => readFileSync(join(folder, file), 'utf8')),
      )
      .join('\n');
    const unused = Object.keys(EVENT).filter((name) => !new RegExp(`\\b${name}\\b`).test(source));
    expect(unused).toEqual([]);
  });
});
