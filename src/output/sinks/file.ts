/** A file that alerts are appended to, as Falco's `file_output` does, but never through a symbolic link. A new one has mode 0600. */
import { reasonOf, UserError } from '../../errors.js';
import { openForWriting, pipeOpener } from '../../writable-file.js';
import type { Channel, OpenChannel } from '../channel.js';
import { DescriptorSink } from '../sink.js';
import { Faults } from './faults.js';

type FileChannel = Extract<Channel, { kind: 'file' }>;

/**
 * Append to the file at `path`. A write that fails ends the channel.
 *
 * @throws {UserError} `OUTPUT_UNWRITABLE` where it cannot be opened.
 */
export function openFileChannel({ path, isKept }: FileChannel): OpenChannel {
  const open = (): DescriptorSink =>
    new DescriptorSink(pipeOpener(path) ?? openForWriting(path, 'append'), path);
  let first: DescriptorSink;
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
  const sink = isKept ? first : undefined;
  if (!isKept) {
    first.close();
  }
  return {
    send: (line) => {
      attempt(() => {
        const target = sink ?? open();
        target.writeText(`${line}\n`);
        if (sink === undefined) {
          target.close();
        }
      });
    },
    ready: () => {
      attempt(() => sink?.flush());
      return sink?.ready() ?? Promise.resolve();
    },
    finish: () => {
      attempt(() => sink?.close());
      return Promise.resolve(faults.all());
    },
  };
}
