/**
 * What a template prints for a "%": a field, or functions around fields, which become a field made up of them. What such
 * an expression is, and what it gives, is the rule language's: see `rules`.
 */
import { compileField, type CompiledField, type FieldRow } from '../fields/index.js';
import {
  readerOf,
  type CallArgument,
  type FieldExpression,
  type FieldScope,
} from '../rules/index.js';

/** A value that a template can print, and the fields it reads. */
export interface Expression {
  /** As it is named in output fields: `proc.aname[2]`, `toupper(proc.name)`. */
  readonly text: string;
  /** What is read and printed. */
  readonly field: CompiledField;
  readonly isList: boolean;
  /** The catalogue's fields named in it. */
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

/** Compile an expression that was found right. */
export function compileExpression(expression: FieldExpression, scope: FieldScope): Expression {
  const fields = fieldsIn(expression, scope);
  const [first] = fields;
  if (
    expression.call === undefined &&
    expression.transformers.length === 0 &&
    first !== undefined
  ) {
    return { text: first.text, field: first, isList: first.row.isList === true, fields };
  }
  const { type, isList, value: read } = readerOf(expression, scope);
  const { name, subject, doc } = first?.row ?? CONSTANT;
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
  const text = textOf(expression, scope);
  return { text, field: { row, text, argument: undefined, type, read }, isList, fields };
}

function fieldsIn(argument: CallArgument, scope: FieldScope): readonly CompiledField[] {
  switch (argument.kind) {
    case 'literal':
      return [];
    case 'list':
      return argument.items.flatMap((item) => fieldsIn(item, scope));
    case 'field':
      return argument.call === undefined
        ? [fieldOf(argument, scope)]
        : argument.call.arguments.flatMap((each) => fieldsIn(each, scope));
  }
}

function fieldOf(
  { name, argument }: FieldExpression,
  { source, settings }: FieldScope,
): CompiledField {
  const { field } = compileField(name, argument, source, settings);
  if (field === undefined) {
    throw new Error(`field ${name} was not checked before its template was compiled`);
  }
  return field;
}

function textOf(argument: CallArgument, scope: FieldScope): string {
  switch (argument.kind) {
    case 'literal':
      return argument.text;
    case 'list':
      return `(${argument.items.map((item) => textOf(item, scope)).join(', ')})`;
    case 'field':
      return argument.transformers.reduce(
        (text, name) => `${name}(${text})`,
        innerText(argument, scope),
      );
  }
}

function innerText(expression: FieldExpression, scope: FieldScope): string {
  const { call, name, argument } = expression;
  if (call === undefined) {
    return fieldOf(expression, scope).text;
  }
  const inputs = call.arguments.map((input) => textOf(input, scope)).join(',');
  if (call.function === 'constant') {
    return inputs;
  }
  return `${name}(${inputs})${argument === undefined ? '' : `[${argument}]`}`;
}
