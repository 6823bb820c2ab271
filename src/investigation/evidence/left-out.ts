/**
 * What a recording left out on purpose: our recorder says so itself, in an asynchronous event called `recording` at
 * the beginning of each file. Whoever wrote the capture wrote this too: nothing in it is more than a text.
 */
import type { Event } from '../../events/index.js';
import { textOfBytes } from '../../units.js';

/** The name of the event; the reference passes over it. */
const NAME = 'recording';
const NAME_PARAM = 1;
const TEXT_PARAM = 2;
/** What recorders keep of a read or write unless they are asked for less. */
const USUAL_SNAPLEN = 80;
/** Bytes of JSON that are looked at; the recorder writes a few hundred. */
const MAX_TEXT = 1 << 16;

/** A recorder's own word about its recording; what it does not say is `undefined`. */
export interface Statement {
  /** Bytes kept of each read or write. */
  readonly snaplen: number | undefined;
  /** Whether context switches and page faults are recorded too. */
  readonly hasAll: boolean;
  /** The system calls that were asked for; those by which processes begin are always there. */
  readonly syscalls: string | undefined;
  /** The program whose process, with its descendants, is all that was recorded. */
  readonly onlyCommand: string | undefined;
  /** Id of the one container that was recorded. */
  readonly container: string | undefined;
  /** Number of this file in a rotation, from 1. */
  readonly file: number | undefined;
}

/** The statement that an asynchronous event makes; `undefined` if it makes none. */
export function readStatement(event: Event): Statement | undefined {
  if (event.text(NAME_PARAM) !== NAME) {
    return undefined;
  }
  const json = objectOf(event.text(TEXT_PARAM));
  if (json?.['recorder'] !== 'tiercel') {
    return undefined;
  }
  const text = (key: string): string | undefined =>
    typeof json[key] === 'string' ? json[key] : undefined;
  const number = (key: string): number | undefined =>
    typeof json[key] === 'number' ? json[key] : undefined;
  return {
    snaplen: number('snaplen'),
    hasAll: json['all'] === true,
    syscalls: text('syscalls'),
    onlyCommand: text('only_command'),
    container: text('container'),
    file: number('file'),
  };
}

function objectOf(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  if (text === undefined || text.length > MAX_TEXT) {
    return undefined;
  }
  try {
    const json: unknown = JSON.parse(textOfBytes(text));
    return typeof json === 'object' && json !== null
      ? (json as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** What is missing by request, a sentence each, with words of the capture as they are; empty where the whole machine was recorded as usual. */
export function leftOutTexts(statement: Statement | undefined): readonly string[] {
  if (statement === undefined) {
    return [];
  }
  const { snaplen, syscalls, onlyCommand, container, file } = statement;
  const texts: string[] = [];
  if (onlyCommand !== undefined) {
    texts.push(`only the command ${onlyCommand} and its descendants were recorded`);
  }
  if (container !== undefined) {
    texts.push(`only the container ${container} was recorded`);
  }
  if (syscalls !== undefined) {
    texts.push(
      `only these system calls were recorded: ${syscalls}; and those by which processes begin and end`,
    );
  }
  if (snaplen !== undefined && snaplen < USUAL_SNAPLEN) {
    texts.push(`of what was read and written, only ${snaplen} bytes a call were recorded`);
  }
  if (file !== undefined && file > 1) {
    texts.push(`this is file ${file} of a rotation; what happened before is in earlier ones`);
  }
  return texts;
}
