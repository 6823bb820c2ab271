/** The fields that a comparison reads, on both sides and inside functions. */
import type { CallArgument, Comparison, FieldExpression } from './ast.js';

/** In the order in which they are written. */
export function fieldsIn({ left, right }: Comparison): readonly FieldExpression[] {
  const fields: FieldExpression[] = [];
  const visit = (value: CallArgument): void => {
    if (value.kind === 'list') {
      value.items.forEach(visit);
    } else if (value.kind === 'field') {
      if (value.call === undefined) {
        fields.push(value);
      }
      value.call?.arguments.forEach(visit);
    }
  };
  visit(left);
  if (right?.kind === 'field') {
    visit(right);
  }
  return fields;
}
