/**
 * One law for every form of output: whatever an attacker called things, an alert takes the lines that a harmless one
 * takes, nothing in it commands a terminal or is hidden, and machines read back what was there. A new form is held
 * to it by being in the table of formats.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../src/alerts/index.js';
import {
  ALERT_FORMATS,
  escapeLine,
  openAlertFormatter,
  type AlertFormat,
  type AlertFormatOptions,
  type Sink,
} from '../../src/output/index.js';
import { textOfBytes } from '../../src/units.js';
import { PROGRAM, put, scratchFolder } from '../commands/run.js';
import { writeScene } from '../commands/scene.js';

const EMOJI = new RegExp(String.raw`\p{RGI_Emoji}`, 'gv');
/** What a terminal obeys, or does not show; line ends are counted. */
const HARMFUL =
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb]|\p{Default_Ignorable_Code_Point}/u;

/** A byte string of an attacker. */
const name = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r\n', '\x1b[2J', '\x7f', '\u009b31m', '\u0085', '\u2028', '\u202e', '\u200b', '\u{e0041}', '=1+1', ' =1', '＝1', '##[error]x', '::error::x', '│', '↵', '"', ',', "'", '\\', '\0', '中', 'e\u0301', '\u0301'.repeat(50), '👨‍👩‍👧', 'x'.repeat(300)), // prettier-ignore
      fc.string({ unit: 'binary', maxLength: 5 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => Buffer.from(parts.join(''), 'utf8').latin1Slice());
const bytes = fc.uint8Array({ maxLength: 12 }).map((each) => Buffer.from(each).latin1Slice());
const hostile = fc.oneof(name, bytes);

/** An alert in which everything that has a name is called so. */
function alertCalled(called: string): Alert {
  const rule = { name: called, priority: 'Error', source: called, tags: [called] };
  return {
    ...{ rule, time: 1_700_000_000_000_000_001n, eventNumber: 7, offset: 0 },
    ...{ output: called, message: called, fields: { [called]: called, 'proc.pid': -1n } },
    ...{ cells: [called, '-1'], processes: [], container: { id: called }, request: undefined },
  } as unknown as Alert;
}

const TEMPLATE = [
  { name: 'proc.name', isNumeric: false },
  { name: 'proc.pid', isNumeric: true },
];

/** What a format writes of alerts that are called so. */
async function written(
  format: AlertFormat,
  names: readonly string[],
  isTerminal: boolean,
  columns: AlertFormatOptions['columns'],
): Promise<string> {
  let text = '';
  const sink: Sink = {
    ...{ isOpen: true, isTerminal, columns: isTerminal ? 80 : undefined },
    writeBytes: (more) => (text += textOfBytes(more)),
    writeText: (more) => (text += more),
    writeJson: (more) => (text += `${more}\n`),
    flush: () => undefined,
    close: () => undefined,
    ready: () => Promise.resolve(),
  };
  const csv = { isRaw: false, isTerminal };
  const formatter = await openAlertFormatter(format, { hasHeader: true, csv, columns });
  formatter.begin(sink);
  names.forEach((called) => {
    const origin = { evidence: textOfBytes(called), hostname: called };
    formatter.alert(sink, alertCalled(called), origin);
  });
  formatter.end(sink);
  return text;
}

/** Cells of CSV by RFC 4180, row by row. */
function cellsIn(csv: string): string[][] {
  return csv
    .trimEnd()
    .split('\n')
    .map((line) =>
      [...`,${line}`.matchAll(/,(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
}

const FORMULA = /^[\s\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠]/u;

describe.each(ALERT_FORMATS)('%s', (format) => {
  it.each([
    ['in a pipe', false, undefined],
    ['on a terminal', true, undefined],
    ['in a pipe, by a template', false, TEMPLATE],
    ['on a terminal, by a template', true, TEMPLATE],
  ])('%s: nothing forges a line, commands a terminal or hides', async (_where, isTerminal, columns) => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 4 }), async (names) => {
        const text = await written(format, names, isTerminal, columns);
        expect(text.replaceAll(EMOJI, '')).not.toMatch(HARMFUL);
        if (!isTerminal) {
          const harmless = await written(format, names.map(() => 'a'), isTerminal, columns); // prettier-ignore
          expect(text.split('\n')).toHaveLength(harmless.split('\n').length);
        }
      }),
      { numRuns: 60 },
    );
  }); // prettier-ignore
});

describe('what machines read back', () => {
  it('is the same value, from JSON', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (called) => {
        const text = textOfBytes(called);
        const alert = JSON.parse(await written('json', [called], true, undefined)) as unknown;
        expect(alert).toMatchObject({
          ...{ rule: text, source: text, tags: [text], hostname: text, evidence: text },
          ...{ output: text, output_fields: { [text]: text, 'proc.pid': -1 } },
        });
      }),
    );
  });

  it('is the escaped name, from CSV: no formula, and numbers as they are', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (called) => {
        const [head, row = [], ...more] = cellsIn(await written('csv', [called], false, TEMPLATE));
        expect([head, more]).toEqual([['proc.name', 'proc.pid'], []]);
        const [cell = '', pid] = row;
        expect(pid).toBe('-1');
        expect(cell).not.toMatch(FORMULA);
        expect([escapeLine(called), `'${escapeLine(called)}`]).toContain(cell);
      }),
    );
  });
});

const HAS_SCRIPT = spawnSync('script', ['--version']).status === 0;
const note = HAS_SCRIPT ? '' : ' (skipped: this machine lacks script(1))';

describe.skipIf(!HAS_SCRIPT)(`a real terminal${note}`, () => {
  const folder = scratchFolder();
  const HOSTILE = 'x\n06:38:28.1,forged\r\x1b[2J\u009b31m\u202e\u200b\u{e0041}中e\u0301';

  it.each(ALERT_FORMATS)('shows %s without a control but line ends', (format) => {
    const capture = join(folder, `${format}.scap`);
    writeScene(capture, { argument: HOSTILE, containerName: HOSTILE, namespace: HOSTILE });
    const rules = put(folder, 'any.yaml', '- rule: Any\n  desc: any\n  condition: evt.type = execve\n  output: "%proc.cmdline %container.name"\n  priority: ERROR\n'); // prettier-ignore
    const command = `stty cols 60; '${process.execPath}' '${PROGRAM}' analyze '${capture}' -r '${rules}' -f ${format} --no-store --no-summary`;
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], { cwd: folder, encoding: 'utf8' }); // prettier-ignore
    const shown = stdout.replaceAll('\r\n', '\n');
    expect(shown).not.toMatch(HARMFUL);
    expect(shown).not.toMatch(/^06:38:28/m);
    if (format !== 'none') {
      expect(shown).toContain('202e');
    }
  });
});
