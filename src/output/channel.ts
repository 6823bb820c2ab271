/** What a further place for alerts is, as data and when it is open. */
import type { Priority } from '../rules/index.js';

/** Where alerts go, as data. */
export type Channel =
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Open all the time, instead of anew for each alert (so that a file that was moved away is made again). */
      readonly isKept: boolean;
    }
  | { readonly kind: 'syslog' }
  | {
      readonly kind: 'program';
      /** For a shell. */
      readonly command: string;
      /** One program for all alerts, instead of one for each. */
      readonly isKept: boolean;
    }
  | {
      readonly kind: 'http';
      readonly url: string;
      readonly userAgent: string;
      readonly isInsecure: boolean;
      /** Certificates of authorities to trust, in files or folders; none: those that Node knows. */
      readonly authorities: readonly string[];
      readonly clientCertificate: string | undefined;
      readonly clientKey: string | undefined;
      readonly isJson: boolean;
      /** So many alerts in a row may stay without an answer; then no more are sent. */
      readonly patience: number;
    };

/** What went wrong with a channel, in one sentence. */
export interface Fault {
  readonly text: string;
  /** Whether alerts did not arrive; otherwise it is a notice only. */
  readonly isLoss: boolean;
}

/** What alerts are handed to. Nothing in it throws; what goes wrong is reported by `finish`. */
export interface OpenChannel {
  /** Hand over one alert: its line, as text without a line end. */
  send(line: string, priority: Priority): void;
  /** Until only few alerts wait to be taken: who sends many waits here now and then, and memory stays small. */
  ready(): Promise<void>;
  /** Until everything was taken, or will not be. */
  finish(): Promise<readonly Fault[]>;
}
