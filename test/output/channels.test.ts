/** Receivers of alerts that misbehave: programs, servers and files that are slow, deaf or gone. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openChannel } from '../../src/output/index.js';
import { openHttpChannel } from '../../src/output/sinks/http.js';
import { openProgramChannel } from '../../src/output/sinks/program.js';
import { scratchFolder } from '../commands/run.js';

const folder = scratchFolder();
const isAlive = (group: string): boolean =>
  spawnSync('sh', ['-c', `kill -0 -${group}`], { stdio: 'ignore' }).status === 0;

describe('a program', () => {
  /** Hand over a megabyte of alerts, as a replay does. */
  const feed = async (
    ...[command, isKept, line, count, patience]: [string, boolean, string, number, number?]
  ) => {
    const channel = openProgramChannel({ kind: 'program', command, isKept }, patience);
    for (let at = 0; at < count; at += 1) {
      channel.send(line, 'Error');
      if (at % 100 === 99) {
        await channel.ready();
      }
    }
    return channel.finish();
  };
  const megabytes = 'x'.repeat(10_000);

  it.each([true, false])(
    'that never reads and never ends holds nothing up, keep_alive: %s',
    async (isKept) => {
      // what it started is ended with it
      const mark = join(folder, `stuck-${isKept}`);
      const [fault, ...more] = await feed(
        `echo $$ > ${mark}; sleep 1000; true`,
        isKept,
        megabytes,
        300,
        1000,
      );
      expect(fault?.text).toMatch(/neither read its input nor ended, and was killed$/);
      expect(fault?.isLoss).toBe(true);
      expect(more.map(({ text: each }) => each)).toEqual(
        isKept ? [] : [expect.stringContaining('was not run for 299 further alerts')],
      );
      // on a busy machine it may have been ended before it began
      const group = existsSync(mark) ? readFileSync(mark, 'utf8').trim() : '';
      await expect.poll(() => group !== '' && isAlive(group), { timeout: 20_000 }).toBe(false);
    },
  );

  it('that reads a little and ends is reported, and nothing breaks', async () => {
    expect(await feed('head -c 10 > /dev/null', true, megabytes, 300)).toEqual([
      { text: expect.stringContaining('stopped reading') as string, isLoss: false },
    ]);
    expect(await feed('true', false, megabytes, 3)).toEqual([]);
  });

  it('that reads slowly gets everything', async () => {
    const log = join(folder, 'slow.log');
    expect(await feed(`sleep 0.2; cat > ${log}`, true, megabytes, 300)).toEqual([]);
    expect(statSync(log).size).toBe(300 * (megabytes.length + 1));
  });

  it('that was killed is reported', async () => {
    const faults = await feed('kill -9 $$', true, 'x', 1);
    expect(faults[0]).toEqual({
      text: 'the program "kill -9 $$" was ended by SIGKILL',
      isLoss: true,
    });
  });
});

describe('a server that takes connections and says nothing', () => {
  it('is given up after as many alerts as were asked for', async () => {
    const server = createTcpServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const channel = openHttpChannel(
      {
        ...{ kind: 'http', url, userAgent: 'x', isInsecure: false, authorities: [], isJson: false },
        ...{ clientCertificate: undefined, clientKey: undefined, patience: 2 },
      },
      50,
    );
    for (let at = 0; at < 100; at += 1) {
      channel.send('alert', 'Error');
    }
    await channel.ready();
    expect(await channel.finish()).toEqual([
      { text: `${url} did not take an alert: no answer within 50 ms (3 times)`, isLoss: true },
      { text: `${url} was given up; 97 further alerts were not sent`, isLoss: true },
    ]);
    server.close();
  });
});

describe('a file that is moved away while alerts come', () => {
  it('is made anew for the next one, unless keep_alive holds it open', async () => {
    for (const isKept of [true, false]) {
      const path = join(folder, `moved-${isKept}.log`);
      const channel = await openChannel({ kind: 'file', path, isKept });
      channel.send('one', 'Error');
      await channel.ready();
      renameSync(path, `${path}.1`);
      channel.send('two', 'Error');
      expect(await channel.finish()).toEqual([]);
      expect(readFileSync(`${path}.1`, 'utf8')).toBe(isKept ? 'one\ntwo\n' : 'one\n');
      expect(existsSync(path)).toBe(!isKept);
    }
  });
});
