/**
 * Writes one run into a case, in batches: what is there at any moment is whole, and marked incomplete until
 * the run is finished. A run that turns out to be there already is taken back.
 */
import type { Database, Statement } from 'better-sqlite3';
import {
  writeJson,
  type Alert,
  type AuditSnapshot,
  type ContainerSnapshot,
  type ProcessSnapshot,
} from '../alerts/index.js';
import type { EvidenceIdentity, MachineMetadata } from '../capture/index.js';
import { DIAGNOSTICS, type Diagnostic } from '../diagnostics.js';
import type { Rule } from '../rules/index.js';
import { textOfBytes } from '../units.js';
import { caseError, type Case } from './case.js';
import { createIndexes } from './schema.js';
import {
  auditValues,
  containerValues,
  evidenceValues,
  processValues,
  ruleValues,
  storable,
} from './row-values.js';
import { STATEMENTS } from './statements-table.js';
import { TABLES } from './tables-table.js';

/** What decides whether two runs are the same, beside the evidence. */
export interface RunStart {
  /** Evidence as given. */
  readonly path: string;
  readonly toolVersion: string;
  readonly ruleFiles: readonly { readonly path: string; readonly sha256: string }[];
  readonly rulesSha256: string;
  /** Options that change results, as JSON with sorted keys. */
  readonly options: string;
  readonly rules: readonly Rule[];
}

/** What is known at the end of a run. */
export interface RunEnd {
  /** With its SHA-256, if the run is complete: evidence is known by it. */
  readonly identity: EvidenceIdentity;
  readonly machine: MachineMetadata | undefined;
  readonly firstTime: bigint | undefined;
  readonly lastTime: bigint | undefined;
  readonly recordCount: number;
  readonly eventCount: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly isComplete: boolean;
}

/** Rows written between two commits. */
const BATCH = 5000;

type Statements = Readonly<Record<keyof typeof STATEMENTS, Statement>>;

/** One run being written. */
export class RunWriter {
  readonly #case: Case;
  readonly #start: RunStart;
  readonly #statements: Statements;
  readonly #runId: bigint;
  readonly #ruleIds = new Map<Rule, bigint>();
  readonly #ruleCounts = new Map<Rule, number>();
  readonly #containerKeys = new Map<string, bigint>();
  /** Rows of processes that still run, by pid. */
  readonly #processes = new Map<
    number,
    { readonly id: bigint; readonly start: bigint | undefined }
  >();
  /** A process stays in the machine until the event after its end, which may not come. */
  #lastEnded:
    { readonly pid: number; readonly id: bigint; readonly start: bigint | undefined } | undefined;
  #lastAuditEvent = 0;
  #alertCount = 0;
  #pending = 0;

  constructor(target: Case, start: RunStart) {
    this.#case = target;
    this.#start = start;
    try {
      this.#statements = prepareAll(target.database);
      this.#begin();
      this.#runId = this.#insert('insertRun', [
        start.path,
        start.toolVersion,
        start.rulesSha256,
        start.options,
      ]);
      this.commit(); // so that a case that fills up at once says that there was a run
      this.#begin();
      this.#addRules();
      this.commit();
    } catch (error) {
      this.#rollBack();
      throw caseError(target.path, error);
    }
  }

  addAlert(alert: Alert): void {
    this.#guarded(() => {
      const [process] = alert.processes;
      this.#insert('insertAlert', [
        this.#runId,
        this.#ruleIds.get(alert.rule),
        alert.time,
        alert.rule.priority,
        textOfBytes(alert.output),
        writeJson(alert.fields),
        process === undefined ? null : this.#lineage(alert.processes),
        this.#container(alert.container),
        alert.eventNumber,
        alert.offset,
      ]);
      if (alert.request !== undefined) {
        this.#auditEvent(alert.request);
      }
      this.#alertCount += 1;
      this.#ruleCounts.set(alert.rule, (this.#ruleCounts.get(alert.rule) ?? 0) + 1);
    });
  }

  /** A request of an audit log. One that caused alerts is kept once. */
  addAuditEvent(request: AuditSnapshot): void {
    this.#guarded(() => {
      this.#auditEvent(request);
    });
  }

  #auditEvent(request: AuditSnapshot): void {
    if (request.eventNumber === this.#lastAuditEvent) {
      return;
    }
    this.#lastAuditEvent = request.eventNumber;
    this.#insert('insertAuditEvent', [this.#runId, ...auditValues(request)]);
  }

  /** A process that began to run a program, with its ancestors. */
  addProcess(lineage: readonly ProcessSnapshot[]): void {
    this.#guarded(() => {
      this.#lineage(lineage);
    });
  }

  /** A process exited at `time`. */
  endProcess(pid: number, time: bigint): void {
    const process = this.#processes.get(pid);
    if (process !== undefined) {
      this.#processes.delete(pid);
      this.#lastEnded = { pid, ...process };
      this.#guarded(() => {
        this.#insert('endProcess', [time, process.id]);
      });
    }
  }

  /**
   * Close the run.
   *
   * @returns Whether it was added; `false` if the same run was there, complete, and this one was taken back.
   */
  finish(end: RunEnd): boolean {
    try {
      this.#begin();
      const { sha256 } = end.identity;
      if (end.isComplete && sha256 !== undefined && this.#isThereAlready(sha256)) {
        this.#takeBack();
        this.commit();
        return false;
      }
      this.#addEnd(end);
      this.commit();
      this.#case.database.exec(TABLES.flatMap(createIndexes).join(';\n'));
      return true;
    } catch (error) {
      this.#rollBack();
      throw caseError(this.#case.path, error);
    }
  }

  /** Make what was written so far stay. */
  commit(): void {
    if (this.#case.database.inTransaction) {
      this.#case.database.exec('COMMIT');
    }
    this.#pending = 0;
  }

  #guarded(write: () => void): void {
    try {
      this.#begin();
      write();
      this.#pending += 1;
      if (this.#pending >= BATCH) {
        this.commit();
      }
    } catch (error) {
      this.#keepWhatFits();
      throw caseError(this.#case.path, error);
    }
  }

  #begin(): void {
    if (!this.#case.database.inTransaction) {
      this.#case.database.exec('BEGIN IMMEDIATE');
    }
  }

  /** After a failed statement the batch before it may still fit. */
  #keepWhatFits(): void {
    try {
      this.commit();
    } catch {
      this.#rollBack();
    }
  }

  #rollBack(): void {
    try {
      if (this.#case.database.inTransaction) {
        this.#case.database.exec('ROLLBACK');
      }
    } catch {
      // SQLite rolled back by itself
    }
  }

  #insert(name: keyof typeof STATEMENTS, values: readonly unknown[]): bigint {
    return BigInt(this.#statements[name].run(...values.map(storable)).lastInsertRowid);
  }

  #addRules(): void {
    this.#start.ruleFiles.forEach(({ path, sha256 }, at) => {
      this.#insert('insertRuleFile', [this.#runId, at + 1, path, sha256]);
    });
    for (const rule of this.#start.rules) {
      this.#ruleIds.set(rule, this.#insert('insertRule', [this.#runId, ...ruleValues(rule)]));
    }
  }

  /** Row of the nearest process of a lineage; rows of its ancestors are made where they are missing. */
  #lineage(lineage: readonly ProcessSnapshot[]): bigint | null {
    let parent: bigint | null = null;
    for (let at = lineage.length - 1; at >= 0; at -= 1) {
      const process = lineage[at] as ProcessSnapshot;
      const ended = this.#lastEnded?.pid === process.pid ? this.#lastEnded : undefined;
      const running = this.#processes.get(process.pid);
      const known = running ?? ended;
      parent =
        known !== undefined && known.start === process.startTime
          ? known.id
          : this.#addProcessRow(process, parent, running?.id);
    }
    return parent;
  }

  #addProcessRow(
    process: ProcessSnapshot,
    parent: bigint | null,
    replaced: bigint | undefined,
  ): bigint {
    if (replaced !== undefined && process.startTime !== undefined) {
      this.#insert('endProcess', [process.startTime, replaced]);
    }
    const id = this.#insert('insertProcess', [
      this.#runId,
      process.pid,
      parent,
      ...processValues(process),
      this.#container(process.container),
      process.startTime ?? null,
    ]);
    this.#processes.set(process.pid, { id, start: process.startTime });
    return id;
  }

  #container(container: ContainerSnapshot | undefined): bigint | null {
    if (container === undefined) {
      return null;
    }
    const known = this.#containerKeys.get(container.id);
    if (known !== undefined && !container.hasMetadata) {
      return known;
    }
    const key = this.#statements.putContainer
      .pluck()
      .get(this.#runId, ...containerValues(container)) as bigint;
    this.#containerKeys.set(container.id, key);
    return key;
  }

  #isThereAlready(sha256: string): boolean {
    const { toolVersion, rulesSha256, options } = this.#start;
    return (
      this.#statements.findCompleteRun.get(sha256, toolVersion, rulesSha256, options) !== undefined
    );
  }

  #takeBack(): void {
    for (const name of [
      'deleteAlerts',
      'deleteAuditEvents',
      'deleteProcesses',
      'deleteContainers',
      'deleteRules',
      'deleteRuleFiles',
      'deleteRun',
    ] as const) {
      this.#statements[name].run(this.#runId);
    }
  }

  #addEnd(end: RunEnd): void {
    const { identity, machine } = end;
    if (end.isComplete) {
      this.#insert('putEvidence', [
        ...evidenceValues(identity, machine),
        end.firstTime ?? null,
        end.lastTime ?? null,
        end.recordCount,
        end.eventCount,
      ]);
    }
    end.diagnostics.forEach(({ id, offset, detail }, at) => {
      const { severity } = DIAGNOSTICS[id];
      this.#insert('insertDiagnostic', [this.#runId, at + 1, id, severity, offset ?? null, detail]);
    });
    for (const [rule, count] of this.#ruleCounts) {
      this.#insert('countRule', [count, this.#ruleIds.get(rule)]);
    }
    this.#insert('finishRun', [
      end.isComplete ? identity.sha256 : null,
      end.isComplete ? 'complete' : 'incomplete',
      this.#alertCount,
      this.#runId,
    ]);
  }
}

function prepareAll(database: Database): Statements {
  const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
  return Object.fromEntries(prepared) as Statements;
}
