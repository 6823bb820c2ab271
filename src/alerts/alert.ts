/**
 * An alert: what a rule said about a moment, copied out of it, since the moment is gone with the next
 * event. Text is byte strings; who prints it escapes it.
 */
import type { Rule } from '../rules/index.js';
import type { Moment } from '../state/index.js';
import { UserError } from '../errors.js';
import { bytesOfText, nanoseconds } from '../units.js';
import {
  ABSENT_TEXT,
  compileField,
  DEFAULT_SETTINGS,
  renderField,
  type CompiledField,
  type FieldSettings,
} from '../fields/index.js';
import { snapshotAudit, type AuditSnapshot } from './audit-snapshot.js';
import { containerAt, type ContainerSnapshot } from './container-snapshot.js';
import type { JsonObject } from './json.js';
import { snapshotLineage, type ProcessSnapshot } from './process-snapshot.js';
import { compileTemplate, type Column, type OutputField, type Template } from './template.js';

/** Everything that is reported about one match. */
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
  /** The request, for events of audit logs. */
  readonly request: AuditSnapshot | undefined;
}

/** How the time in front of a line is written. */
export type TimeFormat = 'clock' | 'iso8601' | 'epoch';

/** A field for JSON alone: a template under a name, or a field by itself. */
export interface ExtraField {
  readonly name: string;
  /** Text (not bytes). */
  readonly template: string | undefined;
}

/** What decides the text of alerts. */
export interface AlertOptions {
  /**
   * Replaces every rule's own output, no time and priority in front then: the template for events of a source,
   * one that shows missing values.
   */
  readonly template?: ((source: string) => Template) | undefined;
  /** Put behind every rule's own output, after a space. */
  readonly append?: ((rule: Rule) => string) | undefined;
  /** Further fields for JSON alone. */
  readonly extraFields?: ((rule: Rule) => readonly ExtraField[]) | undefined;
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
  readonly #extras = new Map<Rule, readonly Extra[]>();

  constructor(options: AlertOptions) {
    this.#options = options;
  }

  /**
   * Compile the templates of `rules` now, so that a wrong one is reported before the evidence is read. The
   * user's template need not fit every source: rules of another may never fire.
   *
   * @throws {UserError} What is wrong with a template.
   */
  prepare(rules: readonly Rule[]): void {
    let fault: UserError | undefined;
    let fitting = 0;
    for (const rule of rules) {
      try {
        this.templateOf(rule);
        fitting += 1;
      } catch (error) {
        if (this.#options.template === undefined || !(error instanceof UserError)) {
          throw error;
        }
        fault ??= error;
      }
    }
    if (fault !== undefined && fitting === 0) {
      throw fault;
    }
  }

  /** The columns of the user's template. */
  columns(rules: readonly Rule[]): readonly Column[] {
    for (const rule of rules) {
      const template = this.#templates.get(rule);
      if (template !== undefined) {
        return template.columns;
      }
    }
    return [];
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
      fields: fieldsObject([
        ...this.#extrasOf(rule).flatMap((extra) => extra(moment)),
        { name: PREFIX_FIELDS[this.#options.timeFormat], value: time },
        ...template.values(moment),
      ]),
      cells: hasPrefix ? [] : template.columns.map((column) => column.print(moment) ?? ABSENT_TEXT),
      processes: thread === undefined ? [] : snapshotLineage(moment.world, thread),
      container: containerAt(moment),
      request: snapshotAudit(moment),
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

  #extrasOf(rule: Rule): readonly Extra[] {
    let extras = this.#extras.get(rule);
    if (extras === undefined) {
      const { settings, extraFields } = this.#options;
      extras = (extraFields?.(rule) ?? []).map((field) => compileExtra(field, rule, settings));
      this.#extras.set(rule, extras);
    }
    return extras;
  }

  #compile(rule: Rule): Template {
    const { template, append, settings } = this.#options;
    if (template !== undefined) {
      return template(rule.source);
    }
    const more = append?.(rule) ?? '';
    const text = rule.output.replace(/^\*/, '') + (more === '' ? '' : ` ${more}`);
    const where = `${rule.at.file}:${rule.at.line}:${rule.at.column}, output of rule "${rule.name}"`;
    return compileTemplate(`*${text}`, rule.source, { settings, where });
  }
}

/** What an extra field adds at a moment. */
type Extra = (moment: Moment) => readonly OutputField[];

function compileExtra(
  { name, template: text }: ExtraField,
  rule: Rule,
  settings: FieldSettings | undefined,
): Extra {
  const source = text ?? `%${name}`;
  const template = compileTemplate(`*${bytesOfText(source)}`, rule.source, { settings });
  return text === undefined
    ? (moment) => template.values(moment)
    : (moment) => [{ name: bytesOfText(name), value: template.render(moment) ?? ABSENT_TEXT }];
}

/** Sorted by name; the last of several of one name counts. */
function fieldsObject(fields: readonly OutputField[]): JsonObject {
  const named = new Map(fields.map(({ name, value }) => [name, value]));
  return Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `1470327477.882054739`: seconds since the epoch. */
function epochTime(time: bigint): string {
  return `${time / BILLION}.${String(time % BILLION).padStart(9, '0')}`;
}
