import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeJson } from '../../src/alerts/index.js';
import { openCsv, openTable, utcTime, type Sink } from '../../src/output/index.js';
import { bytesOfText } from '../../src/units.js';
import { stopCommand } from '../../src/output/summary.js';
import type { ContainerSnapshot } from '../../src/alerts/index.js';

describe('JSON', () => {
  it('has 64-bit integers as exact literals', () => {
    expect(writeJson({ a: 18446744073709551615n, b: -1, c: [1n] })).toBe(
      '{"a":18446744073709551615,"b":-1,"c":[1]}',
    );
  });

  it('leaves undefined out, and keeps null', () => {
    expect(writeJson({ a: undefined, b: null, c: [undefined] })).toBe('{"b":null,"c":[null]}');
  });

  it('is what JSON.parse reads back, for any text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string({ unit: 'binary' })), (value) => {
        const bytes = (text: string): string => Buffer.from(text, 'utf8').latin1Slice();
        const entries = Object.entries(value).map(([k, v]) => [bytes(k), bytes(v)] as const);
        const wellFormed = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');
        expect(JSON.parse(writeJson(Object.fromEntries(entries)))).toEqual(
          Object.fromEntries(Object.entries(value).map(([k, v]) => [wellFormed(k), wellFormed(v)])),
        );
      }),
    );
  });
});

describe('CSV', () => {
  const line = async (text: string, isNumeric = false, isRaw = false) =>
    (await openCsv({ isRaw, isTerminal: false }))([{ text, isNumeric }]);

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@a',
    '\ta',
    '\ra',
    ' =1',
    '＝1',
    '\u3000＋1',
    '\u00a0 @a',
    '−1',
    '\u200b=1',
    ' \n -1',
  ])('guards %j', async (text) => {
    const shown = text
      .replace('\t', '\\t')
      .replace('\r', '\\r')
      .replace('\n', '\\n')
      .replace('\u200b', '\\u200b');
    expect(await line(bytesOfText(text))).toBe(bytesOfText(`'${shown}\n`));
  });

  it.each(['a=1', ' a', '1-2', '\u3000x'])('leaves %j', async (text) => {
    expect(await line(bytesOfText(text))).toBe(bytesOfText(`${text}\n`));
  });

  it('is one line for a row, whatever is in the cells, and shows no control character', async () => {
    const csv = await openCsv({ isRaw: false, isTerminal: false });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { minLength: 1 }), (cells) => {
        const row = csv(
          cells.map((each) => ({ text: Buffer.from(each).latin1Slice(), isNumeric: false })),
        );
        const text = Buffer.from(row, 'latin1').toString('utf8');
        expect(text).toMatch(/^[^\u0000-\u001f\u007f-\u009f\ufffd]*\n$/);
      }),
    );
    expect(csv([{ text: bytesOfText('x\n06:38,žluť'), isNumeric: false }])).toBe(
      bytesOfText('"x\\n06:38,žluť"\n'),
    );
  });

  it('is raw where that is asked for: what is in the cells, bytes that are no text too', async () => {
    const raw = await openCsv({ isRaw: true, isTerminal: false });
    expect(raw([{ text: 'a\nb\xff', isNumeric: false }])).toBe('"a\nb\xff"\n');
  });

  it('leaves numbers, and everything where that is asked for', async () => {
    expect(await line('-1', true)).toBe('-1\n');
    expect(await line('=a', false, true)).toBe('=a\n');
  });

  it('is harmless on a terminal', async () => {
    const csv = await openCsv({ isRaw: false, isTerminal: true });
    expect(csv([{ text: 'a\x1b[2Jb', isNumeric: false }])).toBe('a\\x1b[2Jb\n');
  });

  it('quotes what needs quotes', async () => {
    expect(await line('a,"b"')).toBe('"a,""b"""\n');
    expect(await line('a,"b"\nc', false, true)).toBe('"a,""b""\nc"\n');
  });
});

/** What a table writer writes, whole. */
async function tableOf(
  head: readonly string[],
  rows: Iterable<readonly string[]>,
): Promise<string> {
  const texts: string[] = [];
  const sink = { writeText: (text: string) => texts.push(text) } as unknown as Sink;
  const table = await openTable(head);
  for (const row of rows) {
    table.row(sink, row);
  }
  table.end(sink);
  return texts.join('');
}

describe('tables', () => {
  it('are several where rows are many, so that no more than 1,000 are kept', async () => {
    const rows = Array.from({ length: 2000 }, (_, at) => [String(at)]);
    const [first = '', second = '', ...more] = (await tableOf(['n'], rows)).split(/(?=┌)/);
    expect(more).toEqual([]);
    expect(first.split('\n').slice(1, 4)).toEqual(['│ n   │', '├─────┤', '│ 0   │']);
    expect(second).toContain('│ n    │');
    expect(second.split('\n').at(-3)).toBe('│ 1999 │');
  });

  it('show the heading where there are no rows', async () => {
    expect(await tableOf(['n'], [])).toContain('│ n │');
  });

  it('have a line below the heading, none between rows, and every cell is harmless', async () => {
    const rows = [
      ['1', 'x\ny\x1b'],
      ['2', ''],
    ];
    expect((await tableOf(['a', 'bc'], rows)).trimEnd().split('\n')).toEqual([
      '┌───┬──────────┐',
      '│ a │ bc       │',
      '├───┼──────────┤',
      String.raw`│ 1 │ x\ny\x1b │`,
      '│ 2 │          │',
      '└───┴──────────┘',
    ]);
  });

  it('wrap what is wide, and cut nothing', async () => {
    const wide = 'x'.repeat(1000);
    const table = await tableOf(['a'], [[wide]]);
    expect(table.replaceAll(/[^x]/g, '')).toBe(wide);
  });
});

describe('times', () => {
  it('have nine decimals and a Z', () => {
    expect(utcTime(1_470_327_477_882_054_739n)).toBe('2016-08-04T16:17:57.882054739Z');
  });
});

describe('the command that stops a container', () => {
  const container = (namespace: string, owner: ContainerSnapshot['owner']): ContainerSnapshot =>
    ({ namespace, owner }) as ContainerSnapshot;

  it.each([
    ['deployment', 'kubectl -n ns scale deploy web --replicas 0'],
    ['statefulset', 'kubectl -n ns scale statefulset web --replicas 0'],
    ['job', 'kubectl -n ns delete job web'],
    ['daemonset', 'kubectl -n ns delete daemonset web'],
  ] as const)('knows a %s', (kind, command) => {
    expect(stopCommand(container('ns', { kind, name: 'web' }))).toBe(command);
  });

  it('is made of nothing but Kubernetes names, whatever the labels say', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (namespace, name) => {
        const command = stopCommand(container(namespace, { kind: 'deployment', name }));
        expect(command ?? 'kubectl -n a scale deploy b --replicas 0').toMatch(
          /^kubectl -n [-a-z0-9]+ scale deploy [-.a-z0-9]+ --replicas 0$/,
        );
      }),
    );
  });
});
