/** A program that reads alerts from its standard input, as Falco's `program_output` runs it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import type { Channel, OpenChannel } from '../channel.js';

type ProgramChannel = Extract<Channel, { kind: 'program' }>;

/** Run the program: once for all alerts, or once for each. */
export function openProgramChannel({ command, isKept }: ProgramChannel): OpenChannel {
  return isKept
    ? keptProgram('sh', ['-c', command], (line) => `${line}\n`)
    : programPerAlert(command);
}

function programPerAlert(command: string): OpenChannel {
  const faults = new Set<string>();
  return {
    send: (line) => {
      const { error, status } = spawnSync('sh', ['-c', command], {
        input: `${line}\n`,
        stdio: ['pipe', 'inherit', 'inherit'],
      });
      if (error !== undefined && (error as NodeJS.ErrnoException).code !== 'EPIPE') {
        faults.add(`the program "${command}" did not run: ${error.message}`);
      } else if (status !== null && status !== 0) {
        faults.add(`the program "${command}" ended with exit code ${status}`);
      }
    },
    finish: () => Promise.resolve([...faults]),
  };
}

/** One program that gets a line for each alert, until its input is closed. */
export function keptProgram(
  file: string,
  args: readonly string[],
  format: (line: string, priority: Parameters<OpenChannel['send']>[1]) => string,
): OpenChannel {
  const faults = new Set<string>();
  const child: ChildProcess = spawn(file, args, { stdio: ['pipe', 'inherit', 'inherit'] });
  const name = [file, ...args].join(' ');
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      faults.add(`the program "${name}" did not run: ${error.message}`);
      resolve();
    });
    child.once('close', (status) => {
      if (status !== null && status !== 0) {
        faults.add(`the program "${name}" ended with exit code ${status}`);
      }
      resolve();
    });
  });
  child.stdin?.on('error', () => {
    faults.add(`the program "${name}" stopped reading`);
  });
  return {
    send: (line, priority) => {
      child.stdin?.write(format(line, priority));
    },
    finish: async () => {
      child.stdin?.end();
      await ended;
      return [...faults];
    },
  };
}
