/** Moments of audit events, and fields read from them by their name as written. */
import { EventDecoder, Event, EVENT_TABLE } from '../../src/events/index.js';
import {
  compileFieldText,
  FIELDS,
  renderField,
  type FieldRow,
  type Value,
} from '../../src/fields/index.js';
import { Moment, World } from '../../src/state/index.js';
import { AuditReader } from '../../src/capture/index.js';
import { inputOf } from './audit-logs.js';

export const ROWS: readonly FieldRow[] = [...FIELDS.values()].map(({ row }) => row);

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

/** What a field gives, such as `ka.uri.param[command]`; the event's source is the moment's unless said. */
export function read(moment: Moment, field: string, source = sourceOfField(field)): Value {
  const { field: compiled, problem } = compileFieldText(field, source);
  if (compiled === undefined) {
    throw new Error(JSON.stringify(problem));
  }
  return compiled.read(moment);
}

/** How a field prints. */
export function print(moment: Moment, field: string): string | undefined {
  const { field: compiled } = compileFieldText(field, sourceOfField(field));
  return compiled === undefined ? undefined : renderField(compiled, moment);
}

function sourceOfField(field: string): string {
  return /^(ct|s3|ec2|ecr|iam)\./.test(field) ? 'aws_cloudtrail' : 'k8s_audit';
}
