/** `info`, the doctor of captures: what evidence is, what it lacks, and what follows from that. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCapture } from '../../src/capture/index.js';
import { EVENT, encodeEvent } from '../../src/events/index.js';
import { writeNameless } from '../investigation/nameless.js';
import { put, scratchFolder, tiercel } from './run.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const folder = scratchFolder();
const RULES = put(
  folder,
  'rules.yaml',
  `- rule: Image
  desc: Of one image.
  condition: evt.type = execve and container.image.repository contains shop
  output: It ran (%container.name %user.name)
  priority: WARNING
- rule: Module
  desc: A module is loaded.
  condition: evt.type = init_module
  output: It was loaded
  priority: WARNING
`,
);

interface Examined {
  readonly recorder: string;
  readonly layout: string;
  readonly span_ns: number;
  readonly clock_jumps: readonly Readonly<Record<string, unknown>>[];
  readonly clock_jump_count: number;
  readonly calls_without_enter: number | null;
  readonly sections: readonly Readonly<Record<string, unknown>>[];
  readonly names: readonly Readonly<Record<string, unknown>>[];
  readonly conclusions: readonly string[];
  readonly fields: readonly {
    readonly field: string;
    readonly samples: number;
    readonly missing_share: number;
  }[];
}

async function examine(path: string, ...words: readonly string[]): Promise<Examined> {
  const { out } = await tiercel(folder, ['info', path, '-r', RULES, '-f', 'json', ...words]);
  return JSON.parse(out) as Examined;
}

const shareOf = ({ fields }: Examined, name: string): number | undefined =>
  fields.find(({ field }) => field === name)?.missing_share;

describe('a capture without names', () => {
  const capture = writeNameless(join(FIXTURES, 'escape.scap'), join(folder, 'nameless.scap'), {
    containers: true,
    users: true,
  });
  let bare: Examined;
  let named: Examined;
  beforeAll(async () => {
    bare = await examine(capture);
    const names = put(
      folder,
      'names.csv',
      'container-id,name,image\nc1dd0133c5d7,agent,a/shop:1\n',
    );
    named = await examine(capture, '--metadata', names);
  }, 60_000);

  it('is said to have none, which rules cannot fire for that, and what to do', () => {
    expect(bare.conclusions).toEqual([
      expect.stringMatching(/no container metadata.*container\.image.*give --metadata$/),
      expect.stringMatching(/no list of users.*give --metadata with a passwd file$/),
      expect.stringMatching(/^1 of 2 rules cannot fire: no container metadata/),
      expect.stringMatching(
        /^1 of 2 rules cannot fire, since their events were not recorded: no .*init_module/,
      ),
    ]);
  });

  it('shows how often the fields that rules ask are missing, where the rules ask them', () => {
    expect(shareOf(bare, 'container.name')).toBeGreaterThan(0.3);
    expect(shareOf(named, 'container.name')).toBeLessThan(shareOf(bare, 'container.name') ?? 0);
    expect(bare.fields.every(({ samples }) => samples > 0)).toBe(true);
  });

  it('says which file named what', () => {
    expect(bare.names).toEqual([]);
    expect(named.names).toEqual([
      { container: 'c1dd0133c5d7', name: 'agent', image: 'a/shop:1', from: join(folder, 'names.csv') }, // prettier-ignore
    ]);
  });

  it('says who wrote it and how, and how long it is', async () => {
    expect(bare.layout).toMatch(/^exit events only/);
    expect(bare.recorder).toMatch(/^not stated/);
    expect((await examine(join(FIXTURES, 'attack.scap'))).recorder).toBe('tiercel');
    expect(bare.calls_without_enter).toBeNull();
    expect(bare.span_ns).toBeGreaterThan(1e9);
  });
});

describe('a capture of old layouts whose clock jumps', () => {
  const SECOND = 1_000_000_000n;
  const path = join(folder, 'jumps.scap');
  const writer = createCapture(path, { compression: 'none', force: false });
  writer.writeSectionHeader();
  const close = (code: number, seconds: bigint): void => {
    const params = code === EVENT.CLOSE_X ? { res: 0 } : { fd: 3 };
    writer.writeEvent({ cpu: 0, time: seconds * SECOND, tid: 7, code, params: encodeEvent(code, params) }); // prettier-ignore
  };
  const CLOSE_E = EVENT.CLOSE_X - 1;
  close(CLOSE_E, 1000n);
  close(EVENT.CLOSE_X, 1000n);
  close(EVENT.CLOSE_X, 1001n); // its first half is lost
  close(CLOSE_E, 99_999n);
  close(EVENT.CLOSE_X, 99_999n);
  close(CLOSE_E, 5n);
  close(EVENT.CLOSE_X, 5n);
  writer.close();

  it('is examined as such', async () => {
    const examined = await examine(path);
    expect(examined.layout).toMatch(/^enter and exit events/);
    expect(examined.calls_without_enter).toBe(1);
    expect(examined.clock_jump_count).toBe(2);
    expect(examined.clock_jumps.map(({ event }) => event)).toEqual([5, 7]);
    expect(examined.conclusions).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^1 system call of 4 lack/),
        expect.stringContaining('the clock jumps'),
      ]),
    );
    const { out } = await tiercel(folder, ['info', path, '-r', RULES]);
    expect(out).toContain('the time goes 1 d 03:29:58.000 ahead at event 5');
    expect(out).toContain('the time goes back 1 d 03:46:34.000 at event 7');
  });
});

describe('captures that were put together into one file', () => {
  it('are listed, with where each begins', async () => {
    const parts = ['mkdir', 'shell'].map((name) => gunzipSync(readFileSync(join(FIXTURES, `${name}.scap`)))); // prettier-ignore
    const path = join(folder, 'both.scap');
    writeFileSync(path, Buffer.concat(parts));
    const { sections } = await examine(path);
    expect(sections.map(({ offset }) => offset)).toEqual([0, parts[0]?.length]);
    const { out } = await tiercel(folder, ['info', path, '-r', RULES]);
    expect(out).toMatch(/section {6}\S+, \d+ records from event 1 on, at byte 0\n/);
  });
});
