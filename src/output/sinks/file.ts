/** A file that alerts are appended to, as Falco's `file_output` does, but never through a symbolic link. A new one has mode 0600. */
import { closeSync } from 'node:fs';
import { UserError } from '../../errors.js';
import { openForWriting } from '../../writable-file.js';
import type { Channel, OpenChannel } from '../channel.js';
import { reasonOf } from '../reasons.js';
import { DescriptorSink } from '../sink.js';
import { Faults } from './faults.js';

type FileChannel = Extract<Channel, { kind: 'file' }>;

/**
 * Append to the file at `path`. A write that fails ends the channel.
 *
 * @throws {UserError} `OUTPUT_UNWRITABLE` where it cannot be opened.
 */
export function openFileChannel({ path, isKept }: FileChannel): OpenChannel {
  const open = (): number => openForWriting(path, 'append');
  let first: number;
  try {
    first = open();
  } catch (error) {
    throw new UserError({
      code: 'OUTPUT_UNWRITABLE',
      what: 'Cannot write the output',
      where: `file_output.filename: ${path}`,
      why: reasonOf(error as NodeJS.ErrnoException),
      fix: 'choose a place that can be written',
    });
  }
  const faults = new Faults();
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      const why = error instanceof UserError ? error.story.why : (error as Error).message;
      faults.note(`file_output: ${path} did not take an alert: ${why}`, true);
    }
  };
  const sink = isKept ? new DescriptorSink(first, path) : undefined;
  if (!isKept) {
    closeSync(first);
  }
  return {
    send: (line) => {
      attempt(() => {
        const target = sink ?? new DescriptorSink(open(), path);
        target.writeText(`${line}\n`);
        if (sink === undefined) {
          target.close();
        }
      });
    },
    ready: () => {
      attempt(() => sink?.flush());
      return Promise.resolve();
    },
    finish: () => {
      attempt(() => sink?.close());
      return Promise.resolve(faults.all());
    },
  };
}
