/**
 * The further places that a Falco configuration sends alerts to: a file that grows, syslog, a program's
 * standard input, an HTTP server. Each gets the line that stdout gets. A channel that fails says so once;
 * the analysis goes on.
 */
import type { Channel, OpenChannel } from './channel.js';

/** Open `channel`; what it needs is loaded now. */
export async function openChannel(channel: Channel): Promise<OpenChannel> {
  switch (channel.kind) {
    case 'file':
      return (await import('./sinks/file.js')).openFileChannel(channel);
    case 'syslog':
      return (await import('./sinks/syslog.js')).openSyslogChannel();
    case 'program':
      return (await import('./sinks/program.js')).openProgramChannel(channel);
    case 'http':
      return (await import('./sinks/http.js')).openHttpChannel(channel);
  }
}
