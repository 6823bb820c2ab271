/**
 * Fields that read any plugin event whose payload is JSON (the plugin `json`): `json.*`, and the same under their
 * older names `jevt.*`.
 */
import { indentJson, isObject } from '../capture/index.js';
import { nanoseconds } from '../units.js';
import type { Moment } from '../state/index.js';
import type { Catalogue, FieldRow, Value } from './field.js';
import { jsonOf, memberOf, payloadOf, textOf } from './plugin-event.js';
import { subjectOfPath } from './plugin-type.js';

const DEPRECATED = { isDeprecated: true } as const;

// prettier-ignore
const JSON_ROWS: readonly FieldRow[] = [
  { name: 'json.value', type: 'charbuf', subject: 'event', argument: { isRequired: true, form: 'key' },
    doc: 'The value that a JSON pointer leads to, as in json.value[/user/name]. Text is given as it is, anything else as compact JSON.',
    read: () => undefined,
    subjectOf: (argument) => subjectOfPath(pathOf(argument?.text ?? '')),
    bind: (argument) => readerOfPointer(argument?.text ?? '') },
  { name: 'json.obj', type: 'charbuf', subject: 'event',
    doc: 'The whole payload, indented by two spaces a level.',
    read: (moment) => (isDocument(jsonOf(moment)) ? indented(moment) : undefined) },
  { name: 'json.rawtime', type: 'charbuf', subject: 'event',
    doc: 'Time of the event in nanoseconds since the epoch, as text.',
    read: (moment) => isDocument(jsonOf(moment))
      ? nanoseconds(moment.event.timeHigh, moment.event.timeLow).toString() : undefined },
];

/** The catalogue of the plugin `json`. */
export const JSON_CATALOGUE: Catalogue = {
  name: 'json',
  doc: 'Any value of an event whose payload is JSON.',
  sources: undefined,
  rows: JSON_ROWS,
};

/** The same fields under the names they had first. */
export const JEVT_CATALOGUE: Catalogue = {
  name: 'jevt',
  doc: 'Older names of the fields of class json.',
  sources: undefined,
  rows: JSON_ROWS.map((row) => ({
    ...row,
    ...DEPRECATED,
    name: row.name.replace('json.', 'jevt.'),
    doc: `Older name of ${row.name}.`,
  })),
};

/** A payload that begins with a brace or a bracket, which is all that counts as JSON here. */
function isDocument(json: unknown): boolean {
  return isObject(json) || Array.isArray(json);
}

function indented(moment: Moment): string | undefined {
  const payload = payloadOf(moment);
  return payload === undefined ? undefined : indentJson(payload);
}

/** A pointer's path (RFC 6901; its first slash may be left out). */
function pathOf(pointer: string): readonly string[] {
  const steps = pointer.startsWith('/') ? pointer.slice(1) : pointer;
  return pointer === ''
    ? []
    : steps.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function readerOfPointer(pointer: string): (moment: Moment) => Value {
  const path = pathOf(pointer);
  return (moment) => {
    const json = jsonOf(moment);
    return isDocument(json) ? textOf(moment, memberOf(json, path), path) : undefined;
  };
}
