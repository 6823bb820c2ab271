/**
 * Where things lie in the results of a hunt:
 *
 *     hunt/revisions/0001.json          what is asked of which evidence; the highest number counts
 *     hunt/revisions/0001/01-a.yaml     the rules, as they were when it was submitted
 *     hunt/TABLE/KEY.parquet            rows of one piece of evidence; runs/KEY.parquet is written last: then it is done
 *     hunt/compacted/DIGEST.json        which of them were joined into TABLE/DIGEST.joined.parquet
 *     hunt/failed/KEY.json              why a piece of evidence could not be done
 *     hunt/cancelled                    nobody takes up another job while it is there
 *
 * Everything is written under another name and renamed, so that what has its name is whole.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openForWriting } from '../writable-file.js';

/** The table whose file is the commit of a job. */
export const COMMIT_TABLE = 'runs';

/** Names in the results of a hunt at `root`. */
export class Layout {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  get revisions(): string {
    return join(this.root, 'revisions');
  }

  get compacted(): string {
    return join(this.root, 'compacted');
  }

  get failed(): string {
    return join(this.root, 'failed');
  }

  get cancelled(): string {
    return join(this.root, 'cancelled');
  }

  revision(number: number): string {
    return join(this.revisions, `${String(number).padStart(4, '0')}.json`);
  }

  rules(number: number): string {
    return join(this.revisions, String(number).padStart(4, '0'));
  }

  failure(key: string): string {
    return join(this.failed, `${key}.json`);
  }

  table(name: string): string {
    return join(this.root, name);
  }

  /** Rows of one piece of evidence. */
  rows(table: string, key: string): string {
    return join(this.root, table, `${key}.parquet`);
  }

  /** Rows of many. */
  joined(table: string, digest: string): string {
    return join(this.root, table, `${digest}.joined.parquet`);
  }
}

/** Names this process among all that write to the same results, on whatever machine. */
const THIS_WRITER = newWriter();

/** A name for a process that is going to write. */
export function newWriter(): string {
  return randomBytes(8).toString('hex');
}

/** The name under which a file is written before it gets its own. */
export function unfinished(path: string, writer = THIS_WRITER): string {
  return `${path}.${writer}.unfinished`;
}

/** Make the folder that a file lies in, for its owner alone. */
export function makeFolderOf(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
}

/** Write a file of text whole, or not at all. Readable by its owner only. */
export function writeWhole(path: string, text: string): void {
  makeFolderOf(path);
  const name = unfinished(path);
  const file = openForWriting(name, 'replace');
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(name, path);
  syncFolder(dirname(path));
}

/** Have the names in a folder survive a power cut. */
export function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
