import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  EVENT,
  EVENT_TABLE,
  FLAG,
  FLAG_TABLES,
  MAX_PARAMS,
  PARAM_NAMES,
  paramIndexes,
  SYSCALL_TABLE,
  syscallName,
  categoryName,
} from '../../src/events/index.js';
import { rowOf } from './records.js';
import { HAS_SHARED, sharedPath } from './shared.js';

const isUnused = (flags: number): boolean => (flags & FLAG.UNUSED) !== 0;
const isOld = (flags: number): boolean => (flags & FLAG.OLD) !== 0;

describe('the event table', () => {
  it('has 454 rows, each at the index of its code', () => {
    expect(EVENT_TABLE).toHaveLength(454);
    expect(EVENT_TABLE.every((row, index) => row.code === index)).toBe(true);
  });

  it('gives both halves of a pair one name, but for calls that once were recorded as others', () => {
    const strangers = EVENT_TABLE.filter((row) => {
      const enter = EVENT_TABLE[row.code - 1];
      return (
        row.code % 2 === 1 &&
        enter !== undefined &&
        !isUnused(row.flags) &&
        !isUnused(enter.flags) &&
        row.name !== enter.name
      );
    });
    expect(strangers).toEqual([]);
  });

  it('has a newest row for every exit that is old', () => {
    const orphans = EVENT_TABLE.filter(
      (row) =>
        row.code % 2 === 1 &&
        isOld(row.flags) &&
        !EVENT_TABLE.some(
          (other) =>
            other.name === row.name &&
            other.code % 2 === 1 &&
            !isOld(other.flags) &&
            !isUnused(other.flags),
        ),
    );
    expect(orphans).toEqual([]);
  });

  it('has no event with more parameters than an event can hold', () => {
    expect(Math.max(...EVENT_TABLE.map((row) => row.params.length))).toBeLessThanOrEqual(
      MAX_PARAMS,
    );
  });

  it('lets every relative path name a descriptor before it', () => {
    for (const row of EVENT_TABLE) {
      for (const param of row.params) {
        if (param.type === 'fsrelpath' && row.params[param.dirfd ?? -1]?.type !== 'fd') {
          throw new Error(`${row.name}: ${param.name} has no directory`);
        }
      }
    }
  });

  it('agrees with the named codes', () => {
    expect(rowOf(EVENT.OPENAT_2_X)).toMatchObject({ name: 'openat' });
    expect(rowOf(EVENT.PROCEXIT_1_E)).toMatchObject({ name: 'procexit' });
    expect(new Set(Object.values(EVENT)).size).toBe(Object.values(EVENT).length);
    expect(Object.values(EVENT).filter((code) => isUnused(rowOf(code).flags))).toEqual([]);
  });

  it('names categories as the reference prints them', () => {
    expect(categoryName(rowOf(EVENT.OPENAT_2_X))).toBe('file');
    expect(categoryName(rowOf(EVENT.PIPE_X))).toBe('IPC');
    expect(categoryName(rowOf(EVENT.SCHEDSWITCH_6_E))).toBe('scheduler');
  });

  it('finds a parameter of each event by its name', () => {
    const indexes = paramIndexes('fd');
    expect([indexes[EVENT.READ_X], indexes[EVENT.OPENAT_2_X], indexes[EVENT.PROCEXIT_1_E]]).toEqual(
      [2, 0, -1],
    );
    expect(PARAM_NAMES.has('trusted_exepath')).toBe(true);
    expect(PARAM_NAMES.has('nonsense')).toBe(false);
  });
});

describe('the table of system calls', () => {
  it('gives 453 codes names, no two the same', () => {
    expect(SYSCALL_TABLE).toHaveLength(453);
    expect(new Set(SYSCALL_TABLE.map((row) => row.name)).size).toBe(453);
  });

  it('knows a code, and knows when it does not', () => {
    expect(syscallName(3)).toBe('read');
    expect(syscallName(9999)).toBeUndefined();
  });
});

interface ReferenceParam {
  readonly name: string;
  readonly type: string;
  readonly fmt: string;
  readonly flagTable?: string;
  readonly dirfdParam?: number;
  readonly dynamic?: readonly ReferenceParam[];
}
interface Reference {
  readonly events: readonly {
    readonly code: number;
    readonly name: string;
    readonly category: number;
    readonly flags: number;
    readonly params: readonly ReferenceParam[];
  }[];
  readonly flagTables: Readonly<Record<string, readonly (readonly [string, number])[]>>;
  readonly syscalls: Readonly<Record<string, string>>;
}
interface ReferenceSyscalls {
  readonly syscalls: readonly {
    readonly nr: number;
    readonly sc: number;
    readonly exitEvent: number;
  }[];
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(sharedPath(name), 'utf8'));
}

function asRow(param: ReferenceParam): unknown {
  return {
    name: param.name,
    type: param.type.toLowerCase().replaceAll('_', ''),
    format: param.fmt.toLowerCase(),
    ...(param.flagTable === undefined ? {} : { flags: param.flagTable }),
    ...(param.dirfdParam === undefined ? {} : { dirfd: param.dirfdParam }),
    ...(param.dynamic === undefined ? {} : { alternatives: param.dynamic.map(asRow) }),
  };
}

/** The reference marks what changes its state; here the table of handlers says that. */
const CHANGES_STATE = 32;
/** The bits above are ours. */
const REFERENCE_BITS = 0xffff;

describe.skipIf(!HAS_SHARED)('compared with the reference facts', () => {
  it('the event table says the same', () => {
    const { events } = read('reference/events.json') as Reference;
    const rows = events.map(({ code, name, category, flags, params }) => ({
      code,
      name,
      category,
      flags: flags & ~CHANGES_STATE,
      params: params.map(asRow),
    }));
    const ours = EVENT_TABLE.map((row) => ({ ...row, flags: row.flags & REFERENCE_BITS }));
    expect(ours).toEqual(rows);
  });

  it('the names of bits are the same, in the same order', () => {
    expect(FLAG_TABLES).toEqual((read('reference/events.json') as Reference).flagTables);
  });

  it('the system calls are the same', () => {
    const { syscalls } = read('reference/events.json') as Reference;
    const names = Object.fromEntries(
      SYSCALL_TABLE.map((row) => [row.code, row.name.toUpperCase()]),
    );
    expect(names).toEqual(syscalls);
    const numbered = (read('reference/syscalls-x86_64.json') as ReferenceSyscalls).syscalls;
    const ours = SYSCALL_TABLE.filter((row) => row.number !== undefined);
    expect(ours).toHaveLength(numbered.length);
    for (const { nr, sc, exitEvent } of numbered) {
      expect(ours.find((row) => row.code === sc)).toMatchObject({ number: nr, exitEvent });
    }
  });
});
