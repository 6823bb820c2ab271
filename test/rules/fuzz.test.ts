import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIELDS } from '../../src/fields/index.js';
import { loadRules } from '../../src/rules/index.js';
import { printCondition } from '../../src/rules/print-condition.js';
import { anyCondition, damaged } from './arbitraries.js';

const name = fc.constantFrom('R', 'S', 'm', 'l', 'm2', 'a b', 'é', '~', '0x1', '');
const fieldNames = [...FIELDS.keys()];
const condition = fc.oneof(
  anyCondition.map(printCondition),
  fc
    .tuple(fc.constantFrom(...fieldNames), anyCondition)
    .map(([field, node]) => `${field} exists and ${printCondition(node)}`),
  fc.constantFrom(
    'm',
    'm and not m2',
    'proc.name in (l)',
    'evt.type in (open, l)',
    'fd.sip in (l)',
    'never or m',
  ),
);
const scalar = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    'true',
    'append',
    'replace',
    'INFO',
    '5',
    '0.4.0',
    'syscall',
    'k8s_audit',
    'okta',
    '%proc.name',
    '%nothing',
    '~',
  ),
);
const texts = fc.array(scalar, { maxLength: 3 });

/** JSON is YAML: values of any shape under the keys that items have. */
const anyValue = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: texts },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('name', 'version', 'fields', 'values', 'x'), texts, {
      maxKeys: 3,
    }),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);
const exception = fc.record(
  {
    name,
    fields: fc.oneof(
      fc.constantFrom('proc.name', 'fd.nme'),
      fc.array(fc.constantFrom('proc.name', 'fd.num', 'tolower(fd.name)', 'x'), { maxLength: 3 }),
    ),
    comps: fc.oneof(
      fc.constantFrom('in', '=', 'startswith anyof'),
      fc.array(fc.constantFrom('in', '=', 'like'), { maxLength: 3 }),
    ),
    values: fc.array(fc.oneof(scalar, texts, fc.array(texts, { maxLength: 2 })), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const item = fc.oneof(
  fc.record(
    {
      rule: name,
      desc: scalar,
      condition,
      output: scalar,
      priority: fc.constantFrom('INFO', 'ERROR', 'x'),
      tags: texts,
      exceptions: fc.array(exception, { maxLength: 3 }),
      override: fc.dictionary(
        fc.constantFrom('condition', 'exceptions', 'tags', 'colour'),
        fc.constantFrom('append', 'replace', 'x'),
        { maxKeys: 2 },
      ),
      append: fc.constantFrom('true', 'false', 'x'),
      enabled: scalar,
      source: scalar,
      colour: anyValue,
    },
    { requiredKeys: ['rule'] },
  ),
  fc.record(
    { macro: name, condition, append: fc.constantFrom('true', 'false') },
    { requiredKeys: ['macro'] },
  ),
  fc.record(
    { list: name, items: fc.oneof(texts, anyValue), append: fc.constantFrom('true', 'false') },
    { requiredKeys: ['list'] },
  ),
  fc.record({ required_engine_version: scalar }),
  fc.record({ required_plugin_versions: fc.oneof(anyValue, fc.array(anyValue, { maxLength: 2 })) }),
  anyValue,
);

/** The same value in YAML's own spelling, block style. */
function yaml(value: unknown, indent = ''): string {
  if (Array.isArray(value)) {
    return value.length === 0
      ? '[]'
      : value
          .map((part) => `\n${indent}- ${yaml(part, `${indent}  `).replace(/^\n\s*/, '')}`)
          .join('');
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return entries.length === 0
      ? '{}'
      : entries.map(([key, part]) => `\n${indent}${key}: ${yaml(part, `${indent}  `)}`).join('');
  }
  return value === null ? '' : JSON.stringify(value);
}

const rulesFile = fc.oneof(
  fc.array(item, { maxLength: 6 }).map((items) => yaml(items)),
  fc.array(item, { maxLength: 6 }).map((items) => JSON.stringify(items)),
  fc
    .array(item, { maxLength: 3 })
    .map((items) => `customRules:\n  a.yaml: ${JSON.stringify(yaml(items))}\n`),
);

/** Loads, and checks what holds for every file. */
function load(...files: readonly string[]): void {
  const result = loadRules(files.map((text, index) => ({ path: `${index}.yaml`, text })));
  for (const { errors, warnings, successful } of result.files) {
    expect(successful).toBe(errors.length === 0);
    for (const problem of [...errors, ...warnings]) {
      expect(problem.message).not.toBe('');
      expect(problem.fix).not.toBe('');
      expect(problem.at.line).toBeGreaterThanOrEqual(1);
      expect(problem.at.column).toBeGreaterThanOrEqual(1);
      const lines = (files[Number.parseInt(problem.at.file, 10)] ?? '').split('\n');
      expect(problem.at.line).toBeLessThanOrEqual(lines.length);
      expect(problem.at.column).toBeLessThanOrEqual((lines[problem.at.line - 1] ?? '').length + 2);
      expect(problem.context[0]?.type).toBe('rules content');
    }
  }
  expect(result.ruleSet === undefined).toBe(result.files.some(({ successful }) => !successful));
}

describe('loadRules', () => {
  it('finds something to say of every file that is grown from the grammar, and never throws', () => {
    fc.assert(
      fc.property(fc.array(rulesFile, { minLength: 1, maxLength: 3 }), (files) => {
        load(...files);
      }),
      { numRuns: 400 },
    );
  });

  it('never throws on the same files damaged', () => {
    fc.assert(
      fc.property(damaged(rulesFile), (file) => {
        load(file);
      }),
      { numRuns: 1500 },
    );
  });

  it('never throws on arbitrary text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (file) => {
        load(file);
      }),
      { numRuns: 500 },
    );
  });
});
