/**
 * What is fuzzed: kinds of input with seeds, the ways in which they are changed, and what the program does with each. Nothing may be
 * thrown but a UserError. To add a kind, add a row. Seeds are our fixtures and the corpus, in which inputs stay that once made
 * something fall. Paths are from the project's root.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlertBuilder } from '../../src/alerts/index.js';
import { openEvidence } from '../../src/capture/index.js';
import { parseTestFile } from '../../src/expectations/index.js';
import {
  compileFieldText,
  FIELDS,
  printValue,
  type CompiledField,
} from '../../src/fields/index.js';
import { replay } from '../../src/pipeline.js';
import { loadResultsJson, loadRules, Matcher } from '../../src/rules/index.js';
import { mutateBytes, mutateText, packed, type Random, storedAsZstd } from './mutate.js';

export interface FuzzKind {
  readonly name: string;
  /** Of a hundred inputs. */
  readonly share: number;
  readonly seeds: () => readonly Uint8Array[];
  readonly mutate: (random: Random, seeds: readonly Uint8Array[]) => Uint8Array;
  /** Take the input in; `scratch` is the path of a file that may be written. */
  readonly take: (input: Uint8Array, scratch: string) => void | Promise<void>;
}

const CORPUS = 'test/hostile/corpus';
const MAX_SEED_BYTES = 6000;
/** An input that matches rules is replayed over this one. */
const SMALL_CAPTURE = 'fixtures/inbound.scap';

/** Kinds of files in the corpus and among the fixtures, by the ends of their names. */
const ENDINGS = {
  capture: /\.scap(?:\.gz)?$/,
  zstd: /\.zst$/,
  rules: /(?<!\.test)\.yaml$/,
  audit: /\.(?:log|jsonl?|json\.gz|log\.gz)$/,
  test: /\.test\.yaml$/,
} as const;

/** Files of a kind below `folders`, those that are not too large. */
function filesOf(kind: keyof typeof ENDINGS, folders: readonly string[]): readonly Uint8Array[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && ENDINGS[kind].test(entry.name))
      .map(({ name }) => readFileSync(join(folder, name)))
      .filter(({ length }) => length > 0 && length <= MAX_SEED_BYTES),
  );
}

/** Each item of a large rules file is a seed, with the lists and macros that it needs missing. */
function itemsOf(path: string): readonly Uint8Array[] {
  return readFileSync(path, 'utf8')
    .split(/^(?=- )/m)
    .map((item) => Buffer.from(item));
}

/** Some fields of every class are printed at each event. */
function fieldsOf(source: string): readonly CompiledField[] {
  return [...FIELDS.values()].flatMap(({ row }, i) => {
    const isPlain = row.argument?.isRequired !== true && row.usage !== 'filter-only' && i % 7 === 0;
    const field = isPlain ? compileFieldText(row.name, source).field : undefined;
    return field === undefined ? [] : [field];
  });
}

const fieldsBySource = new Map<string, readonly CompiledField[]>();

async function replayAll(input: Uint8Array, scratch: string): Promise<void> {
  // a new file: to truncate one that was just written waits for the disk, which took two thirds of the time
  rmSync(scratch, { force: true });
  writeFileSync(scratch, input);
  const reader = await openEvidence(scratch);
  await replay(reader, {
    onMoment: (moment) => {
      let fields = fieldsBySource.get(moment.source);
      if (fields === undefined) {
        fields = fieldsOf(moment.source);
        fieldsBySource.set(moment.source, fields);
      }
      for (const field of fields) {
        printValue(field, field.read(moment));
      }
      return true;
    },
  });
}

/** Load rules, report what is wrong with them, and use them where they are right. */
async function useRules(input: Uint8Array): Promise<void> {
  const text = Buffer.from(input).toString('utf8');
  const result = loadRules([{ path: 'fuzz.yaml', text }], { isThorough: true });
  JSON.stringify(loadResultsJson(result));
  if (result.ruleSet === undefined || result.ruleSet.rules.length === 0) {
    return;
  }
  const matcher = new Matcher(result.ruleSet.rules);
  const builder = new AlertBuilder({ timeFormat: 'clock' });
  await replay(await openEvidence(SMALL_CAPTURE), {
    onMoment: (moment) => {
      for (const rule of matcher.match(moment)) {
        builder.build(moment, rule);
      }
      return true;
    },
  });
}

const CAPTURES = ['fixtures', CORPUS];

export const FUZZ_KINDS: readonly FuzzKind[] = [
  {
    name: 'captures, plain and gzip',
    share: 30,
    seeds: () => filesOf('capture', CAPTURES),
    mutate: (random, seeds) => packed(random, mutateBytes(random, seeds)),
    take: replayAll,
  },
  {
    name: 'captures in zstd',
    share: 15,
    // half of the inputs are changed inside of the frame, half of them the frame itself
    seeds: () => [
      ...filesOf('zstd', CAPTURES),
      ...filesOf('capture', CAPTURES).map((bytes) => storedAsZstd(bytes)),
    ],
    mutate: (random, seeds) =>
      random(2) === 0
        ? mutateBytes(random, seeds)
        : storedAsZstd(mutateBytes(random, filesOf('capture', CAPTURES)), random),
    take: replayAll,
  },
  {
    name: 'rules files',
    share: 20,
    seeds: () => [
      ...filesOf('rules', ['fixtures/rules', 'fixtures/audit', CORPUS]),
      ...readdirSync('rules').flatMap((name) => itemsOf(join('rules', name))),
    ],
    mutate: mutateText,
    take: useRules,
  },
  {
    name: 'audit logs',
    share: 20,
    seeds: () => filesOf('audit', ['fixtures/audit/wrapped', 'fixtures/audit', CORPUS]),
    mutate: (random, seeds) =>
      packed(random, random(2) === 0 ? mutateText(random, seeds) : mutateBytes(random, seeds)),
    take: replayAll,
  },
  {
    name: 'test files',
    share: 15,
    seeds: () => filesOf('test', ['fixtures', 'fixtures/audit', CORPUS]),
    mutate: mutateText,
    take: (input) => {
      parseTestFile('fuzz.test.yaml', Buffer.from(input).toString('utf8'));
    },
  },
];
