/**
 * What kind of request an audit event reports. Nearly every rule asks for it first, and there are few kinds, so
 * `rules` keeps the answers per kind: fields that read nothing but these places have the subject `type`.
 */
import { createHash } from 'node:crypto';
import type { Moment } from '../state/index.js';
import type { Subject } from './field.js';
import { jsonOf, memberOf, textOf } from './plugin-event.js';

/** The places, in events of whatever source: a kind has the same text in all of them. */
const TYPE_PATHS: readonly (readonly string[])[] = [
  ['stage'],
  ['verb'],
  ['objectRef', 'resource'],
  ['objectRef', 'subresource'],
  ['eventSource'],
  ['eventName'],
  ['errorCode'],
];
const SPELLED = new Set(TYPE_PATHS.map((path) => path.join('\0')));

/** What a field that reads nothing but the text at `path` depends on. */
export function subjectOfPath(path: readonly string[]): Subject {
  return SPELLED.has(path.join('\0')) ? 'type' : 'event';
}

/** Longer texts are replaced by their hash, so that keys stay small whatever a log holds. */
const MAX_TEXT = 64;

/** A key that is equal for plugin events of one kind: same source, same texts in all places. */
export function pluginTypeKey(moment: Moment): string {
  const json = jsonOf(moment);
  let key = `${moment.source} ${memberOf(json, ['auditID']) === undefined ? '' : 'audit'}`;
  for (const path of TYPE_PATHS) {
    const value = memberOf(json, path);
    key += value === undefined ? ' ' : spell(value, textOf(moment, value, path) ?? '');
  }
  return key;
}

/** A spelling that no other value has: its length keeps it apart from what follows. */
function spell(value: unknown, text: string): string {
  const isLong = text.length > MAX_TEXT;
  const short = isLong ? createHash('sha256').update(text, 'utf8').digest('hex') : text;
  return `${typeof value === 'string' ? '"' : '='}${text.length}:${short}`;
}
