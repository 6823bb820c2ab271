/** Where the alerts of an analysis go: stdout or a file in a format, and the channels of a configuration. */
import type { Alert, Template } from '../../alerts/index.js';
import {
  alertJson,
  escapeLine,
  escapeText,
  openAlertFormatter,
  openChannel,
  openOutput,
  say,
  type AlertFormatter,
  type AlertOrigin,
  type OpenChannel,
  type Sink,
} from '../../output/index.js';
import type { Rule } from '../../rules/index.js';
import type { Outcome } from '../outcome.js';
import { csvOptions } from '../words/csv-options.js';
import type { Settled } from './request.js';

/** What is asked of alerts' ways out. */
type OutletsRequest = Pick<
  Settled,
  | 'output'
  | 'force'
  | 'format'
  | 'no-header'
  | 'csv-raw'
  | 'json'
  | 'channels'
  | 'isJsonSent'
  | 'hasStdout'
> & {
  /** Those of the user's template, if there is one. */
  readonly columns: Template['columns'] | undefined;
  readonly columnsOf: (rule: Rule) => Template['columns'];
};

/** Where alerts are printed. */
interface Printer {
  readonly sink: Sink;
  readonly formatter: AlertFormatter;
  /** Whether alerts show there at all (not with `-f none`). */
  readonly isRead: boolean;
}

/** Where alerts are sent. */
interface Channels {
  readonly all: readonly OpenChannel[];
  /** The line that they get. */
  readonly lineOf: (alert: Alert, origin: AlertOrigin) => string;
}

/** Opened once for all evidence. */
export class Outlets {
  readonly #printer: Printer | undefined;
  readonly #channels: Channels;

  private constructor(printer: Printer | undefined, channels: Channels) {
    this.#printer = printer;
    this.#channels = channels;
  }

  /** Open all of them. */
  static async open(request: OutletsRequest): Promise<Outlets> {
    const { isJsonSent, json } = request;
    const all: OpenChannel[] = [];
    for (const channel of request.channels) {
      all.push(await openChannel(channel));
    }
    const lineOf: Channels['lineOf'] = isJsonSent
      ? (alert, origin) => alertJson(alert, origin, json)
      : ({ output }) => escapeLine(output);
    return new Outlets(await openPrinter(request), { all, lineOf });
  }

  /** `false` once nobody reads any more. */
  get isOpen(): boolean {
    return this.#printer?.sink.isOpen ?? true;
  }

  /** Whether anybody reads alerts. */
  get areRead(): boolean {
    return this.#printer?.isRead === true || this.#channels.all.length > 0;
  }

  alert(alert: Alert, origin: AlertOrigin): void {
    this.#printer?.formatter.alert(this.#printer.sink, alert, origin);
    const { all, lineOf } = this.#channels;
    if (all.length > 0) {
      const line = lineOf(alert, origin);
      all.forEach((channel) => {
        channel.send(line, alert.rule.priority);
      });
    }
  }

  flush(): void {
    this.#printer?.sink.flush();
  }

  /** Until whoever is slow has few alerts left to take; `undefined` where nobody has to be waited for. */
  ready(): Promise<void> | undefined {
    const printed = this.#printer?.sink.ready();
    const { all } = this.#channels;
    return all.length === 0
      ? printed
      : Promise.all([printed, ...all.map((channel) => channel.ready())]).then(() => undefined);
  }

  /** Until everything was taken; alerts that did not arrive somewhere are the environment's fault. */
  async close(): Promise<readonly Outcome[]> {
    if (this.#printer !== undefined) {
      const { formatter, sink } = this.#printer;
      formatter.end(sink);
      sink.close();
    }
    const outcomes: Outcome[] = [];
    for (const channel of this.#channels.all) {
      for (const { text, isLoss } of await channel.finish()) {
        say(`Warning: ${escapeText(text)}`);
        if (isLoss) {
          outcomes.push('mistake');
        }
      }
    }
    return outcomes;
  }
}

async function openPrinter(request: OutletsRequest): Promise<Printer | undefined> {
  const { columns, columnsOf, format, json } = request;
  if (!request.hasStdout) {
    return undefined;
  }
  const sink = openOutput(request.output ?? '-', request.force);
  const formatter = await openAlertFormatter(format, {
    hasHeader: !request['no-header'],
    csv: csvOptions(request, sink),
    columns,
    columnsOf,
    json,
  });
  formatter.begin(sink);
  return { sink, formatter, isRead: format !== 'none' };
}
