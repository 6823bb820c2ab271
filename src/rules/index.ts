/** YAML -> matchers. See README.md. */
export type {
  Comparison,
  Condition,
  FieldExpression,
  Operand,
  Operator,
  Position,
  Resolved,
  Transformer,
} from './ast.js';
export { PRIORITIES, type Priority, type Rule, type RuleSet } from './rule.js';
