/** The values that comparisons saw, as text. */
import {
  compileField,
  printValue,
  type CompiledField,
  type FieldSettings,
  type Scalar,
  type Value,
} from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import type { FieldExpression } from '../ast.js';
import { readerOf, type FieldScope } from '../engine/expression.js';
import type { AskingNode } from './tree.js';

/** What stands on the sides of a comparison at a moment: byte strings; `undefined` where there is none. */
export interface Sides {
  readonly left: string | undefined;
  /** Absent unless it compares two fields. */
  readonly right?: string | undefined;
}

/** Prints what comparisons compare; fields are compiled once. */
export class ValuePrinter {
  readonly #scope: FieldScope;
  readonly #printers = new WeakMap<FieldExpression, (moment: Moment) => string | undefined>();

  constructor(source: string, settings: FieldSettings) {
    this.#scope = { source, settings };
  }

  sides({ comparison: { left, right } }: AskingNode, moment: Moment): Sides {
    const own = { left: this.#print(left, moment) };
    return right?.kind === 'field' ? { ...own, right: this.#print(right, moment) } : own;
  }

  #print(expression: FieldExpression, moment: Moment): string | undefined {
    let print = this.#printers.get(expression);
    if (print === undefined) {
      print = this.#printerOf(expression);
      this.#printers.set(expression, print);
    }
    return print(moment);
  }

  #printerOf(expression: FieldExpression): (moment: Moment) => string | undefined {
    const { value, hasCandidates } = readerOf(expression, this.#scope);
    const isPlain = expression.call === undefined && expression.transformers.length === 0;
    const { field } = isPlain
      ? compileField(expression.name, expression.argument, this.#scope.source, this.#scope.settings)
      : { field: undefined };
    return (moment) => {
      const found = value(moment);
      if (found === undefined || (hasCandidates && (found as readonly Scalar[]).length === 0)) {
        return undefined;
      }
      return field === undefined ? plainText(found) : textOf(field, found);
    };
  }
}

/** Numbers that print as nothing are shown all the same: they were compared. */
function textOf(field: CompiledField, value: Value): string {
  const isHiddenNumber = field.row.format === 'none' && typeof value === 'number';
  return isHiddenNumber ? String(value) : printValue(field, value);
}

function plainText(value: Value): string {
  return Array.isArray(value) ? `(${value.map(String).join(',')})` : String(value);
}
