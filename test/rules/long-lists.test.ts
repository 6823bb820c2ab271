/** Long lists are kept from the YAML library; what is read is the same, item by item and place by place. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SourceFile } from '../../src/rules/source-text.js';
import { readYaml, type YamlDocument, type YamlNode } from '../../src/rules/yaml.js';
import { atOnce } from '../../src/steps.js';
import { conditionOf, loadFiles, ruleText } from './helpers.js';

/** Makes a text long enough for its lists to be folded. */
const PADDING = `\n# ${'x'.repeat(300_000)}\n`;

function read(text: string): readonly YamlDocument[] {
  return atOnce(readYaml(new SourceFile('f.yaml', text)));
}

function shown(node: YamlNode | undefined): unknown {
  switch (node?.kind) {
    case undefined:
      return undefined;
    case 'scalar': {
      const { text, isNull, start } = node;
      return [text, isNull, start, node.at(0), node.at(text.length)];
    }
    case 'sequence':
      return [node.start, node.items.map(shown)];
    case 'mapping':
      return [node.start, node.entries.map(({ key, value }) => [shown(key), shown(value)])];
  }
}

function expectSame(text: string): void {
  const plain = read(text);
  const folded = read(text + PADDING);
  expect(folded.map(({ root }) => shown(root))).toEqual(plain.map(({ root }) => shown(root)));
  expect(folded.map(({ faults }) => faults.length)).toEqual(
    plain.map(({ faults }) => faults.length),
  );
}

const plainItem = fc.constantFrom(
  'a',
  'host-1.example.com',
  '10.0.0.1',
  '/usr/bin/x',
  'fe80::1',
  '~',
  'null',
  '0x1f',
  'a,b',
);
const quotedItem = fc.constantFrom('"a b"', "'c, d'", '""', '"#"', "'[x'", '"it: is"');
/** Items that the library must see: they end a run. */
const otherItem = fc.constantFrom(
  'a b',
  '[x, y]',
  '"\\n"',
  "'it''s'",
  '&n z',
  '*n',
  '!!str q',
  'k: v',
  '',
  '- d',
  'x # why',
);
const items = fc.array(
  fc.oneof(
    { weight: 60, arbitrary: plainItem },
    { weight: 20, arbitrary: quotedItem },
    { weight: 1, arbitrary: otherItem },
  ),
  {
    minLength: 70,
    maxLength: 300,
  },
);
const lineEnd = fc.constantFrom('\n', '\r\n');

describe('a long list', () => {
  it('on lines is what the library reads', () => {
    fc.assert(
      fc.property(items, lineEnd, fc.constantFrom('', '  '), (list, end, indent) => {
        const lines = list.map((item) => `${indent}- ${item}${end}`).join('');
        expectSame(
          `- list: l${end}  items:${end}${lines.replaceAll(/^/gm, '  ').trimEnd()}${end}- macro: m${end}  condition: x`,
        );
      }),
      { numRuns: 60 },
    );
  });

  it('in brackets is what the library reads', () => {
    fc.assert(
      fc.property(
        items,
        fc.constantFrom(', ', ',', ',\n   '),
        fc.constantFrom('', ','),
        (list, comma, last) => {
          expectSame(
            `- list: l\n  items: [${list.join(comma)}${last}]\n- macro: m\n  condition: x\n`,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('may be no list at all, but a part of a text', () => {
    const lines = Array.from({ length: 200 }, (_, i) => `      - item${i}`).join('\n');
    const words = Array.from({ length: 200 }, (_, i) => `w${i}`).join(', ');
    expectSame(
      `- rule: R\n  desc: |\n${lines}\n  output: "[${words}, x]"\n  condition: proc.name in (a, ${words})\n`,
    );
    expectSame(
      `# [${words},]\n- list: l\n  items:\n    - a\n${lines.replaceAll('      -', '    -')}\n      goes on\n`,
    );
    expectSame(`- {${words}: x}\n- [a, {${words}}]\n`);
  });

  it('of 200,000 items loads, on lines and in brackets, and conditions have them all', () => {
    const names = Array.from({ length: 200_000 }, (_, i) => `host${i}.example.com`);
    const rule = ruleText('evt.type = connect and fd.name in (l)');
    for (const list of [`\n    - ${names.join('\n    - ')}\n`, ` [${names.join(', ')}]\n`]) {
      const text = `- list: l\n  items:${list}${rule}`;
      expect(conditionOf(text)).toContain('host199999.example.com');
    }
  });

  it('is bounded: a million items are refused with their number', () => {
    const text = `- list: l\n  items:\n${'    - a\n'.repeat(600_000)}`;
    const [file] = loadFiles([text]).files;
    expect(file?.errors[0]?.message).toContain('more than 550000 items in lists');
  });

  it('is not put together with others again and again', () => {
    const names = Array.from({ length: 150_000 }, (_, i) => `h${i}`).join('\n    - ');
    const list = `- list: l\n  items:\n    - ${names}\n`;
    const alone = Array.from({ length: 6 }, (_, i) =>
      ruleText(`evt.type = open and proc.name in (l) and fd.num != ${i}`).replace(
        'rule: R',
        `rule: A${i}`,
      ),
    );
    expect(loadFiles([list + alone.join('')]).files[0]?.errors).toEqual([]);
    const together = Array.from({ length: 6 }, (_, i) =>
      ruleText(`evt.type = open and proc.name in (l, x${i})`).replace('rule: R', `rule: B${i}`),
    );
    expect(loadFiles([list + together.join('')]).files[0]?.errors[0]?.message).toContain(
      'put together lists of more than',
    );
  });
});
