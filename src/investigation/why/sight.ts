/** An event as it is named in an explanation. */
import { compileTemplate, type Template } from '../../alerts/index.js';
import { eventName, type FieldSettings } from '../../fields/index.js';
import type { Moment } from '../../state/index.js';
import { nanoseconds } from '../../units.js';

/** One event, and who did it. */
export interface Sight {
  /** Path of the evidence, as given. */
  readonly evidence: string;
  readonly number: number;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  /** Name of its type. */
  readonly type: string;
  /** Who did it, on one line; a byte string. */
  readonly who: string;
}

const WHO: Readonly<Record<string, string>> = {
  syscall: '*%proc.cmdline (pid %proc.pid, container %container.name)',
  k8s_audit: '*%ka.user.name %ka.verb %ka.uri',
  aws_cloudtrail: '*%ct.user %ct.name %ct.src',
};
const ANYBODY = '*%evt.plugininfo';
/** A command line may have as many characters as somebody wants. */
const MAX_WHO = 160;

/** Notes events of a source. */
export class SightMaker {
  readonly #who: Template;

  constructor(source: string, settings: FieldSettings) {
    this.#who = compileTemplate(WHO[source] ?? ANYBODY, source, { settings });
  }

  at(moment: Moment, evidence: string): Sight {
    const { number, timeHigh, timeLow } = moment.event;
    const who = this.#who.render(moment) ?? '';
    return {
      evidence,
      number,
      time: nanoseconds(timeHigh, timeLow),
      type: eventName(moment.event),
      who: who.length > MAX_WHO ? `${who.slice(0, MAX_WHO)}...` : who,
    };
  }
}
