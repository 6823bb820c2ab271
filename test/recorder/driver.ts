/** The native program, driven by a test as `tiercel record` drives it. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { readReport } from '../../src/recorder/program.js';
import { until } from './engines.js';
import { readCapture, RECORDER, type ReadCapture } from './support.js';

/** A driver, as `tiercel record` is one: reads reports, writes orders. */
export interface Driver {
  /** Process id of the recorder. */
  readonly pid: number;
  /** What the recorder asked for, of the ids that this test is about. */
  readonly asked: readonly string[];
  /** What it had to say. */
  readonly notices: readonly string[];
  order(line: string): void;
  stop(): Promise<ReadCapture>;
}

/** Process id of the recorder's process that looks into containers; 0 when there is none. */
export function lookerOf({ pid }: Driver): number {
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      if (status.includes('Name:\ttiercel-looker\n') && status.includes(`PPid:\t${pid}\n`)) {
        return Number(name);
      }
    } catch {
      // it is gone meanwhile
    }
  }
  return 0;
}

/** `own`: begin of the ids that the test answers; nobody knows those of others, which tests beside this one make. */
export async function drive(path: string, own: string): Promise<Driver> {
  const child = spawn(
    RECORDER,
    ['-w', path, '--report-fd', '3', '--control-fd', '4', '--syscalls', 'execve'],
    { stdio: ['ignore', 'ignore', 'inherit', 'pipe', 'pipe'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const asked: string[] = [];
  const notices: string[] = [];
  let isRecording = false;
  const order = (line: string): void => {
    (child.stdio[4] as Writable).write(`${line}\n`);
  };
  createInterface({ input: child.stdio[3] as Readable }).on('line', (line) => {
    const report = readReport(line);
    isRecording ||= report?.kind === 'progress';
    if (report?.kind === 'unnamed' && report.id.startsWith(own)) {
      asked.push(report.id);
    } else if (report?.kind === 'notice') {
      notices.push(report.text);
    } else if (report?.kind === 'unnamed') {
      order(`unknown ${report.id}`);
    }
  });
  order('begin');
  await until(() => isRecording);
  return {
    pid: child.pid ?? 0,
    asked,
    notices,
    order,
    stop: async () => {
      order('stop');
      await ended;
      return readCapture(path);
    },
  };
}
