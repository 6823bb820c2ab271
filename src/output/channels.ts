/**
 * The further places that a Falco configuration sends alerts to: a file that grows, syslog, a program's
 * standard input, an HTTP server. Each gets the line that stdout gets. A channel that fails says so once;
 * the analysis goes on.
 */
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

/** Open `channel`; what it needs is loaded now. */
export async function openChannel(channel: Channel): Promise<OpenChannel> {
  switch (channel.kind) {
    case 'file':
      return (await import('./sinks/file.js')).openFileChannel(channel.path);
    case 'syslog':
      return (await import('./sinks/syslog.js')).openSyslogChannel();
    case 'program':
      return (await import('./sinks/program.js')).openProgramChannel(channel);
    case 'http':
      return (await import('./sinks/http.js')).openHttpChannel(channel);
  }
}
