/** Names -> values. See README.md. */
export type {
  ArgumentForm,
  CompiledField,
  FieldArgument,
  FieldRow,
  FieldType,
  FilterForm,
  Scalar,
  Subject,
  Value,
} from './field.js';
