/**
 * What may be applied to a field's value, in conditions and in templates: `tolower(proc.name)`. A row says
 * what it accepts and what comes out. A transformer of an absent value is absent.
 */
import type { FieldType, Scalar, Value } from './field.js';
import { optionOf, optionsOf } from './getopt.js';

/** Type of what goes in or comes out. */
export interface ValueType {
  readonly type: FieldType;
  readonly isList: boolean;
}

/** A transformer of one value, or of each value of a list. */
export interface TransformerRow {
  readonly doc: string;
  /** Type of the result; `undefined` where the transformer does not take such a value. */
  readonly result: (input: ValueType) => ValueType | undefined;
  readonly apply: (value: Value) => Value;
}

const isText = ({ type }: ValueType): boolean => type === 'charbuf';
const isTextOrBuffer = ({ type }: ValueType): boolean => type === 'charbuf' || type === 'bytebuf';

// prettier-ignore
export const TRANSFORMERS = {
  tolower: {
    doc: 'The text with its ASCII letters in lower case.',
    result: (input) => (isText(input) ? input : undefined),
    apply: (value) => eachText(value, (text) => text.replaceAll(/[A-Z]+/g, (run) => run.toLowerCase())),
  },
  toupper: {
    doc: 'The text with its ASCII letters in upper case.',
    result: (input) => (isText(input) ? input : undefined),
    apply: (value) => eachText(value, (text) => text.replaceAll(/[a-z]+/g, (run) => run.toUpperCase())),
  },
  b64: {
    doc: 'The bytes that the text encodes in Base64; absent if it is not Base64.',
    result: (input) => (isTextOrBuffer(input) ? input : undefined),
    apply: (value) => eachText(value, decodeBase64),
  },
  basename: {
    doc: 'What follows the last slash.',
    result: (input) => (isText(input) ? input : undefined),
    apply: (value) => eachText(value, (text) => text.slice(text.lastIndexOf('/') + 1)),
  },
  len: {
    doc: 'Number of bytes of a text or buffer, or of items of a list.',
    result: (input) =>
      input.isList || isTextOrBuffer(input) ? { type: 'uint64', isList: false } : undefined,
    apply: (value) => lengthOf(value),
  },
} as const satisfies Record<string, TransformerRow>;

/** A transformer of several values: `join("-", proc.aname)`. */
export interface JoinerRow {
  readonly doc: string;
  /** What is wrong with the types of its arguments; `undefined` where nothing is. */
  readonly problem: (inputs: readonly ValueType[]) => string | undefined;
  readonly result: ValueType;
  readonly apply: (values: readonly Value[]) => Value;
}

const TEXT: ValueType = { type: 'charbuf', isList: false };

export const JOINERS = {
  join: {
    doc: 'The items of a list with a separator (the first argument) between them.',
    problem(inputs) {
      if (inputs.length !== 2) {
        return 'join takes two arguments, a separator and a list';
      }
      if (inputs[0]?.isList === true) {
        return 'the first argument of join, the separator, is one value and no list';
      }
      return inputs[1]?.isList === true ? undefined : 'the second argument of join is a list';
    },
    result: TEXT,
    apply([separator, list]) {
      return typeof separator === 'string' && Array.isArray(list)
        ? list.map(String).join(separator)
        : undefined;
    },
  },
  concat: {
    doc: 'Its arguments, one after the other.',
    problem(inputs) {
      if (inputs.length < 2) {
        return 'concat takes two arguments or more';
      }
      return inputs.every((input) => isText(input) && !input.isList)
        ? undefined
        : 'the arguments of concat are texts';
    },
    result: TEXT,
    apply(values) {
      return values.every((value) => typeof value === 'string') ? values.join('') : undefined;
    },
  },
  getopt: {
    doc: 'The options among the items of a list (the first argument), as getopt(3) finds them, with their values.',
    problem(inputs) {
      const [words, letters] = inputs;
      if (inputs.length !== 2 || words === undefined || letters === undefined) {
        return 'getopt takes two arguments, a list of arguments and the letters of the options';
      }
      if (!words.isList || !isText(words)) {
        return 'the first argument of getopt is a list of texts';
      }
      return isText(letters) && !letters.isList
        ? undefined
        : 'the second argument of getopt is one text, the letters of the options';
    },
    result: { type: 'charbuf', isList: true },
    apply: (values) => applyGetopt(values, optionsOf),
  },
} as const satisfies Record<string, JoinerRow>;

/** The row of a function of several values; `selector` stands in brackets behind it: `getopt(...)[n]` is what `-n` gave. */
export function joinerRow(name: keyof typeof JOINERS, selector: string | undefined): JoinerRow {
  if (name !== 'getopt' || selector === undefined) {
    return JOINERS[name];
  }
  const select = (words: readonly string[], letters: string): Value =>
    optionOf(words, letters, selector);
  return { ...JOINERS.getopt, result: TEXT, apply: (values) => applyGetopt(values, select) };
}

function applyGetopt(
  [words, letters]: readonly Value[],
  find: (words: readonly string[], letters: string) => Value,
): Value {
  return Array.isArray(words) && typeof letters === 'string'
    ? find((words as readonly Scalar[]).map(String), letters)
    : undefined;
}

function eachText(value: Value, transform: (text: string) => string | undefined): Value {
  if (typeof value === 'string') {
    return transform(withoutEndNuls(value));
  }
  if (!Array.isArray(value)) {
    return undefined;
  }
  const results: Scalar[] = [];
  for (const item of value as readonly Scalar[]) {
    const result = transform(withoutEndNuls(String(item)));
    if (result === undefined) {
      return undefined;
    }
    results.push(result);
  }
  return results;
}

function withoutEndNuls(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) {
    end -= 1;
  }
  return end === text.length ? text : text.slice(0, end);
}

function lengthOf(value: Value): Value {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
}

/** Padding may be missing; whatever is no exact Base64 makes the result absent. */
function decodeBase64(text: string): string | undefined {
  const body = text.replace(/={0,2}$/, '');
  const bytes = Buffer.from(body, 'base64');
  return bytes.toString('base64').replace(/=+$/, '') === body ? bytes.latin1Slice() : undefined;
}
