/** 32-bit system calls on x86-64: recorded as what they are, with their arguments. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compile, makeFolder, readCapture, runRecorder, whyNotHere } from './support.js';

const folder = makeFolder();
const reason = whyNotHere() ?? whyNo32Bits();
afterAll(() => {
  folder.remove();
});

function whyNo32Bits(): string | undefined {
  if (process.arch !== 'x64') {
    return 'this is not x86-64';
  }
  mkdirSync(join(folder.path, 'tried'));
  const { status } = spawnSync(compile('compat', folder.path), [join(folder.path, 'tried')]);
  return status === 0 ? undefined : 'the kernel takes no 32-bit system calls';
}

describe.skipIf(reason !== undefined)(
  `32-bit calls${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    it('are recorded under their names, with their arguments and results', async () => {
      const path = join(folder.path, 'compat.scap');
      runRecorder(['-w', path, '--only-command', '--', join(folder.path, 'compat'), folder.path]);
      const made = join(folder.path, 'made-by-32-bits');
      const { events } = await readCapture(path);
      const begin = events.findIndex(({ name }) => name === 'mkdir');
      const calls = events
        .slice(begin)
        .filter(({ name }) => ['mkdir', 'open', 'write', 'close', 'unlink'].includes(name))
        .slice(0, 5);
      const fd = String(calls[1]?.result);
      const seen = calls.map(({ name, result, params }) => [
        name,
        result,
        ...['path', 'name', 'fd', 'data'].flatMap((each) => params.get(each)?.text ?? []),
      ]);
      expect(seen).toEqual([
        ['mkdir', 0, made],
        ['open', Number(fd), `${made}/file`, fd],
        ['write', 18, fd, 'written by 32 bits'],
        ['close', 0, fd],
        ['unlink', 0, `${made}/file`],
      ]);
      expect(calls[1]?.params.get('flags')?.resolved.split('|').sort()).toEqual([
        'O_CREAT',
        'O_F_CREATED',
        'O_WRONLY',
      ]);
    });
  },
);

describe.runIf(reason !== undefined)('32-bit calls', () => {
  it.skip(`cannot be tested: ${reason ?? ''}`);
});
