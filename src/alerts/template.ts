/**
 * Output templates: `File opened (user=%user.name file=%fd.name)`. A template that begins with `*` renders
 * even when a value is missing (as `<NA>`); without it such a line is left out. `%12proc.name` is cut or
 * padded to 12 bytes. Rendering reads, and never changes, the moment.
 *
 *     template := ['*'] (text | '%' [width] expression)*
 */
import { UserError } from '../errors.js';
import {
  ABSENT_TEXT,
  compileField,
  DEFAULT_SETTINGS,
  jsonValue,
  printValue,
  renderField,
  type CompiledField,
  type FieldSettings,
  type JsonValue,
} from '../fields/index.js';
import type { Moment } from '../state/index.js';
import { fixText, FUNCTIONS, outputToken, type Fault } from '../rules/index.js';
import { compileExpression, type Expression } from './expression.js';

/** A named value of a template. */
export interface OutputField {
  readonly name: string;
  /** As JSON holds it: exact numbers, times in nanoseconds, `null` where it is missing. */
  readonly value: JsonValue;
}

/** A column of a template, for formats that have columns. */
export interface Column {
  readonly name: string;
  /** Whether its values are numbers, which no format needs to protect. */
  readonly isNumeric: boolean;
  readonly print: (moment: Moment) => string | undefined;
}

/** How a template is compiled. */
export interface TemplateOptions {
  readonly settings?: FieldSettings | undefined;
  /** Where the template was written, for messages. */
  readonly where?: string | undefined;
  /** Fields that are no mistake where events of the source have none of that name: nothing is printed for them. */
  readonly mayLack?: ReadonlySet<string> | undefined;
}

/** A compiled template; all text is byte strings. */
export interface Template {
  readonly text: string;
  /** Whether it began with `*`: a missing value prints as `<NA>` instead of leaving the line out. */
  readonly showsMissing: boolean;
  readonly columns: readonly Column[];
  /** Every field that it reads. */
  readonly fields: readonly CompiledField[];
  /** The line; `undefined` where a value is missing and must not be. */
  readonly render: (moment: Moment) => string | undefined;
  /** Values by name, sorted, each once. Transformed values are left out: their fields are there. */
  readonly values: (moment: Moment) => readonly OutputField[];
}

/** Reads one token of a template; `undefined` where the value is missing. */
type Print = (moment: Moment) => string | undefined;

const CONTAINER_INFO = 'container.info';
const INTEGER_TYPES = /^u?int\d+$|^(?:double|port|abstime|reltime)$/;

interface Token {
  /** Text in front of the value. */
  readonly before: string;
  readonly print: Print;
  readonly width: number;
  /** `undefined` for `%container.info`, and for a field that events of this source lack. */
  readonly expression: Expression | undefined;
  readonly name: string;
  /** What it adds to JSON. */
  readonly values: readonly NamedValue[];
}

interface NamedValue {
  readonly name: string;
  readonly read: (moment: Moment) => JsonValue;
}

/**
 * Compile the template `text` (a byte string) for events of `source` (`syscall`, `k8s_audit` ...).
 *
 * @throws {UserError} `TEMPLATE_SYNTAX`, `TEMPLATE_UNKNOWN_FIELD`
 */
export function compileTemplate(
  text: string,
  source: string,
  options: TemplateOptions = {},
): Template {
  const showsMissing = text.startsWith('*');
  const { tokens, rest } = parseTemplate(text, showsMissing ? 1 : 0, source, options);
  const named = uniqueValues(tokens);
  return {
    text,
    showsMissing,
    columns: tokens.map((token) => ({
      name: token.name,
      isNumeric:
        token.expression !== undefined &&
        !token.expression.isList &&
        INTEGER_TYPES.test(token.expression.field.type),
      print: token.print,
    })),
    fields: tokens.flatMap((token) => token.expression?.fields ?? []),
    render: (moment) => renderTokens(tokens, rest, showsMissing, moment),
    values: (moment) => named.map(({ name, read }) => ({ name, value: read(moment) })),
  };
}

function renderTokens(
  tokens: readonly Token[],
  rest: string,
  showsMissing: boolean,
  moment: Moment,
): string | undefined {
  let line = '';
  for (const token of tokens) {
    let value = token.print(moment);
    if (value === undefined) {
      if (!showsMissing) {
        return undefined;
      }
      value = ABSENT_TEXT;
    }
    line += token.before;
    line += token.width === 0 ? value : value.slice(0, token.width).padEnd(token.width);
  }
  return line + rest;
}

function parseTemplate(
  text: string,
  start: number,
  source: string,
  options: TemplateOptions,
): { tokens: Token[]; rest: string } {
  const tokens: Token[] = [];
  let done = start;
  for (let at = text.indexOf('%', start); at >= 0; at = text.indexOf('%', done)) {
    const before = text.slice(done, at);
    const digits = digitsAt(text, at + 1);
    const wordStart = at + 1 + digits.length;
    const width = Math.min(Number(digits), MAX_WIDTH);
    const { end, ...read } = parseValue(text, wordStart, source, options);
    tokens.push({ before, width, ...read });
    done = end;
  }
  return { tokens, rest: text.slice(done) };
}

/** What stands behind a `%` and its width, and where it ends. */
function parseValue(
  text: string,
  at: number,
  source: string,
  { settings = DEFAULT_SETTINGS, where, mayLack }: TemplateOptions,
): Omit<Token, 'before' | 'width'> & { readonly end: number } {
  if (text.startsWith(CONTAINER_INFO, at)) {
    const end = at + CONTAINER_INFO.length;
    return {
      end,
      print: containerInfo(source),
      expression: undefined,
      name: CONTAINER_INFO,
      values: [],
    };
  }
  const token = outputToken(text, at, source);
  if (token.expression !== undefined) {
    const expression = compileExpression(token.expression, { source, settings });
    const values = expression.fields.map(valueOf);
    const { end } = token;
    return { end, print: printer(expression), expression, name: expression.text, values };
  }
  const problem = token.fault?.problem;
  const isPlain = problem !== undefined && text.startsWith(problem.name, at);
  if (isPlain && problem.kind === 'other-source' && mayLack?.has(problem.name) === true) {
    const { name } = problem;
    const values = [{ name, read: () => null }];
    return { end: at + name.length, print: () => undefined, expression: undefined, name, values };
  }
  throw notAnExpression(text, at, token.fault, where);
}

/** No column is wider: a line is no place to fill a memory. */
const MAX_WIDTH = 65_535;

function digitsAt(text: string, at: number): string {
  let end = at;
  while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) {
    end += 1;
  }
  return text.slice(at, end);
}

function notAnExpression(
  text: string,
  at: number,
  fault: Fault | undefined,
  where: string | undefined,
): UserError {
  const story = {
    what: 'Cannot use this output template',
    where: where ?? `template, character ${at}`,
  };
  if (fault?.problem !== undefined) {
    const { message: why, fix } = fault;
    return new UserError({ code: 'TEMPLATE_UNKNOWN_FIELD', ...story, why, fix: fixText(fix) });
  }
  return new UserError({
    code: 'TEMPLATE_SYNTAX',
    ...story,
    why: fault?.message ?? nothingAt(text, at),
    fix: 'write a field behind the "%", such as %proc.name or %toupper(proc.name)',
  });
}

/** Why there is no expression where nothing begins like one. */
function nothingAt(text: string, at: number): string {
  if (at >= text.length) {
    return 'it ends with "%" where a field name is expected';
  }
  const called = /^[a-z0-9]+(?=\()/.exec(text.slice(at, at + 40))?.[0];
  return called === undefined
    ? `no field name stands behind "%": "${text.slice(at, at + 20)}"`
    : `there is no transformer "${called}"; there are ${FUNCTIONS.join(', ')}`;
}

/** Fields for filters alone have no text; but a network that is there prints a word in its place. */
function filterOnlyText(field: CompiledField, moment: Moment): string | undefined {
  return field.type === 'ipnet' && field.read(moment) !== undefined ? '<IPNET>' : undefined;
}

function printer({ field }: Expression): Print {
  if (field.row.usage === 'filter-only') {
    return (moment) => filterOnlyText(field, moment);
  }
  return (moment) => renderField(field, moment);
}

/** Falco printed this pair for `%container.info` once; its rules still ask for it. */
function containerInfo(source: string): Print {
  const id = compileField('container.id', undefined, source).field;
  const name = compileField('container.name', undefined, source).field;
  if (id === undefined || name === undefined) {
    return () => undefined;
  }
  return (moment) => {
    const known = renderField(id, moment);
    return known === undefined ? undefined : `${printValue(name, name.read(moment))} (id=${known})`;
  };
}

function valueOf(field: CompiledField): NamedValue {
  const isHidden = field.row.usage === 'filter-only';
  return {
    name: field.text,
    read: (moment) =>
      isHidden ? (filterOnlyText(field, moment) ?? null) : jsonValue(field, moment),
  };
}

function uniqueValues(tokens: readonly Token[]): readonly NamedValue[] {
  const named = new Map(
    tokens.flatMap(({ values }) => values.map((value) => [value.name, value] as const)),
  );
  return [...named.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
