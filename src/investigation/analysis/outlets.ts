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

/** Opened once for all evidence. */
export class Outlets {
  readonly #settled: Settled;
  readonly #sink: Sink | undefined;
  readonly #formatter: AlertFormatter | undefined;
  readonly #channels: readonly OpenChannel[];

  private constructor(
    settled: Settled,
    sink: Sink | undefined,
    formatter: AlertFormatter | undefined,
    channels: readonly OpenChannel[],
  ) {
    this.#settled = settled;
    this.#sink = sink;
    this.#formatter = formatter;
    this.#channels = channels;
  }

  /** Open all of them; `columns` are those of the user's template, if there is one. */
  static async open(
    settled: Settled,
    columns: Template['columns'] | undefined,
    columnsOf: (rule: Rule) => Template['columns'],
  ): Promise<Outlets> {
    const channels: OpenChannel[] = [];
    for (const channel of settled.channels) {
      channels.push(await openChannel(channel));
    }
    if (!settled.hasStdout) {
      return new Outlets(settled, undefined, undefined, channels);
    }
    const sink = openOutput(settled.output ?? '-', settled.force);
    const formatter = await openAlertFormatter(settled.format, {
      hasHeader: !settled['no-header'],
      csv: csvOptions(settled, sink),
      columns,
      columnsOf,
      json: settled.json,
    });
    formatter.begin(sink);
    return new Outlets(settled, sink, formatter, channels);
  }

  /** `false` once nobody reads any more. */
  get isOpen(): boolean {
    return this.#sink?.isOpen ?? true;
  }

  /** Whether anybody reads alerts. */
  get areRead(): boolean {
    const isPrinted = this.#sink !== undefined && this.#settled.format !== 'none';
    return isPrinted || this.#channels.length > 0;
  }

  alert(alert: Alert, origin: AlertOrigin): void {
    if (this.#sink !== undefined) {
      this.#formatter?.alert(this.#sink, alert, origin);
    }
    if (this.#channels.length > 0) {
      const line = this.#settled.isJsonSent
        ? alertJson(alert, origin, this.#settled.json)
        : escapeLine(alert.output);
      this.#channels.forEach((channel) => {
        channel.send(line, alert.rule.priority);
      });
    }
  }

  flush(): void {
    this.#sink?.flush();
  }

  /** Until whoever is slow has few alerts left to take; `undefined` where nobody has to be waited for. */
  ready(): Promise<void> | undefined {
    const printed = this.#sink?.ready();
    return this.#channels.length === 0
      ? printed
      : Promise.all([printed, ...this.#channels.map((channel) => channel.ready())]).then(
          () => undefined,
        );
  }

  /** Until everything was taken; alerts that did not arrive somewhere are the environment's fault. */
  async close(): Promise<readonly Outcome[]> {
    if (this.#sink !== undefined) {
      this.#formatter?.end(this.#sink);
      this.#sink.close();
    }
    const outcomes: Outcome[] = [];
    for (const channel of this.#channels) {
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
