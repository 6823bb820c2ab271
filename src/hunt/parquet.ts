/** Rows as a Parquet file: 64-bit integers and text, any of them NULL. The same rows give the same bytes. */
import { closeSync, fsyncSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { openForWriting } from '../writable-file.js';
import { makeFolderOf, syncFolder, unfinished } from './layout.js';
import { optionalModule } from './optional.js';

/** A column of a file. */
export interface ParquetColumn {
  readonly name: string;
  readonly isInteger: boolean;
}

/** A value of a row. */
export type ParquetValue = string | bigint | null;

/** Rows that are held at a time. */
const ROWS_OF_GROUP = 20_000;
/** Bytes that are held before they are written. */
const BYTES_HELD = 1024 * 1024;

const loadWriter = optionalModule('hyparquet-writer', () => import('hyparquet-writer'));

/**
 * Writes rows to a file, which gets its name when all of them are written; without any row none is made. Returns how many rows there were.
 */
export type WriteParquet = (
  path: string,
  columns: readonly ParquetColumn[],
  rows: Iterable<readonly ParquetValue[]>,
) => number;

/** What writes Parquet files, under names of `writer` until they are whole. */
export async function parquetWriter(writer?: string): Promise<WriteParquet> {
  const library = await loadWriter();
  return (path, columns, rows) => {
    const file = new ParquetFile(library, columns, { path, unfinished: unfinished(path, writer) });
    try {
      for (const group of groupsOf(rows)) {
        file.write(group);
      }
      return file.finish();
    } finally {
      file.close();
    }
  };
}

type Library = Awaited<ReturnType<typeof loadWriter>>;

/** What a file is called, and until it is whole. */
interface Names {
  readonly path: string;
  readonly unfinished: string;
}

/** A file that is being written. */
class ParquetFile {
  readonly #library: Library;
  readonly #columns: readonly ParquetColumn[];
  readonly #names: Names;
  readonly #bytes: InstanceType<Library['ByteWriter']>;
  #writer: InstanceType<Library['ParquetWriter']> | undefined;
  #file: number | undefined;
  #count = 0;

  constructor(library: Library, columns: readonly ParquetColumn[], names: Names) {
    this.#library = library;
    this.#columns = columns;
    this.#names = names;
    this.#bytes = new library.ByteWriter();
  }

  write(rows: readonly (readonly ParquetValue[])[]): void {
    const columnData = this.#columns.map(({ name, isInteger }, at) => ({
      name,
      type: isInteger ? ('INT64' as const) : ('STRING' as const),
      nullable: true,
      data: rows.map((row) => row[at] ?? null),
    }));
    this.#writer ??= this.#open(this.#library.schemaFromColumnData({ columnData }));
    void this.#writer.write({ columnData, rowGroupSize: ROWS_OF_GROUP }); // our bytes need no waiting
    this.#count += rows.length;
    if (this.#bytes.index > BYTES_HELD) {
      this.#flush();
    }
  }

  finish(): number {
    if (this.#writer !== undefined && this.#file !== undefined) {
      void this.#writer.finish();
      this.#flush();
      fsyncSync(this.#file);
      this.close();
      renameSync(this.#names.unfinished, this.#names.path);
      syncFolder(dirname(this.#names.path));
    }
    return this.#count;
  }

  close(): void {
    if (this.#file !== undefined) {
      closeSync(this.#file);
      this.#file = undefined;
    }
  }

  #open(
    schema: ReturnType<Library['schemaFromColumnData']>,
  ): InstanceType<Library['ParquetWriter']> {
    makeFolderOf(this.#names.path);
    this.#file = openForWriting(this.#names.unfinished, 'replace');
    return new this.#library.ParquetWriter({ writer: this.#bytes, schema, createdBy: 'tiercel' });
  }

  #flush(): void {
    if (this.#file !== undefined) {
      const bytes = new Uint8Array(this.#bytes.buffer, 0, this.#bytes.index);
      for (let at = 0; at < bytes.length;) {
        at += writeSync(this.#file, bytes, at);
      }
      this.#bytes.index = 0; // its offset goes on
    }
  }
}

function* groupsOf(
  rows: Iterable<readonly ParquetValue[]>,
): Generator<readonly (readonly ParquetValue[])[]> {
  let group: (readonly ParquetValue[])[] = [];
  for (const row of rows) {
    group.push(row);
    if (group.length === ROWS_OF_GROUP) {
      yield group;
      group = [];
    }
  }
  if (group.length > 0) {
    yield group;
  }
}
