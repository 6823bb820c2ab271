/** Conditions and rules files grown from the grammar, and the same damaged. */
import fc from 'fast-check';
import type {
  CallArgument,
  Comparison,
  FieldExpression,
  Literal,
  Operand,
  Position,
  Resolved,
} from '../../src/rules/index.js';
import { bytesOfText } from '../../src/units.js';

const AT: Position = { file: 'filter', line: 1, column: 1 };

/** Texts without a backslash, which no quoting of conditions can express in all places. */
const plainText = fc.string({ maxLength: 12 }).filter((text) => !text.includes('\\'));
const anyText = fc.oneof(
  fc.constantFrom(
    'x',
    '/etc/passwd',
    'a b',
    '<NA>',
    "it's",
    '"',
    'and',
    '10.0.0.0/8',
    'ä',
    '\n',
    '=',
  ),
  plainText,
);

const literal: fc.Arbitrary<Literal> = anyText.map((text) => ({
  kind: 'literal',
  text: bytesOfText(text),
  at: AT,
}));

const transformers = fc.array(fc.constantFrom('tolower', 'toupper', 'b64', 'basename', 'len'), {
  maxLength: 3,
});

const plainField: fc.Arbitrary<FieldExpression> = fc.record({
  kind: fc.constant('field' as const),
  name: fc.constantFrom('proc.name', 'fd.name', 'evt.type', 'not.a_field', 'a.b.c1'),
  argument: fc.option(fc.constantFrom('1', 'a b', 'key', '/x/y', ']'), { nil: undefined }),
  transformers,
  at: fc.constant(AT),
});

const callArgument: fc.Arbitrary<CallArgument> = fc.oneof(
  literal,
  plainField,
  fc.array(fc.oneof(literal, plainField), { maxLength: 3 }).map((items) => ({
    kind: 'list' as const,
    items,
    at: AT,
  })),
);

const callField: fc.Arbitrary<FieldExpression> = fc
  .record({
    function: fc.constantFrom('join' as const, 'concat' as const, 'getopt' as const),
    arguments: fc.array(callArgument, { minLength: 1, maxLength: 3 }),
  })
  .chain((call) =>
    fc.record({
      kind: fc.constant('field' as const),
      name: fc.constant(call.function),
      argument: fc.option(fc.constant('a'), { nil: undefined }),
      transformers,
      call: fc.constant(call),
      at: fc.constant(AT),
    }),
  );

const field = fc.oneof({ weight: 4, arbitrary: plainField }, { weight: 1, arbitrary: callField });

const list: fc.Arbitrary<Operand> = fc
  .array(literal, { maxLength: 4 })
  .map((items) => ({ kind: 'list', items, at: AT }));

const texts = ['=', '==', '!=', 'contains', 'startswith', 'glob', 'regex', 'bcontains'] as const;
const numbers = ['<', '<=', '>', '>='] as const;
const lists = ['in', 'intersects', 'pmatch'] as const;

const comparison: fc.Arbitrary<Comparison> = field.chain((left) => {
  const of = (
    operator: Comparison['operator'],
    right: Operand | undefined,
    modifier?: Comparison['modifier'],
  ): Comparison => ({ kind: 'comparison', left, operator, modifier, right, at: AT });
  return fc.oneof(
    fc.constant(of('exists', undefined)),
    fc
      .tuple(fc.constantFrom(...texts), fc.oneof(literal, field))
      .map(([operator, right]) => of(operator, right)),
    fc
      .tuple(fc.constantFrom(...texts), fc.constantFrom('oneof', 'allof', 'anyof'), list)
      .map(([operator, modifier, right]) => of(operator, right, modifier)),
    fc
      .tuple(fc.constantFrom(...numbers), fc.constantFrom('0', '-5', '+7', '1.5', '0x1F', '2e+3'))
      .map(([operator, text]) => of(operator, { kind: 'literal', text, at: AT })),
    fc
      .tuple(fc.constantFrom(...lists), fc.oneof(list, field))
      .map(([operator, right]) => of(operator, right)),
  );
});

/** Conditions of every shape; `and`, `or` and `not` inside each other, none with a single child. */
export const anyCondition: fc.Arbitrary<Resolved> = fc.letrec<{ node: Resolved }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('node'), { minLength: 2, maxLength: 4 }),
      )
      .map(([kind, children]) => ({ kind, children })),
    tie('node').map((child) => ({ kind: 'not' as const, child })),
  ),
})).node;

/** The same text with some characters removed, doubled, exchanged or inserted. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.nat(),
    kind: fc.constantFrom('cut', 'insert', 'double', 'tail'),
    text: fc.oneof(
      fc.constantFrom(
        '(',
        ')',
        '"',
        "'",
        '\\',
        ',',
        '[',
        ']',
        '=',
        ' ',
        '\n',
        '\t',
        '%',
        '\0',
        'not ',
        ' or ',
        ' in ',
        '- ',
        ': ',
        '*a',
        '&a ',
        '|\n',
        '>',
      ),
      fc.string({ maxLength: 3, unit: 'binary' }),
    ),
    length: fc.nat({ max: 8 }),
  });
  return fc.tuple(text, fc.array(change, { maxLength: 5 })).map(([whole, changes]) =>
    changes.reduce((current, { at, kind, text: piece, length }) => {
      const place = current.length === 0 ? 0 : at % current.length;
      switch (kind) {
        case 'cut':
          return current.slice(0, place) + current.slice(place + length);
        case 'double':
          return current.slice(0, place + length) + current.slice(place);
        case 'tail':
          return current.slice(0, place);
        default:
          return current.slice(0, place) + piece + current.slice(place);
      }
    }, whole),
  );
}
