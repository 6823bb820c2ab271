/**
 * How fields of a Kubernetes audit event read it: a path to a text, or to texts in the elements of lists.
 * An event is one only if it has an `auditID`; elements in which the path leads nowhere are passed over.
 */
import type { JsonObject, JsonPath } from '../capture/index.js';
import type { Moment } from '../state/index.js';
import type { FieldArgument, Value } from './field.js';
import { memberOf, objectOf, textOf as writtenTextOf } from './plugin-event.js';

export const K8S_SOURCE = 'k8s_audit';

/** A value of the event and where it stands. */
export interface Located {
  readonly value: unknown;
  readonly path: JsonPath;
}

export type KaReader = (moment: Moment, argument: FieldArgument | undefined) => Value;

/** The audit event, if the moment is one. */
export function auditEventOf(moment: Moment): JsonObject | undefined {
  const event = objectOf(moment, K8S_SOURCE);
  return event !== undefined && Object.hasOwn(event, 'auditID') ? event : undefined;
}

/**
 * The text of what stands at `path`. Integers need no look at how they were written: an API server writes them in
 * one way only.
 */
export function textOf(moment: Moment, value: unknown, path: JsonPath): string | undefined {
  return Number.isSafeInteger(value) ? String(value) : writtenTextOf(moment, value, path);
}

/** A reader of the text at `path`. */
export function textAt(...path: readonly string[]): KaReader {
  return (moment) => textOf(moment, memberOf(auditEventOf(moment), path), path);
}

/** A reader of the texts in the list at `path`; with an index, of that one. */
export function textsAt(...path: readonly string[]): KaReader {
  return (moment, argument) => {
    const list = memberOf(auditEventOf(moment), path);
    if (!Array.isArray(list)) {
      return undefined;
    }
    return listOf(
      chosen(list, argument).map((index) => textOf(moment, list[index], [...path, index])),
    );
  };
}

/**
 * A reader of the texts at `inner` in each element of the list at `list`; with an index, of that element alone.
 * What `inner` leads to may be a list itself: its elements count then.
 */
export function textsInEach(list: readonly string[], ...inner: readonly string[]): KaReader {
  return (moment, argument) =>
    listOf(
      locateInEach(moment, argument, list, inner).flatMap((found) =>
        found === undefined ? [] : textsOf(moment, found),
      ),
    );
}

/** What stands at `inner` in each element of a list (or in the one that the argument chooses), in order. */
export function locateInEach(
  moment: Moment,
  argument: FieldArgument | undefined,
  list: readonly string[],
  inner: readonly string[],
): readonly (Located | undefined)[] {
  const elements = memberOf(auditEventOf(moment), list);
  if (!Array.isArray(elements)) {
    return [];
  }
  return chosen(elements, argument).map((index) => {
    const value = memberOf(elements[index], inner);
    return value === undefined ? undefined : { value, path: [...list, index, ...inner] };
  });
}

/** The value's text, or the texts of its elements if it is a list. */
export function textsOf(moment: Moment, { value, path }: Located): readonly string[] {
  const texts = Array.isArray(value)
    ? value.map((element, index) => textOf(moment, element, [...path, index]))
    : [textOf(moment, value, path)];
  return texts.filter((text) => text !== undefined);
}

/** A list field's value: a list without an element is absent, as everywhere. */
export function listOf(texts: readonly (string | undefined)[]): readonly string[] | undefined {
  const present = texts.filter((text) => text !== undefined);
  return present.length === 0 ? undefined : present;
}

function chosen(list: readonly unknown[], argument: FieldArgument | undefined): readonly number[] {
  if (argument === undefined) {
    return list.map((_element, index) => index);
  }
  const { index } = argument;
  return index !== undefined && index < list.length ? [index] : [];
}
