import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfText } from '../../src/units.js';
import { compactJson, findJson, indentJson } from '../../src/capture/json-text.js';
import { auditEvent, trailRecord } from './audit-logs.js';
import { momentOf, read } from './moments.js';

const WRITTEN = `{ "kind": "Event", "auditID": "x", "stageTimestamp": "2024-05-01T10:00:00.000000001Z",
  "n": 33.0, "big": 12345678901234567890, "e": 1E3, "t": true, "nothing": null, "empty": {}, "none": [ ],
  "a/b": {"m~n": "slash and tilde"}, "list": [ {"x": "\\u003c"}, "two", 3 ], "é": "ü", "q": "a \\"b\\" {" }`;

describe('json.value', () => {
  it.each([
    ['/kind', 'Event'],
    ['kind', 'Event'],
    ['/n', '33.0'],
    ['/big', '12345678901234567890'],
    ['/e', '1E3'],
    ['/t', 'true'],
    ['/nothing', 'null'],
    ['/empty', '{}'],
    ['/none', '[]'],
    ['/a~1b/m~0n', 'slash and tilde'],
    ['/a~1b', '{"m~n":"slash and tilde"}'],
    ['/list/1', 'two'],
    ['/list/0/x', '<'],
    ['/list/0', String.raw`{"x":"\u003c"}`],
    ['/list', String.raw`[{"x":"\u003c"},"two",3]`],
    [`/${bytesOfText('é')}`, bytesOfText('ü')],
    ['/q', 'a "b" {'],
    ['/missing', undefined],
    ['/kind/deeper', undefined],
    ['/list/3', undefined],
    ['/list/-1', undefined],
    ['/list/x', undefined],
  ])('[%s] gives %j', async (pointer, expected) => {
    expect(read(await momentOf(WRITTEN), `json.value[${pointer}]`)).toBe(expected);
    expect(read(await momentOf(WRITTEN), `jevt.value[${pointer}]`)).toBe(expected);
  });

  it('gives the whole document without a pointer', async () => {
    expect(read(await momentOf(auditEvent()), 'json.value[]')).toBe(JSON.stringify(auditEvent()));
  });
});

describe('json.obj and json.rawtime', () => {
  it.each(['json', 'jevt'])(
    '%s gives the document indented, and its time in nanoseconds',
    async (name) => {
      const moment = await momentOf(WRITTEN);
      expect(read(moment, `${name}.obj`)).toContain('\n  "n": 33.0,\n');
      expect(read(moment, `${name}.rawtime`)).toBe('1714557600000000001');
      const record = await momentOf(trailRecord());
      expect(read(record, `${name}.obj`)).toBe(JSON.stringify(trailRecord(), undefined, 2));
    },
  );

  it.each([
    'json.obj',
    'json.rawtime',
    'json.value[/a]',
    'jevt.obj',
    'jevt.rawtime',
    'jevt.value[/a]',
  ])('%s is absent where the payload is no JSON', async (field) => {
    const moment = await momentOf(auditEvent());
    moment.event.bytes.fill(0x20, moment.event.starts[1]);
    moment.event.json = undefined;
    expect(read(moment, field)).toBeUndefined();
  });

  it.each(['json.obj', 'json.rawtime', 'json.value[/kind]'])(
    '%s is absent from a system call',
    async (field) => {
      const moment = await momentOf(auditEvent());
      moment.event.code = 3;
      expect(read(moment, field)).toBeUndefined();
    },
  );
});

describe('JSON as it was written', () => {
  const spanOf = (text: string): { bytes: Buffer; start: number; end: number } => {
    const bytes = Buffer.from(`..${text}..`);
    return { bytes, start: 2, end: bytes.length - 2 };
  };

  it('is printed compact and indented as JSON.stringify prints it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.nat({ max: 4 }), (value, indent) => {
        const span = spanOf(JSON.stringify(value, undefined, indent));
        expect(compactJson(span)).toBe(bytesOfText(JSON.stringify(value)));
        if (typeof value === 'object') {
          expect(indentJson(span)).toBe(bytesOfText(JSON.stringify(value, undefined, 2)));
        }
      }),
    );
  });

  it('is found at every path', () => {
    const visit = (
      span: ReturnType<typeof spanOf>,
      value: unknown,
      path: (string | number)[],
    ): void => {
      const found = findJson(span, path);
      expect(found && compactJson(found)).toBe(bytesOfText(JSON.stringify(value)));
      if (typeof value === 'object' && value !== null) {
        for (const [key, inner] of Object.entries(value)) {
          visit(span, inner, [...path, Array.isArray(value) ? Number(key) : bytesOfText(key)]);
        }
      }
    };
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat({ max: 2 }), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        visit(spanOf(text), JSON.parse(text), []);
      }),
    );
  });

  it('is scanned without a stack, however deep it is', () => {
    const span = spanOf(`${'['.repeat(200_000)}${']'.repeat(200_000)}`);
    expect(compactJson(span)).toHaveLength(400_000);
    expect(findJson(span, [0, 0])?.end).toBe(span.end - 2);
  });
});

describe('an event of another plugin in a capture', () => {
  it.each([
    [7, 'okta', 'okta'],
    [9, 'k8s_audit', 'k8saudit-eks'],
    [999, 'plugin 999', undefined],
  ])('of number %i is of source %s', async (plugin, source, name) => {
    const moment = await momentOf(auditEvent());
    moment.event.view.setUint32(moment.event.starts[0] as number, plugin, true);
    expect(read(moment, 'evt.source')).toBe(source);
    expect(read(moment, 'evt.pluginname')).toBe(name);
    expect(read(moment, 'json.value[/verb]')).toBe('create');
    expect(read(moment, 'ka.verb')).toBe(source === 'k8s_audit' ? 'create' : undefined);
  });
});
