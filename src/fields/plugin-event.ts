/**
 * The payload of a plugin event: JSON that is parsed once an event, when somebody asks (events of a log were parsed
 * when they were read). All text in it is a byte string.
 */
import {
  compactJson,
  findJson,
  indexOf,
  isObject,
  parseJson,
  type JsonObject,
  type JsonPath,
  type JsonSpan,
} from '../capture/index.js';
import { EVENT } from '../events/index.js';
import type { Moment } from '../state/index.js';

/** Index of the payload among the parameters of a plugin event. */
const EVENT_DATA = 1;

/** Where the payload lies, without the NULs that may follow it; `undefined` for other events. */
export function payloadOf(moment: Moment): JsonSpan | undefined {
  const { event } = moment;
  if (event.code !== EVENT.PLUGINEVENT_E || !event.has(EVENT_DATA)) {
    return undefined;
  }
  const start = event.starts[EVENT_DATA] as number;
  let end = start + (event.lengths[EVENT_DATA] as number);
  while (end > start && event.bytes[end - 1] === 0) {
    end -= 1;
  }
  return { bytes: event.bytes, start, end };
}

/** The payload as text: compact where it is JSON, else as it is. */
export function payloadText(moment: Moment): string | undefined {
  const span = payloadOf(moment);
  if (span === undefined) {
    return undefined;
  }
  return jsonOf(moment) === undefined
    ? span.bytes.latin1Slice(span.start, span.end)
    : compactJson(span);
}

/** The parsed payload; `undefined` if it is not JSON, or `null`. */
export function jsonOf(moment: Moment): unknown {
  const { event } = moment;
  if (event.code !== EVENT.PLUGINEVENT_E) {
    return undefined;
  }
  if (event.json === undefined) {
    const span = payloadOf(moment);
    event.json =
      (span === undefined ? undefined : parseJson(span.bytes, span.start, span.end)) ?? null;
  }
  return event.json ?? undefined;
}

/** The payload of an event of `source`, if it is an object. */
export function objectOf(moment: Moment, source: string): JsonObject | undefined {
  const json = jsonOf(moment);
  return isObject(json) && moment.source === source ? json : undefined;
}

/** The member `path` of `root`; `undefined` if there is none (a `null` that stands there is `null`). */
export function memberOf(root: unknown, path: JsonPath): unknown {
  let value = root;
  for (const step of path) {
    if (Array.isArray(value)) {
      value = value[indexOf(step)] as unknown;
    } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, step)) {
      value = (value as Record<string | number, unknown>)[step];
    } else {
      return undefined;
    }
  }
  return value;
}

/** `value`, which stands at `path`, as text: a string itself, anything else as it was written, compact. */
export function textOf(moment: Moment, value: unknown, path: JsonPath): string | undefined {
  if (typeof value === 'string') {
    return value;
  }
  if (typeof value === 'boolean' || value === null) {
    return String(value);
  }
  return value === undefined ? undefined : writtenText(moment, path);
}

/** What stands at `path`, as it was written, compact. */
export function writtenText(moment: Moment, path: JsonPath): string | undefined {
  const payload = payloadOf(moment);
  const span = payload === undefined ? undefined : findJson(payload, path);
  return span === undefined ? undefined : compactJson(span);
}
