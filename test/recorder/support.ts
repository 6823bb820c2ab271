/**
 * What the recorder's tests share: whether this machine can record at all (and if not, why), small C
 * programs, a recording made, a capture read back. Nothing is mocked: eBPF really runs.
 */
import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NEXT, openEvidence, type EventRecord, type Metadata } from '../../src/capture/index.js';
import {
  Event,
  EVENT_TABLE,
  EventDecoder,
  FLAG,
  NO_NAMES,
  printParam,
  VISIBILITY,
} from '../../src/events/index.js';
import { startRecording } from '../../src/recorder/index.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Where the recorder's sources are. */
export const NATIVE = join(ROOT, 'native');
export const RECORDER = join(NATIVE, 'build/tiercel-recorder');

/** Why nothing can be recorded here; `undefined` where it can. Builds the recorder where it is missing. */
export function whyNotHere(): string | undefined {
  if (process.platform !== 'linux') {
    return 'this is not Linux';
  }
  if (process.getuid?.() !== 0) {
    return 'recording needs root, or capabilities on the recorder';
  }
  if (!existsSync('/sys/kernel/btf/vmlinux')) {
    return 'the kernel has no BTF';
  }
  const built = spawnSync('make', ['-C', join(ROOT, 'native')], { encoding: 'utf8' });
  return built.status === 0
    ? undefined
    : `the recorder cannot be built: ${built.stderr.split('\n')[0] ?? ''}`;
}

/** Where the unified hierarchy is mounted. */
export function hierarchy(): string | undefined {
  return readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .find(([, , kind]) => kind === 'cgroup2')?.[1];
}

/** Why no control group can be made here, as engines make them for containers. */
export function whyNoGroups(): string | undefined {
  try {
    const group = join(hierarchy() ?? '/nowhere', `tiercel-${process.pid}`);
    mkdirSync(group);
    rmdirSync(group);
    return undefined;
  } catch (error) {
    return `no control group can be made: ${String(error)}`;
  }
}

/** Why `tiercel` itself cannot be run here. */
export function whyNoProgram(): string | undefined {
  return existsSync(join(ROOT, 'dist/commands/index.js')) ? undefined : 'npm run build was not run';
}

/** The program as people run it, in a folder. */
export function tiercelIn(
  folder: string,
): (...args: readonly string[]) => SpawnSyncReturns<string> {
  return (...args) =>
    spawnSync('node', [join(ROOT, 'bin/run.js'), ...args], { encoding: 'utf8', cwd: folder });
}

/** A folder that is removed when the test file is done. */
export function makeFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'tiercel-recorder-'));
  return {
    path,
    remove: () => {
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Compile one of the test's C programs; the program's path. */
export function compile(name: string, folder: string): string {
  const program = join(folder, name);
  const source = join(ROOT, 'test/recorder/programs', `${name}.c`);
  execFileSync('gcc', ['-O1', '-w', '-o', program, source, '-lpthread']);
  return program;
}

/** Run the recorder until it ends. */
export function runRecorder(args: readonly string[], cwd?: string): SpawnSyncReturns<string> {
  return spawnSync(RECORDER, args, { cwd, encoding: 'utf8', timeout: 120_000 });
}

/** What is recorded, as `tiercel record` would have it. */
interface Request {
  readonly path: string;
  readonly options?: readonly string[];
  readonly container?: string;
}

/** Record, through the driver, while something is done; the capture. */
export async function recordWhile(
  { path, options = [], container }: Request,
  work: () => Promise<unknown>,
): Promise<ReadCapture> {
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const recording = await startRecording(
    { path, options, container, command: [] },
    {
      onReport: ({ kind }) => {
        if (kind === 'progress') {
          begin();
        }
      },
    },
  );
  try {
    await Promise.race([begun, recording.finished]);
    await work();
  } finally {
    recording.stop();
  }
  await recording.finished;
  return readCapture(path);
}

/** An event, printed: parameters by name, as text and as what it stands for. */
export interface ReadEvent {
  readonly number: number;
  readonly name: string;
  readonly tid: number;
  readonly cpu: number;
  readonly time: bigint;
  /** First parameter as a signed number. */
  readonly result: number | undefined;
  readonly params: ReadonlyMap<string, { readonly text: string; readonly resolved: string }>;
}

/** Everything in a capture. */
export interface ReadCapture {
  readonly metadata: readonly Metadata[];
  /** Without the recorder's statement about its recording. */
  readonly events: readonly ReadEvent[];
  /** Findings of the reader: damage, unknown blocks. */
  readonly diagnostics: readonly unknown[];
}

/** Read a capture whole, in the order of the file. */
export async function readCapture(path: string): Promise<ReadCapture> {
  const reader = await openEvidence(path);
  const decoder = new EventDecoder({ raw: false });
  const event = new Event(EVENT_TABLE[0] as (typeof EVENT_TABLE)[number]);
  const metadata: Metadata[] = [];
  const events: ReadEvent[] = [];
  for (;;) {
    const next = reader.next();
    if (next === NEXT.NEED_MORE) {
      if (!(await reader.fill())) {
        break;
      }
    } else if (next === NEXT.METADATA) {
      metadata.push(reader.metadata);
    } else if (next === NEXT.EVENT) {
      checkWidth(reader.record);
      if (decoder.decode(reader.record, event) !== VISIBILITY.HIDDEN && !isStatement(event)) {
        events.push(copyOf(event));
      }
    }
  }
  const { diagnostics } = reader;
  await reader.close();
  return { metadata, events, diagnostics };
}

function isStatement(event: Event): boolean {
  return event.row.name === 'asyncevent' && event.text(1) === 'recording';
}

/** The reference takes the width of lengths from the event's row, and does not open a capture where the block says otherwise. */
function checkWidth({ code, number, hasWideLengths }: EventRecord): void {
  const isLarge = ((EVENT_TABLE[code]?.flags ?? 0) & FLAG.LARGE) !== 0;
  if (isLarge !== hasWideLengths) {
    throw new Error(`record ${number} (code ${code}) is in a block of the wrong kind`);
  }
}

function copyOf(event: Event): ReadEvent {
  const params = new Map<string, { text: string; resolved: string }>();
  event.row.params.forEach(({ name }, index) => {
    if (index < event.paramCount) {
      params.set(name, printParam(event, index, NO_NAMES));
    }
  });
  return {
    number: event.number,
    name: event.row.name,
    tid: event.tid,
    cpu: event.cpu,
    time: (BigInt(event.timeHigh >>> 0) << 32n) + BigInt(event.timeLow >>> 0),
    result: event.paramCount > 0 ? event.signed(0) : undefined,
    params,
  };
}

/** Whether a printed parameter says `expected`: as it is, or as names in any order. */
export function says(
  param: { readonly text: string; readonly resolved: string } | undefined,
  expected: string,
): boolean {
  if (param === undefined) {
    return false;
  }
  const sorted = (names: string): string => names.split('|').sort().join('|');
  return param.text === expected || sorted(param.resolved) === sorted(expected);
}
