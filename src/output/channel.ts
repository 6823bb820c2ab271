/** What a further place for alerts is, as data and when it is open. */
import type { Priority } from '../rules/index.js';

/** Where alerts go, as data. */
export type Channel =
  | { readonly kind: 'file'; readonly path: string }
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
      readonly caFile: string | undefined;
      readonly clientCertificate: string | undefined;
      readonly clientKey: string | undefined;
      readonly isJson: boolean;
    };

/** What alerts are handed to. */
export interface OpenChannel {
  /** Hand over one alert: its line, as text without a line end. */
  send(line: string, priority: Priority): void;
  /** Until everything was taken. What went wrong on the way, in one sentence each. */
  finish(): Promise<readonly string[]>;
}
