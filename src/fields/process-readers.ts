/** Makers of readers for the fields of processes: one line of the catalogue each. */
import { elapsed } from './clock.js';
import type { FieldRow, Value } from './field.js';
import { ancestor, answersOfAncestors, leaderOf, textOfAncestors, type Ask } from './lineage.js';
import { FD_KINDS, type FdKind, type Moment, type Thread } from '../state/index.js';
import { nanoseconds } from '../units.js';

type Read = FieldRow['read'];

/** Of the event's thread; absent where the capture never mentioned it. */
export function ofThread(ask: Ask<Value>): Read {
  return (moment) => (moment.thread === undefined ? undefined : ask(moment.thread, moment));
}

/** Of the parent process. */
export function ofParent(ask: Ask<Value>): Read {
  return (moment) => {
    const parent = ancestor(moment, 1);
    return parent === undefined ? undefined : ask(parent, moment);
  };
}

/** Of the ancestor that the argument numbers, or of all of them. */
export function ofAncestors(ask: Ask<string>): Read {
  return (moment, argument) => {
    if (argument?.index === undefined) {
      return textOfAncestors(moment, ask);
    }
    const thread = ancestor(moment, argument.index);
    return thread === undefined ? undefined : ask(thread, moment);
  };
}

/** A filter without a number compares every ancestor in turn. */
export function anyAncestor(ask: Ask<string | number>): NonNullable<FieldRow['filter']> {
  return {
    values: (moment) => answersOfAncestors(moment, ask),
    notEqual: 'any',
    isFor: (argument) => argument === undefined,
  };
}

/** Of the leader of the session or process group; empty where it is not known. */
export function ofLeader(id: 'sid' | 'vpgid' | 'pgid', ask: (leader: Thread) => string): Read {
  return (moment) => {
    if (moment.thread === undefined) {
      return undefined;
    }
    const leader = leaderOf(moment, id);
    return leader === undefined ? '' : ask(leader);
  };
}

/** Process ids that stand for no process of the recorded machine are not shown. */
export function processId(pid: number): number | undefined {
  return pid >= -1 && pid <= 0xffff_ffff ? pid : undefined;
}

/** Time of the clone that began the thread; 0 where it was not seen. */
export function startTime(thread: Thread): bigint {
  return nanoseconds(thread.cloneTimeHigh, thread.cloneTimeLow);
}

/** Time since the thread began; `undefined` where that was not seen. */
export function ageAt(moment: Moment, thread: Thread): bigint | undefined {
  if (thread.cloneTimeHigh === 0 && thread.cloneTimeLow === 0) {
    return undefined;
  }
  const { event } = moment;
  return BigInt.asIntN(
    64,
    elapsed(event.timeHigh, event.timeLow, thread.cloneTimeHigh, thread.cloneTimeLow),
  );
}

/** 0 means "not known" in the kernel's structures. */
export function unlessZero(value: bigint): bigint | undefined {
  return value === 0n ? undefined : value;
}

/** Of one of the standard descriptors of the thread. */
export function ofStandardFd(number: 0 | 1 | 2, what: 'type' | 'name'): Read {
  return ofThread((thread, moment) => {
    const fd = moment.world.fdTableOf(thread)?.peek(number);
    if (fd === undefined) {
      return undefined;
    }
    return what === 'name' ? fd.name : (fdWord(fd.kind) ?? '<NA>');
  });
}

function fdWord(kind: FdKind): string | undefined {
  return FD_KINDS[kind].word;
}
