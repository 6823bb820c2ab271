/** A file that alerts are appended to, as Falco's `file_output` does. */
import { openSync } from 'node:fs';
import { UserError } from '../../errors.js';
import type { OpenChannel } from '../channel.js';
import { DescriptorSink, reasonOf } from '../sink.js';

/**
 * Append to the file at `path`.
 *
 * @throws {UserError} `OUTPUT_UNWRITABLE`
 */
export function openFileChannel(path: string): OpenChannel {
  let sink: DescriptorSink;
  try {
    sink = new DescriptorSink(openSync(path, 'a', 0o600), path);
  } catch (error) {
    throw new UserError({
      code: 'OUTPUT_UNWRITABLE',
      what: 'Cannot write the output',
      where: `file_output.filename: ${path}`,
      why: reasonOf(error as NodeJS.ErrnoException),
      fix: 'choose a place that can be written',
    });
  }
  return {
    send: (line) => {
      sink.writeText(`${line}\n`);
    },
    finish: () => {
      sink.close();
      return Promise.resolve([]);
    },
  };
}
