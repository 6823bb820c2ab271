/** The values of functions in templates, `toupper(proc.name)`, as fields made up of what they are applied to. */
import {
  joinerRow,
  JOINERS,
  TRANSFORMERS,
  type CompiledField,
  type FieldRow,
  type TransformerRow,
  type Value,
  type ValueType,
} from '../fields/index.js';
import type { Moment } from '../state/index.js';

/** A value that a template can print, and the fields it reads. */
export interface Expression {
  /** As it is named in output fields: `proc.aname[2]`, `toupper(proc.name)`. */
  readonly text: string;
  /** What is read and printed; for a transformer, a field made up of it. */
  readonly field: CompiledField;
  readonly hasTransformers: boolean;
  readonly isList: boolean;
  /** The catalogue's fields named in it. */
  readonly fields: readonly CompiledField[];
}

/** What a function is applied to: an expression, a literal, or a list of such. */
export interface Operand {
  readonly text: string;
  readonly valueType: ValueType;
  readonly read: (moment: Moment) => Value;
  readonly fields: readonly CompiledField[];
}

/**
 * In the reference a length prints the way that its field's own values do, and for nearly all texts that is
 * no way for a number: it can be compared, but prints as missing. These are the others.
 */
const LENGTHS_THAT_PRINT: ReadonlySet<string> = new Set([
  'evt.res',
  'fd.type',
  'fd.typechar',
  'fd.types',
  'fdlist.nums',
  'fdlist.cports',
  'fdlist.sports',
]);
/** What stands for the field where a function has literals alone. */
const CONSTANT = { name: 'constant', subject: 'type', doc: 'A text.' } as const;

/** Whether there is a function of this name. */
export function isFunction(name: string): boolean {
  return isTransformer(name) || isJoiner(name);
}

function isTransformer(name: string): name is keyof typeof TRANSFORMERS {
  return Object.hasOwn(TRANSFORMERS, name);
}

function isJoiner(name: string): name is keyof typeof JOINERS {
  return Object.hasOwn(JOINERS, name);
}

/** What a function makes of its operands; `undefined` where it does not take these. `selector` stands in brackets behind it. */
export function applyFunction(
  name: string,
  operands: readonly Operand[],
  selector: string | undefined,
): Expression | undefined {
  const brackets = selector === undefined ? '' : `[${selector}]`;
  const text = `${name}(${operands.map((operand) => operand.text).join(',')})${brackets}`;
  const fields = operands.flatMap((operand) => operand.fields);
  const [first] = operands;
  if (first === undefined) {
    return undefined;
  }
  if (isTransformer(name)) {
    const transformer: TransformerRow = TRANSFORMERS[name];
    const result = transformer.result(first.valueType);
    return operands.length !== 1 || result === undefined
      ? undefined
      : made(text, result, fields, (moment) => transformer.apply(first.read(moment)));
  }
  if (!isJoiner(name)) {
    return undefined;
  }
  const joiner = joinerRow(name, selector);
  return joiner.problem(operands.map(({ valueType }) => valueType)) === undefined
    ? made(text, joiner.result, fields, (moment) =>
        joiner.apply(operands.map((operand) => operand.read(moment))),
      )
    : undefined;
}

function made(
  text: string,
  { type, isList }: ValueType,
  fields: readonly CompiledField[],
  read: (moment: Moment) => Value,
): Expression {
  const { name, subject, doc } = fields[0]?.row ?? CONSTANT;
  const isSilent = type === 'uint64' && !LENGTHS_THAT_PRINT.has(name);
  const row: FieldRow = {
    name,
    subject,
    doc,
    type,
    read,
    ...(isList ? { isList } : {}),
    ...(isSilent ? { format: 'none' } : {}),
  };
  const field = { row, text, argument: undefined, type, read };
  return { text, field, hasTransformers: true, isList, fields };
}
