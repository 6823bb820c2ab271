/** Moments of audit events, and fields read from them by their name as written. */
import { EventDecoder, Event, EVENT_TABLE } from '../../src/events/index.js';
import { CT_CATALOGUE } from '../../src/fields/ct-catalog.js';
import type { FieldRow, Value } from '../../src/fields/field.js';
import { JEVT_CATALOGUE, JSON_CATALOGUE } from '../../src/fields/json-catalog.js';
import { KA_CATALOGUE } from '../../src/fields/ka-catalog.js';
import { Moment, World } from '../../src/state/index.js';
import { AuditReader } from '../../src/capture/index.js';
import { inputOf } from './audit-logs.js';

const CATALOGUES = [KA_CATALOGUE, CT_CATALOGUE, JSON_CATALOGUE, JEVT_CATALOGUE];
export const ROWS: readonly FieldRow[] = CATALOGUES.flatMap(({ rows }) => rows);

/** The moment of the only event of a log that holds `event`, given as an object or as it is written. */
export async function momentOf(event: unknown): Promise<Moment> {
  const reader = new AuditReader(
    inputOf(typeof event === 'string' ? event : JSON.stringify(event)),
  );
  if (!(await reader.probe())) {
    throw new Error(`no audit event: ${JSON.stringify(event)}`);
  }
  reader.next();
  const decoded = new Event(EVENT_TABLE[0] as (typeof EVENT_TABLE)[number]);
  new EventDecoder({ raw: false }).decode(reader.record, decoded);
  return new Moment(new World(), decoded);
}

/** What a field gives, such as `ka.uri.param[command]`. */
export function read(moment: Moment, field: string): Value {
  const [name = '', argument] = field.split(/[[\]]/);
  const row = ROWS.find((each) => each.name === name);
  if (row === undefined) {
    throw new Error(`no field ${name}`);
  }
  const parsed =
    argument === undefined
      ? undefined
      : { text: argument, index: /^\d+$/.test(argument) ? Number(argument) : undefined };
  return row.bind === undefined
    ? row.read(moment, parsed)
    : row.bind(parsed, undefined as never)(moment);
}
