/**
 * The native program: where it is, and what it says. It is built by `npm run build:native` and needs nothing
 * of Node; here it is only started and listened to.
 */
import { accessSync, closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.js';

const NATIVE = fileURLToPath(new URL('../../native', import.meta.url));
const BUILT = join(NATIVE, 'build/tiercel-recorder');
/** Packages come with it, for each kind of machine. */
const PREBUILT = join(NATIVE, 'prebuilt', `linux-${process.arch}`, 'tiercel-recorder');

/**
 * Path of the native recorder: `TIERCEL_RECORDER` if it is set, else the one that was built here, else the one that came with
 * the package.
 *
 * @throws {UserError} if it is not there, or this is no machine that it can run on.
 */
export function findRecorder(): string {
  const own = existsSync(BUILT) || !existsSync(PREBUILT) ? BUILT : PREBUILT;
  const path = process.env['TIERCEL_RECORDER'] ?? own;
  if (process.platform !== 'linux') {
    throw new UserError({
      code: 'RECORD_NOT_LINUX',
      what: 'Cannot record on this machine',
      why: `recording needs Linux with eBPF, and this is ${process.platform}`,
      fix: 'copy tiercel-recorder to the Linux machine, record there, and analyze the file here',
    });
  }
  try {
    accessSync(path, constants.X_OK);
  } catch {
    throw new UserError({
      code: 'RECORD_NOT_BUILT',
      what: 'Cannot record: the native recorder is not built',
      where: path,
      why: 'there is no program that can be executed',
      fix: existsSync(join(NATIVE, 'Makefile'))
        ? 'apt-get install clang llvm libbpf-dev libelf-dev zlib1g-dev libzstd-dev bpftool, then npm run build:native'
        : 'install a package of tiercel that "npm pack" made (it holds the recorder), or name one in TIERCEL_RECORDER',
    });
  }
  checkArchitecture(path);
  return path;
}

/** Machines in the header of an ELF file, by Node's name for them. */
const MACHINES: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 62, arm64: 183 };
const ELF_MAGIC = 0x7f454c46;
const MACHINE_OFFSET = 18;

/** The first bytes; zeros for a program that may only be run. */
function headerOf(path: string): Buffer {
  const header = Buffer.alloc(MACHINE_OFFSET + 2);
  try {
    const file = openSync(path, 'r');
    readSync(file, header);
    closeSync(file);
  } catch {
    return header;
  }
  return header;
}

/** A program of another machine would be taken for a shell script. */
function checkArchitecture(path: string): void {
  const header = headerOf(path);
  const isElf = header.readUInt32BE(0) === ELF_MAGIC;
  if (isElf && header.readUInt16LE(MACHINE_OFFSET) !== MACHINES[process.arch]) {
    throw new UserError({
      code: 'RECORD_ARCHITECTURE',
      what: 'Cannot record: the native recorder is made for another kind of machine',
      where: path,
      why: `it is no program for ${process.arch}`,
      fix: 'build it on this machine (npm run build:native), or for arm64 on another one (make -C native arm64)',
    });
  }
}

/** What lies in the files of a recording. */
export interface Amount {
  readonly events: number;
  readonly bytes: number;
  readonly files: number;
}

/** How much was recorded, and lost, so far. By itself: what is kept on disk. */
export interface Tally extends Amount {
  /** Everything, with the files that a rotation removed. */
  readonly written: Amount;
  /** Events that were lost, by cause. */
  readonly lost: { readonly bufferFull: number; readonly scratch: number };
}

/** One thing that the native program says. */
export type Report =
  | { readonly kind: 'progress'; readonly state: string; readonly tally: Tally }
  | { readonly kind: 'notice'; readonly text: string }
  /** Events of a container that it does not know wait for an answer: the full id. */
  | { readonly kind: 'unnamed'; readonly id: string }
  | { readonly kind: 'error'; readonly error: UserError }
  | {
      readonly kind: 'done';
      readonly reason: string;
      readonly tally: Tally;
      /** Exit status of the command that was recorded; 0 if there was none. */
      readonly status: number;
      /** Whether a second signal ended it before everything was written. */
      readonly isCutShort: boolean;
      /** Process id of the command if it goes on, which nobody records any longer. */
      readonly runningCommand: number | undefined;
    };

/** Its code for a mistake in its words. */
const USAGE = 'RECORD_USAGE';

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function amountOf(json: Json): Amount {
  return {
    events: count(json['events']),
    bytes: count(json['bytes']),
    files: count(json['files']),
  };
}

function tallyOf(json: Json): Tally {
  const lost = isObject(json['lost']) ? json['lost'] : {};
  return {
    ...amountOf(json),
    written: amountOf(isObject(json['written']) ? json['written'] : json),
    lost: { bufferFull: count(lost['bufferFull']), scratch: count(lost['scratch']) },
  };
}

/** Read a line of the native program; `undefined` if it is none of those that are known. */
export function readReport(line: string): Report | undefined {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isObject(json)) {
    return undefined;
  }
  const { error, notice, state, done, unnamed } = json;
  if (isObject(error)) {
    const { code, what, why } = error;
    // its own --help is for those who run it by itself
    const fix = code === USAGE ? 'run "tiercel record --help" to see what it takes' : error['fix'];
    const story = { code: text(code), what: text(what), why: text(why), fix: text(fix) };
    return { kind: 'error', error: new UserError(story) };
  }
  if (typeof notice === 'string') {
    return { kind: 'notice', text: notice };
  }
  if (typeof unnamed === 'string') {
    return { kind: 'unnamed', id: unnamed };
  }
  if (typeof done === 'string') {
    return {
      kind: 'done',
      reason: done,
      tally: tallyOf(json),
      status: count(json['status']),
      isCutShort: json['isCutShort'] === true,
      runningCommand: count(json['goesOn']) || undefined,
    };
  }
  return typeof state === 'string' ? { kind: 'progress', state, tally: tallyOf(json) } : undefined;
}
