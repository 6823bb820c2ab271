/**
 * How loading rules grows with their size: each row is timed at a size and at twice that size; a ratio of 2 is
 * linear. Prints one line a row. Run by itself (built): node test/bench/rules-growth.mjs
 */
import { loadRules } from '../../dist/rules/index.js';

const RULE = '- rule: r\n  desc: d\n  output: x\n  priority: INFO\n';
const repeat = (count, piece) => Array.from({ length: count }, (_, index) => piece(index));
const rule = (condition, more = '') =>
  `${more}${RULE}  condition: >\n    evt.type = open and\n    ${condition}\n`;

/** Every row: a name, its size, and a file of a given size. */
const ROWS = [
  [
    'terms in a condition',
    100_000,
    (n) => rule(repeat(n, (i) => `proc.pid != ${i}`).join('\n    and ')),
  ],
  [
    'texts in a condition',
    100_000,
    (n) => rule(`proc.name in (${repeat(n, (i) => `name${i}`).join(', ')})`),
  ],
  [
    'items of a list',
    100_000,
    (n) =>
      rule(
        'proc.name in (l)',
        `- list: l\n  items: [${repeat(n, (i) => `name${i}`).join(', ')}]\n`,
      ),
  ],
  [
    'items of a list, a line each',
    50_000,
    (n) =>
      rule(
        'proc.name in (l)',
        `- list: l\n  items:\n${repeat(n, (i) => `    - name${i}\n`).join('')}`,
      ),
  ],
  [
    'nested parentheses (refused)',
    10_000,
    (n) => rule(`${'('.repeat(n)}proc.pid = 1${')'.repeat(n)}`),
  ],
  ['"not" in a row', 100_000, (n) => rule(`${'not '.repeat(n)} proc.pid = 1`)],
  [
    'macros, each using the one before',
    5_000,
    (n) =>
      repeat(
        n,
        (i) =>
          `- macro: m${i}\n  condition: ${i === 0 ? 'proc.pid = 1' : `m${i - 1} and proc.pid != ${i}`}\n`,
      ).join('') + rule(`m${n - 1}`),
  ],
  [
    'lists, each holding the one before',
    5_000,
    (n) =>
      repeat(
        n,
        (i) => `- list: l${i}\n  items: [a${i}${i % 400 === 0 ? '' : `, l${i - 1}`}]\n`,
      ).join('') + rule(`proc.name in (l${n - 1})`),
  ],
  [
    'rules',
    1_000,
    (n) =>
      repeat(
        n,
        (i) =>
          `- rule: r${i}\n  desc: d\n  output: x %proc.name\n  priority: INFO\n  condition: evt.type = open and fd.name startswith /tmp/${i}\n`,
      ).join(''),
  ],
  [
    'appended parts of a rule',
    2_000,
    (n) =>
      rule('proc.pid = 1') +
      repeat(
        n,
        (i) => `- rule: r\n  condition: or proc.pid = ${i}\n  override: {condition: append}\n`,
      ).join(''),
  ],
  [
    'rows of an exception',
    20_000,
    (n) =>
      `${rule('proc.pid = 1')}  exceptions:\n    - name: e\n      fields: [proc.name, fd.name]\n      values:\n${repeat(n, (i) => `        - [a${i}, /b/${i}]\n`).join('')}`,
  ],
  ['letters of an identifier', 1_000_000, (n) => rule('a'.repeat(n))],
  [
    'letters of a text without a closing quote',
    1_000_000,
    (n) => rule(`proc.name = "${'a'.repeat(n)}`),
  ],
  ['bytes of a list that never ends', 1_000_000, (n) => `- [${'a, '.repeat(n / 3)}`],
  ['collections in each other (refused)', 10_000, (n) => '- '.repeat(n) + 'a'],
  ['brackets in each other (refused)', 10_000, (n) => '['.repeat(n) + ']'.repeat(n)],
  [
    'lists in brackets, indented too little',
    1_000,
    (n) => repeat(n, (i) => `- list: l${i}\n  items: [\n  a${i},\n  b\n  ]\n`).join(''),
  ],
  [
    'lists in brackets, never closed',
    2_000,
    (n) => repeat(n, (i) => `- list: l${i}\n  items: [\n  a${i}, "\\"\n`).join(''),
  ],
  [
    'aliases (billion laughs, refused)',
    20,
    (n) => `- &a0 [x, x]\n${repeat(n, (i) => `- &a${i + 1} [*a${i}, *a${i}]\n`).join('')}`,
  ],
];

function milliseconds(text) {
  const start = performance.now();
  const { files } = loadRules([{ path: 'bench.yaml', text }]);
  return { time: performance.now() - start, errors: files[0].errors.length };
}

loadRules([{ path: 'warm.yaml', text: ROWS[0][2](2_000) }]);
for (const [name, size, make] of ROWS) {
  const once = milliseconds(make(size));
  const twice = milliseconds(make(2 * size));
  const growth = (twice.time / once.time).toFixed(1);
  const outcome =
    once.errors === 0 ? 'loads' : `${once.errors} error${once.errors === 1 ? '' : 's'}`;
  console.log(
    `${size.toString().padStart(9)} ${name.padEnd(44)} ${once.time.toFixed(0).padStart(6)} ms   twice as many: x ${growth}   ${outcome}`,
  );
}
