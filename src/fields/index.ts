/** Names -> values. See README.md. */
export type {
  Catalogue,
  CompiledField,
  FieldRow,
  FieldSettings,
  FieldType,
  PathPart,
  Scalar,
  Subject,
  Value,
} from './field.js';
export { eventName } from './evt-readers.js';
export { isRawArgumentComparable } from './evt-args.js';
export { NameLookups, nearestName, nearestNames } from './nearest.js';
export { pluginTypeKey } from './plugin-type.js';
export { ABSENT_TEXT, jsonValue, printValue, renderField, type JsonValue } from './print.js';
export {
  CATALOGUES,
  compileField,
  compileFieldText,
  DEFAULT_SETTINGS,
  FIELDS,
  fieldsOfSource,
  longestField,
  type FieldProblem,
} from './registry.js';
export {
  joinerRow,
  JOINERS,
  TRANSFORMERS,
  type TransformerRow,
  type ValueType,
} from './transformers.js';
export { queryValues } from './uri.js';
export { zoneNamed, type Zone } from './zone.js';
