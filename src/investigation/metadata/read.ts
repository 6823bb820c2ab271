/**
 * `--metadata`: files that name what a capture does not, each recognised by its content. Read once, whole and bounded,
 * before evidence is opened; a file that nothing can be made of is the user's mistake.
 */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { GroupEntry, UserEntry } from '../../capture/index.js';
import type { Diagnostic } from '../../diagnostics.js';
import { UserError } from '../../errors.js';
import { interruption } from '../../interruption.js';
import { escapeText, say } from '../../output/index.js';
import { objectOf, type Json } from '../../recorder/index.js';
import { Supplement, type DescribedContainer, type Descriptions } from '../../state/index.js';
import { unlessAborted } from '../evidence/unless-aborted.js';
import { describedContainer, type SaidOfContainer } from './containers.js';
import { JSON_FORMS } from './json-forms-table.js';
import { jsonValuesOf } from './json-values.js';
import { readCsv, readGroup, readPasswd, typedId, type Read } from './text-forms.js';

/** A metadata file, as cases and `info` name it. */
export interface MetadataFile {
  /** As given, without the container's id. */
  readonly path: string;
  /** In hex. */
  readonly sha256: string;
  /** What it was recognised as: `docker inspect`, `passwd` ... */
  readonly kind: string;
  /** The container that a passwd or group file is of; empty for the host's, and for other files. */
  readonly containerId: string;
  /** Containers, users or groups in it. */
  readonly entryCount: number;
}

/** All metadata files of a request. */
export interface Metadata {
  readonly files: readonly MetadataFile[];
  /** What was passed over in them. */
  readonly findings: readonly Diagnostic[];
  /** What makes an analysis with them another one: the digest of each, and whose accounts it holds. */
  readonly identity: readonly string[];
  readonly descriptions: Descriptions;
  /** Names for one replay. */
  readonly supplement: () => Supplement;
}

/** Clusters of 5,000 pods print 50 MB. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** As many as the machine keeps. */
const MAX_ENTRIES = 65_536;

/**
 * Read the files of `--metadata`; `undefined` without any.
 *
 * @param words - Paths, or `ID=PATH` for a container's own passwd or group file.
 * @throws {UserError} `METADATA_UNREADABLE`, `METADATA_TOO_LARGE`, `METADATA_WRONG`, `METADATA_UNKNOWN`
 */
export async function readMetadata(
  words: readonly string[] | undefined,
): Promise<Metadata | undefined> {
  if (words === undefined || words.length === 0) {
    return undefined;
  }
  const files: MetadataFile[] = [];
  const findings: Diagnostic[] = [];
  const containers: DescribedContainer[] = [];
  const accounts: Descriptions['accounts'][number][] = [];
  for (const word of words) {
    const file = files.length + 1;
    const { containerId, path } = targetOf(word);
    const bytes = await readWhole(path);
    const content = recognise(path, bytes);
    refuseOwner(containerId, content, word);
    const described = content.containers.map((said) => describedContainer(said, file));
    const known = described.filter((each) => each !== undefined).slice(0, MAX_ENTRIES);
    containers.push(...known);
    accounts.push({ containerId: typedId(containerId), users: content.users, groups: content.groups, file }); // prettier-ignore
    const entryCount = known.length + content.users.length + content.groups.length;
    const leftOut = content.strangeCount + described.length - known.length;
    if (leftOut > 0) {
      findings.push({
        id: 'metadata/left-out',
        detail: `${path} (${content.kind}): ${leftOut} of ${leftOut + entryCount} entries were passed over: they have no id, are of another kind, or are too many`,
      });
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    files.push({ path, sha256, kind: content.kind, containerId, entryCount });
  }
  const descriptions = {
    files: files.map(({ path }) => path),
    containers,
    accounts: accounts.filter(({ users, groups }) => users.length + groups.length > 0),
  };
  return {
    files,
    findings,
    identity: files.map(({ containerId, sha256 }) =>
      containerId === '' ? sha256 : `${typedId(containerId)}=${sha256}`,
    ),
    descriptions,
    supplement: () => new Supplement(descriptions),
  };
}

/** `ID=PATH`, or a path; a path that has an equals sign in its name is written with a slash in front (`./a=b`). */
const OWNED = /^((?:[a-z][a-z0-9+.-]*:\/\/)?[\w.-]+)=(.+)$/is;

function targetOf(word: string): { readonly containerId: string; readonly path: string } {
  const [, containerId = '', path = word] = OWNED.exec(word) ?? [];
  return { containerId, path };
}

/** Only accounts are different in each container. */
function refuseOwner(containerId: string, { kind }: Content, word: string): void {
  if (containerId !== '' && kind !== 'passwd' && kind !== 'group') {
    throw new UserError({
      code: 'METADATA_WRONG',
      what: 'Cannot use this metadata file',
      where: `--metadata ${word}`,
      why: `it is ${kind}, and only a passwd or group file belongs to one container (${containerId})`,
      fix: `write --metadata ${word.slice(containerId.length + 1)}`,
    });
  }
}

async function readWhole(path: string): Promise<Buffer> {
  try {
    return await unlessAborted(interruption, readBounded(path));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const why = UNREADABLE[code];
    if (why === undefined) {
      throw error;
    }
    throw new UserError({
      code: 'METADATA_UNREADABLE',
      what: 'Cannot read this metadata file',
      where: path,
      why,
      fix: 'name a file that docker, podman, crictl or kubectl printed, a passwd or group file, or a CSV file',
    });
  }
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'no such file exists',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'you may not read this file',
  EISDIR: 'it is a directory',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'it is a symbolic link that leads nowhere',
};

const STDIN = 0;

/** All bytes of the file, or of a pipe, as far as they are taken. */
async function readBounded(path: string): Promise<Buffer> {
  const handle = path === '-' ? undefined : await open(path, 'r');
  const stream =
    handle?.createReadStream({ end: MAX_FILE_BYTES }) ??
    (await import('node:fs')).createReadStream('', { fd: STDIN, end: MAX_FILE_BYTES });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_FILE_BYTES) {
      throw new UserError({
        code: 'METADATA_TOO_LARGE',
        what: 'Cannot use this metadata file',
        where: path,
        why: `it is larger than ${MAX_FILE_BYTES / 1024 / 1024} MB`,
        fix: 'print fewer containers or pods into it, such as those of one namespace',
      });
    }
  }
  return Buffer.concat(chunks);
}

/** What a file says. */
interface Content {
  readonly kind: string;
  readonly containers: readonly SaidOfContainer[];
  readonly users: readonly UserEntry[];
  readonly groups: readonly GroupEntry[];
  /** Entries that nothing can be made of. */
  readonly strangeCount: number;
}

const EMPTY: Content = { kind: '', containers: [], users: [], groups: [], strangeCount: 0 };

function recognise(path: string, bytes: Buffer): Content {
  const text = textIn(bytes);
  const start = /\S/.exec(text)?.[0];
  if (start === undefined) {
    throw unknownContent(path, 'it is empty');
  }
  const content =
    start === '{' || start === '[' ? contentOfJson(path, text) : contentOfLines(bytes, text);
  if (content === undefined) {
    throw unknownContent(path, 'its content is none of the kinds that are known');
  }
  return content;
}

/** Text as tools print it: UTF-8, or the UTF-16 that PowerShell makes of it. */
function textIn(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
}

function unknownContent(path: string, why: string): UserError {
  return new UserError({
    code: 'METADATA_UNKNOWN',
    what: 'Cannot use this metadata file',
    where: path,
    why,
    fix: `give what one of these prints: ${[...new Set(JSON_FORMS.map(({ name }) => name))].join(', ')} (as JSON); or a passwd file, a group file, or CSV with the heading container-id,name,image,pod,namespace`,
  });
}

function contentOfLines(bytes: Buffer, text: string): Content | undefined {
  const latin = bytes.latin1Slice();
  const of = <T>(read: Read<T> | undefined, make: (read: Read<T>) => Partial<Content>) =>
    read === undefined ? undefined : { ...EMPTY, ...make(read), strangeCount: read.strangeCount };
  return (
    of(readPasswd(latin), ({ entries }) => ({ kind: 'passwd', users: entries.slice(0, MAX_ENTRIES) })) ??
    of(readGroup(latin), ({ entries }) => ({ kind: 'group', groups: entries.slice(0, MAX_ENTRIES) })) ??
    of(readCsv(text), ({ entries }) => ({ kind: 'CSV', containers: entries }))
  ); // prettier-ignore
}

function contentOfJson(path: string, text: string): Content | undefined {
  const objects = objectsOf(path, text);
  const kinds = new Set<string>();
  const containers: SaidOfContainer[] = [];
  let strangeCount = 0;
  for (const object of objects) {
    const form = JSON_FORMS.find(({ fits }) => fits(object));
    if (form === undefined) {
      strangeCount += 1;
    } else {
      kinds.add(form.name);
      for (const container of form.read(object)) {
        containers.push(container); // more than a call has arguments
      }
    }
  }
  return kinds.size === 0 && objects.length > 0
    ? undefined
    : { ...EMPTY, kind: [...kinds].join(', ') || 'an empty list', containers, strangeCount };
}

function objectsOf(path: string, text: string): readonly Json[] {
  try {
    return jsonValuesOf(text).flat().map(objectOf);
  } catch (error) {
    throw new UserError({
      code: 'METADATA_WRONG',
      what: 'Cannot use this metadata file',
      where: path,
      why: `it looks like JSON, but cannot be parsed: ${error instanceof Error ? error.message : String(error)}`,
      fix: 'print it again; a command that was interrupted leaves half of it',
    });
  }
}

/** Report on stderr what was passed over in the files. */
export function reportPassedOver(metadata: Metadata | undefined): void {
  metadata?.findings.forEach(({ id, detail }) => {
    say(`Notice: ${escapeText(detail)} (${id})`);
  });
}
