/**
 * An alert: what a rule said about a moment, copied out of it, since the moment is gone with the next
 * event. Text is byte strings; who prints it escapes it.
 */
import type { Rule } from '../rules/index.js';
import type { Moment } from '../state/index.js';
import { nanoseconds } from '../units.js';
import {
  ABSENT_TEXT,
  compileField,
  DEFAULT_SETTINGS,
  renderField,
  type CompiledField,
  type FieldSettings,
} from '../fields/index.js';
import { snapshotContainer, type ContainerSnapshot } from './container-snapshot.js';
import type { JsonObject } from './json.js';
import { snapshotLineage, type ProcessSnapshot } from './process-snapshot.js';
import { compileTemplate, type OutputField, type Template } from './template.js';

export interface Alert {
  readonly rule: Rule;
  /** Nanoseconds since the epoch. */
  readonly time: bigint;
  /** `evt.num` of the event, and where its block begins in the uncompressed evidence. */
  readonly eventNumber: number;
  readonly offset: number;
  /** The whole text line: time, priority and message, or a template of the user's alone. */
  readonly output: string;
  /** The rule's own output, or the user's template, without time and priority. */
  readonly message: string;
  /** Sorted by name; exact numbers. */
  readonly fields: JsonObject;
  /** What the columns of the user's template say; empty without one. */
  readonly cells: readonly string[];
  /** The process that did it, then its ancestors, nearest first. */
  readonly processes: readonly ProcessSnapshot[];
  /** Where it happened; `undefined` on the host. */
  readonly container: ContainerSnapshot | undefined;
}

/** How the time in front of a line is written. */
export type TimeFormat = 'clock' | 'iso8601' | 'epoch';

/** What decides the text of alerts. */
export interface AlertOptions {
  /** Replaces every rule's own output (a byte string); no time and priority in front then. */
  readonly template?: string | undefined;
  /** Put behind every rule's own output, after a space. */
  readonly append?: ((rule: Rule) => string) | undefined;
  readonly timeFormat: TimeFormat;
  readonly settings?: FieldSettings | undefined;
}

const BILLION = 1_000_000_000n;

/** The field that each form of the time is. */
const PREFIX_FIELDS: Readonly<Record<TimeFormat, string>> = {
  clock: 'evt.time',
  iso8601: 'evt.time.iso8601',
  epoch: 'evt.rawtime',
};

/** Makes alerts of moments; templates are compiled when a rule first needs its own. */
export class AlertBuilder {
  readonly #options: AlertOptions;
  #clockField: CompiledField | undefined = undefined;
  readonly #templates = new Map<Rule, Template>();

  constructor(options: AlertOptions) {
    this.#options = options;
  }

  /** Compile all templates now, so that a wrong one is told before the evidence is read. */
  prepare(rules: readonly Rule[]): void {
    for (const rule of rules) {
      this.templateOf(rule);
    }
  }

  /** The template that prints alerts of `rule`. */
  templateOf(rule: Rule): Template {
    let template = this.#templates.get(rule);
    if (template === undefined) {
      template = this.#compile(rule);
      this.#templates.set(rule, template);
    }
    return template;
  }

  build(moment: Moment, rule: Rule): Alert {
    const { event, thread } = moment;
    const template = this.templateOf(rule);
    const time = nanoseconds(event.timeHigh, event.timeLow) as bigint;
    const message = template.render(moment) ?? '';
    const hasPrefix = this.#options.template === undefined;
    return {
      rule,
      time,
      eventNumber: event.number,
      offset: event.offset,
      message,
      output: hasPrefix ? `${this.#clock(moment, time)}: ${rule.priority} ${message}` : message,
      fields: withTime(template.values(moment), PREFIX_FIELDS[this.#options.timeFormat], time),
      cells: hasPrefix ? [] : template.columns.map((column) => column.print(moment) ?? ABSENT_TEXT),
      processes: thread === undefined ? [] : snapshotLineage(moment.world, thread),
      container: snapshotContainer(
        thread === undefined ? moment.container : moment.world.containerOf(thread),
      ),
    };
  }

  #clock(moment: Moment, time: bigint): string {
    const { timeFormat, settings } = this.#options;
    if (timeFormat === 'epoch') {
      return epochTime(time);
    }
    this.#clockField ??= compileField(
      PREFIX_FIELDS[timeFormat],
      undefined,
      'syscall',
      settings ?? DEFAULT_SETTINGS,
    ).field;
    return this.#clockField === undefined
      ? ABSENT_TEXT
      : (renderField(this.#clockField, moment) ?? ABSENT_TEXT);
  }

  #compile(rule: Rule): Template {
    const { template, append, settings } = this.#options;
    if (template !== undefined) {
      return compileTemplate(`*${template.replace(/^\*/, '')}`, rule.source, { settings });
    }
    const more = append?.(rule) ?? '';
    const text = rule.output.replace(/^\*/, '') + (more === '' ? '' : ` ${more}`);
    const where = `${rule.at.file}:${rule.at.line}:${rule.at.column}, output of rule "${rule.name}"`;
    return compileTemplate(`*${text}`, rule.source, { settings, where });
  }
}

function withTime(fields: readonly OutputField[], name: string, time: bigint): JsonObject {
  const all = fields.some((field) => field.name === name)
    ? fields
    : [...fields, { name, value: time }].sort((a, b) => (a.name < b.name ? -1 : 1));
  return Object.fromEntries(all.map((field) => [field.name, field.value]));
}

/** `1470327477.882054739`: seconds since the epoch. */
export function epochTime(time: bigint): string {
  return `${time / BILLION}.${String(time % BILLION).padStart(9, '0')}`;
}
