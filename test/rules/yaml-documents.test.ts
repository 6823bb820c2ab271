/** Long lists of YAML are composed some items at a time, with the same result as in one go. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Document, parseAllDocuments, visit } from 'yaml';
import { parseYamlDocuments, parsingYamlDocuments } from '../../src/rules/yaml-documents.js';

const ITEMS = [
  '- rule: a rule\n  condition: evt.type = open\n  tags: [a, b]\n',
  '- list: names\n  items: [a, "b\\x41", c]\n',
  '# a comment\n- macro: m\n  condition: >\n    proc.name = cat\n    and fd.name = x\n',
  '-\n',
  '- &anchor text\n',
  '- *anchor\n',
  '\n\n- plain # with a comment\n',
  '- - nested\n  - items\n',
  '- {flow: [1, 2}\n',
  '- "not closed\n',
  '- key: value\n key: too far left\n',
  '  - another column\n',
  'no item\n',
  '- a: 1\n  a: 2\n',
];
const HEADS = ['', '---\n', '# a comment first\n\n', '%YAML 1.1\n---\n', '--- !!seq\n', '--- '];
const ENDS = [
  '',
  '# the end\n',
  '---\n- another document\n',
  '...\n',
  '...\n# behind it\n---\nx: 1\n',
];

/** An alias without its anchor has none. */
function valueOf(document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return String(error);
  }
}

/** All that can be seen of a document. */
function facts(document: Document.Parsed): unknown[] {
  const seen: unknown[] = [document.range];
  visit(document, {
    Node: (_key, node) => {
      seen.push([node.constructor.name, node.range]);
    },
  });
  const errors = document.errors.map(({ code, pos, message }) => ({ code, pos, message }));
  return [
    ...seen,
    ...errors.sort((a, b) => a.pos[0] - b.pos[0] || a.code.localeCompare(b.code)),
    errors.length > 0 ? undefined : valueOf(document),
  ];
}

describe('a long list', () => {
  it('is the same list, with the same places and mistakes', () => {
    const lists = fc.array(
      fc
        .nat(3)
        .chain((kind) =>
          kind === 0 ? fc.constantFrom(...ITEMS) : fc.constantFrom(...ITEMS.slice(0, 4)),
        ),
      {
        minLength: 30,
        maxLength: 120,
      },
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...HEADS),
        lists,
        fc.constantFrom(...ENDS),
        (head, items, end) => {
          const text = head + items.join('') + end;
          const options = { prettyErrors: false, uniqueKeys: false };
          const expected = parseAllDocuments(text, options) as Document.Parsed[];
          expect(parseYamlDocuments(text).map(facts)).toEqual([...expected].map(facts));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is made in steps', () => {
    const text = '- a: [1, 2]\n'.repeat(3200);
    const lexedOnly = [...parsingYamlDocuments(`x: |\n${' - a: [1, 2]\n'.repeat(3200)}`)].length;
    expect([...parsingYamlDocuments(text)].length - lexedOnly).toBeGreaterThan(3200 / 32 - 2);
  });
});
