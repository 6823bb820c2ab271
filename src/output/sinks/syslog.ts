/**
 * The system's log, by way of logger(1): Node has no way to the socket that syslog(3) writes to. Priorities
 * are Falco's, in the facility "user".
 */
import { PRIORITIES } from '../../rules/index.js';
import type { OpenChannel } from '../channel.js';
import { keptProgram } from './program.js';

const USER_FACILITY = 8;
/** logger would cut a message into several at 1 KiB; a datagram of this size still fits everywhere. */
const MAX_BYTES = 100_000;

/** Send to the system's log. */
export function openSyslogChannel(): OpenChannel {
  const args = ['--prio-prefix', '--tag', 'tiercel', '--size', String(MAX_BYTES + 10)];
  // without this a system without a log would be no error
  args.push('--socket-errors=on');
  return keptProgram(
    { file: 'logger', args, name: 'logger', isFailureLoss: true },
    (line, priority) => `<${USER_FACILITY + PRIORITIES.indexOf(priority)}>${cut(line)}\n`,
  );
}

/** The whole line, but for those that no log would take: they end in `...`. */
function cut(line: string): string {
  const bytes = Buffer.from(line, 'utf8');
  return bytes.length <= MAX_BYTES
    ? line
    : `${bytes
        .subarray(0, MAX_BYTES - 3)
        .toString('utf8')
        .replace(/\ufffd$/, '')}...`;
}
