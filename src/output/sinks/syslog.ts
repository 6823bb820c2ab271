/**
 * The system's log, by way of logger(1): Node has no way to the socket that syslog(3) writes to. Priorities
 * are Falco's, in the facility "user".
 */
import { PRIORITIES } from '../../rules/index.js';
import type { OpenChannel } from '../channel.js';
import { keptProgram } from './program.js';

const USER_FACILITY = 8;

/** Send to the system's log. */
export function openSyslogChannel(): OpenChannel {
  return keptProgram(
    'logger',
    ['--prio-prefix', '--tag', 'tiercel'],
    (line, priority) => `<${USER_FACILITY + PRIORITIES.indexOf(priority)}>${line}\n`,
  );
}
