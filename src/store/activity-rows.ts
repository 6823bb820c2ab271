/**
 * Rows of files and connections. The writer of a run hands them over when their program ends, or when it holds too many:
 * so a row may come in parts, and the later ones are added to it.
 */
import type { Database } from 'better-sqlite3';
import { writeJson } from '../alerts/index.js';
import { textOfBytes } from '../units.js';
import type { ConnectionActivity, Failures, FileActivity } from './activity.js';
import type { RowWriter } from './row-writer.js';
import { createIndexes } from './schema.js';
import { TABLES, type Row } from './tables-table.js';

/** The path of all that was never named. No path is that: they begin with a slash. */
const UNKNOWN_PATH = 'unknown';

/** Rows of files and connections of one run. */
export class ActivityRows {
  readonly #rows: RowWriter;
  readonly #database: Database;
  /** Whether a file that is new to the caller may have a row already. */
  #mayHaveRows = false;

  constructor(rows: RowWriter, database: Database) {
    this.#rows = rows;
    this.#database = database;
  }

  /** From now on files may come again that the caller has forgotten. */
  expectAgain(): void {
    if (!this.#mayHaveRows) {
      this.#mayHaveRows = true;
      createIndexes('files', TABLES.files).forEach((sql) => this.#database.exec(sql));
    }
  }

  /** Add `file` to its row, `known` to the caller or not; says which that is. */
  file(file: FileActivity, known: bigint | undefined): bigint | null {
    const row = fileRow(file);
    const id = known ?? (this.#mayHaveRows ? this.#find(row) : undefined);
    if (id === undefined) {
      return this.#rows.insert('files', row);
    }
    this.#rows.change(
      'addToFile',
      row.first_ns,
      row.last_ns,
      row.opens,
      row.creations,
      row.reads,
      row.writes,
      row.bytes_read,
      row.bytes_written,
      row.executions,
      row.removals,
      row.renames,
      row.renamed_from,
      row.renamed_to,
      row.links,
      row.link_target,
      row.mode_changes,
      row.mode,
      row.owner_changes,
      row.owner,
      this.#withFailures('failuresOfFile', id, file.failures),
      id,
    );
    return id;
  }

  /** Add `connection` to its row, if the caller knows one; says which that is. */
  connection(connection: ConnectionActivity, known: bigint | undefined): bigint | null {
    const row = connectionRow(connection);
    if (known === undefined) {
      return this.#rows.insert('connections', row);
    }
    this.#rows.change(
      'addToConnection',
      row.last_ns,
      row.end_ns,
      row.sends,
      row.receives,
      row.bytes_sent,
      row.bytes_received,
      row.result,
      this.#withFailures('failuresOfConnection', known, connection.failures),
      known,
    );
    return known;
  }

  #find({ process_id: process, path }: Row<'files'>): bigint | undefined {
    return this.#rows.find('findFile', this.#rows.runId, process, path)[0];
  }

  #withFailures(
    statement: 'failuresOfFile' | 'failuresOfConnection',
    id: bigint,
    failures: Failures,
  ): string {
    const [before = '{}'] = this.#rows.findTexts(statement, id);
    const merged = new Map(Object.entries(JSON.parse(before) as Record<string, number>));
    for (const [name, count] of failures) {
      merged.set(name, (merged.get(name) ?? 0) + count);
    }
    return failuresText(merged);
  }
}

function textOrNull(bytes: string | undefined): string | null {
  return bytes === undefined ? null : textOfBytes(bytes);
}

function failuresText(failures: Failures): string {
  return failures.size === 0
    ? '{}'
    : writeJson(Object.fromEntries([...failures].sort(([a], [b]) => (a < b ? -1 : 1))));
}

function fileRow(file: FileActivity): Row<'files'> {
  return {
    process_id: file.processId,
    path: file.path === undefined ? UNKNOWN_PATH : textOfBytes(file.path),
    first_ns: file.first,
    last_ns: file.last,
    opens: file.opens,
    creations: file.creations,
    reads: file.reads,
    writes: file.writes,
    bytes_read: file.bytesRead,
    bytes_written: file.bytesWritten,
    executions: file.executions,
    removals: file.removals,
    renames: file.renames,
    renamed_from: textOrNull(file.renamedFrom),
    renamed_to: textOrNull(file.renamedTo),
    links: file.links,
    link_target: textOrNull(file.linkTarget),
    mode_changes: file.modeChanges,
    mode: file.mode ?? null,
    owner_changes: file.ownerChanges,
    owner: file.owner ?? null,
    failures: failuresText(file.failures),
    event_number: file.eventNumber,
    byte_offset: file.offset,
  };
}

const addressOf = (end: ConnectionActivity['local']) => end?.address ?? null;
const portOf = (end: ConnectionActivity['local']) => end?.port ?? null;

function connectionRow(connection: ConnectionActivity): Row<'connections'> {
  const { local, remote } = connection;
  return {
    process_id: connection.processId,
    protocol: connection.protocol ?? null,
    direction: connection.direction ?? null,
    local_address: addressOf(local),
    local_port: portOf(local),
    remote_address: addressOf(remote),
    remote_port: portOf(remote),
    path: textOrNull(connection.socketPath),
    begin_ns: connection.begin ?? null,
    first_ns: connection.first,
    last_ns: connection.last,
    end_ns: connection.end ?? null,
    sends: connection.writes,
    receives: connection.reads,
    bytes_sent: connection.bytesWritten,
    bytes_received: connection.bytesRead,
    result: connection.result,
    failures: failuresText(connection.failures),
    event_number: connection.eventNumber,
    byte_offset: connection.offset,
  };
}
