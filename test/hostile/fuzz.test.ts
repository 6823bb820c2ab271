/**
 * Mutated evidence and rules, in this process: whatever the bytes are, nothing is thrown but a UserError. A few thousand inputs in a
 * quick run; as many as TIERCEL_FUZZ says otherwise (`npm run test:hostile`: a million). Seeds are our fixtures and the corpus, in which
 * inputs stay that once made something fall. A failure prints the seed of its mutation; see `mutate.ts`.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openEvidence } from '../../src/capture/index.js';
import { UserError } from '../../src/errors.js';
import { compileFieldText, FIELDS, printValue } from '../../src/fields/index.js';
import { replay } from '../../src/pipeline.js';
import { mutate, randomFrom } from './mutate.js';

const COUNT = Number(process.env['TIERCEL_FUZZ'] ?? 1500);
const MAX_SEED_BYTES = 6000;
const CORPUS = 'test/hostile/corpus';
const seeds = [CORPUS, 'fixtures'].flatMap((folder) =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.md'))
    .map(({ name }) => readFileSync(join(folder, name)))
    .filter(({ length }) => length > 0 && length <= MAX_SEED_BYTES),
);

/** Some fields of every class are printed at each event. */
const fields = [...FIELDS.values()].flatMap(({ row }, i) => {
  const isPlain = row.argument?.isRequired !== true && row.usage !== 'filter-only' && i % 7 === 0;
  const field = isPlain ? compileFieldText(row.name, 'syscall').field : undefined;
  return field === undefined ? [] : [field];
});

const folder = mkdtempSync(join(tmpdir(), 'tiercel-fuzz-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function survives(bytes: Uint8Array): Promise<void> {
  const path = join(folder, 'input');
  writeFileSync(path, bytes);
  try {
    const reader = await openEvidence(path);
    await replay(reader, {
      onMoment: (moment) => {
        for (const field of moment.source === 'syscall' ? fields : []) {
          printValue(field, field.read(moment));
        }
        return true;
      },
    });
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
  }
}

it(`survives ${COUNT} mutated pieces of evidence`, async () => {
  expect(seeds.length).toBeGreaterThan(3);
  const first = COUNT > 10_000 ? Date.now() % 2 ** 31 : 1;
  for (let i = 0; i < COUNT; i += 1) {
    const random = randomFrom(first + i);
    const bytes = mutate(random, seeds);
    await survives(bytes).catch((error: unknown) => {
      throw new Error(`the input of seed ${first + i} made it throw`, { cause: error });
    });
  }
}, 36_000_000);
