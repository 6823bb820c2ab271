/**
 * Writes one run into a case, in batches: what is there at any moment is whole, and marked incomplete until
 * the run is finished. A run that turns out to be there already is taken back; rows of the same run that was killed or
 * interrupted before are removed when it is done.
 */
import {
  writeJson,
  type Alert,
  type AuditSnapshot,
  type ProcessSnapshot,
} from '../alerts/index.js';
import type { Diagnostic } from '../diagnostics.js';
import type { Rule } from '../rules/index.js';
import { textOfBytes } from '../units.js';
import { caseError, type Case } from './case.js';
import type { ConnectionActivity, FileActivity, KeptEvent } from './activity.js';
import { ActivityRows } from './activity-rows.js';
import { IncidentRows } from './incident-rows.js';
import { ProcessRows } from './process-rows.js';
import {
  auditRow,
  diagnosticRow,
  dropRow,
  eventRow,
  evidenceRow,
  metadataFileRow,
  ruleRow,
  runRow,
  sectionRow,
} from './row-values.js';
import { RowWriter } from './row-writer.js';
import type { AlertGroup, Drop, RunEnd, RunOutcome } from './run-end.js';
import type { RunStart } from './run-start.js';
import { sealRuns } from './seal.js';
import { allIndexes } from './tables-table.js';

/** The latest time that a case can hold. */
const LAST_TIME = 9_223_372_036_854_775_807n;
/**
 * Rows written between two commits: an eighth of what was written before, within limits, so that little is lost where the
 * disk fills up early, and a large run has large batches.
 */
const MIN_BATCH = 64;
const MAX_BATCH = 5000;
const BATCH_SHARE = 8;

/** Stored when a run begins: nobody could say it later where the program is killed, or the disk is full. */
const UNFINISHED: Diagnostic = {
  id: 'analysis/unfinished',
  detail: 'not finished: the analysis goes on, was killed, or its case was full before its end',
};

/** One run being written. */
export class RunWriter {
  readonly #case: Case;
  readonly #start: RunStart;
  readonly #rows: RowWriter;
  readonly #processes: ProcessRows;
  readonly #incidents: IncidentRows;
  readonly #activity: ActivityRows;
  readonly #findings: readonly Diagnostic[];
  readonly #runId: bigint;
  readonly #ruleIds = new Map<Rule, bigint | null>();
  readonly #ruleCounts = new Map<Rule, number>();
  /** Rules whose count in the case is behind. */
  readonly #uncounted = new Set<Rule>();
  #lastAuditEvent = 0;
  #alertCount = 0;
  #pending = 0;
  #rowCount = 0;

  constructor(target: Case, start: RunStart) {
    this.#case = target;
    this.#start = start;
    this.#findings = target.takeFindings();
    this.#rows = new RowWriter(target.database);
    this.#processes = new ProcessRows(this.#rows);
    this.#incidents = new IncidentRows(this.#rows);
    this.#activity = new ActivityRows(this.#rows, target.database);
    try {
      this.#begin();
      this.#runId = this.#addRun();
      if (start.plannedId === undefined) {
        this.commit(); // so that a case that fills up at once says that there was a run
        this.#begin();
      }
      this.#addRules();
      this.commit();
    } catch (error) {
      this.#rollBack();
      throw caseError(target.path, error);
    }
  }

  /** An alert, and what it belongs to. */
  addAlert(alert: Alert, { grouping, rootPid }: AlertGroup): void {
    this.#guarded('alerts', () => {
      const { processes } = alert;
      const process = processes.length === 0 ? null : this.#processes.lineage(processes);
      const root = processes.find(({ pid }) => pid === rootPid);
      const container = this.#processes.container(alert.container);
      const incident = this.#incidents.incidentOf(alert, grouping, {
        process: (root && this.#processes.known(root.pid, root.startTime)) ?? null,
        container,
      });
      const id = this.#rows.insert('alerts', {
        rule_id: this.#ruleIds.get(alert.rule) as bigint, // where its rule was lost, so is the alert
        time_ns: alert.time,
        priority: alert.rule.priority,
        output: textOfBytes(alert.output),
        fields: writeJson(alert.fields),
        process_id: process,
        container_key: container,
        event_number: alert.eventNumber,
        byte_offset: alert.offset,
        incident_id: incident.id,
        near_loss: 0,
      });
      if (alert.request !== undefined) {
        this.#addRequest(alert.request);
      }
      if (id !== null) {
        this.#countAlert(alert.rule);
        this.#incidents.count(incident, alert);
      }
      return id;
    });
  }

  /** A request of an audit log. One that caused alerts is kept once. */
  addAuditEvent(request: AuditSnapshot): void {
    this.#guarded('audit_events', () => {
      this.#addRequest(request);
      return null;
    });
  }

  /** A process that began to run a program, with its ancestors; says its row. */
  addProcess(lineage: readonly ProcessSnapshot[]): bigint | null {
    return this.#guarded('processes', () => this.#processes.lineage(lineage));
  }

  /** The row of a process that runs a program since `start`, if it has one. */
  processRow(pid: number, start: bigint | undefined): bigint | null | undefined {
    return this.#processes.known(pid, start);
  }

  /** What a program did to a file, in whole or in part, to which row `known` has what was before; says its row. */
  addFile(file: FileActivity, known: bigint | undefined): bigint | null {
    return this.#guarded('files', () => this.#activity.file(file, known));
  }

  /** The same for a connection of a program. */
  addConnection(connection: ConnectionActivity, known: bigint | undefined): bigint | null {
    return this.#guarded('connections', () => this.#activity.connection(connection, known));
  }

  /** An event that was asked to be kept. */
  addEvent(event: KeptEvent): void {
    this.#guarded('events', () => this.#rows.insert('events', eventRow(event)));
  }

  /** Files that had a row may come again without it. */
  expectFilesAgain(): void {
    this.#guarded('files', () => {
      this.#activity.expectAgain();
      return null;
    });
  }

  /** A process exited at `time`. */
  endProcess(pid: number, time: bigint): void {
    if (this.#processes.isRunning(pid)) {
      this.#guarded('processes', () => {
        this.#processes.end(pid, time);
        return null;
      });
    }
  }

  /** Close the run. */
  finish(end: RunEnd): RunOutcome {
    const { database } = this.#case;
    const sha256 = end.isComplete ? end.identity.sha256 : undefined;
    try {
      this.#begin();
      this.#storeCounts();
      const isKnown = sha256 !== undefined && this.#isThereAlready(sha256);
      if (sha256 !== undefined) {
        this.#removeSuperseded(end.identity.sizeBytes);
      }
      database.exec(allIndexes().join(';\n'));
      if (isKnown) {
        this.#rows.removeRun(this.#runId);
      } else {
        this.#addEnd(end, sha256);
        sealRuns(database, [this.#runId]);
      }
      this.#case.seal(this.#runId);
      this.commit();
      const fate = isKnown ? 'known' : sha256 === undefined ? 'incomplete' : 'added';
      return { fate, losses: this.#losses };
    } catch (error) {
      this.#rollBack();
      throw caseError(this.#case.path, error);
    }
  }

  /** End the run early: it stays incomplete, with what was found so far and `findings`. */
  abandon(findings: readonly Diagnostic[]): void {
    const { database } = this.#case;
    try {
      this.#begin();
      this.#storeCounts();
      database.exec(allIndexes().join(';\n'));
      this.#incidents.finish();
      this.#putDiagnostics([...findings, ...this.#losses]);
      sealRuns(database, [this.#runId]);
      this.#case.seal(this.#runId);
      this.commit();
    } catch (error) {
      this.#rollBack();
      throw caseError(this.#case.path, error);
    }
  }

  /** What was wrong with the case before, and what of this run it could not take. */
  get #losses(): readonly Diagnostic[] {
    return [...this.#findings, ...this.#rows.losses];
  }

  /** Make what was written so far stay, with the number of alerts in it. */
  commit(): void {
    const { database } = this.#case;
    if (database.inTransaction) {
      this.#storeCounts();
      database.exec('COMMIT');
    }
    this.#pending = 0;
  }

  /** The row of the run; until it is finished, it says that it is not. */
  #addRun(): bigint {
    const { plannedId, sizeBytes } = this.#start;
    const [planned] =
      plannedId === undefined ? [] : this.#rows.find('beginRun', sizeBytes ?? null, plannedId);
    // another program may have done the same run meanwhile, and removed what was planned
    const id = planned ?? this.#rows.insert('runs', runRow(this.#start));
    if (id === null) {
      throw new Error(`no run can be stored: ${this.#rows.losses[0]?.detail ?? ''}`);
    }
    this.#rows.runId = id;
    this.#putDiagnostics([UNFINISHED]);
    return id;
  }

  #addRules(): void {
    this.#start.ruleFiles.forEach(({ path, sha256 }, at) => {
      this.#rows.insert('rule_files', { position: at + 1, path, sha256 });
    });
    this.#start.metadataFiles?.forEach((file, at) => {
      this.#rows.insert('metadata_files', metadataFileRow(file, at + 1));
    });
    for (const rule of this.#start.rules) {
      this.#ruleIds.set(rule, this.#rows.insert('rules', ruleRow(rule)));
    }
  }

  #addRequest(request: AuditSnapshot): void {
    if (request.eventNumber !== this.#lastAuditEvent) {
      this.#lastAuditEvent = request.eventNumber;
      this.#rows.insert('audit_events', auditRow(request));
    }
  }

  #countAlert(rule: Rule): void {
    this.#alertCount += 1;
    this.#ruleCounts.set(rule, (this.#ruleCounts.get(rule) ?? 0) + 1);
    this.#uncounted.add(rule);
  }

  /** With each batch, so that they are true of a run that is killed. */
  #storeCounts(): void {
    this.#incidents.storeCounts();
    if (this.#uncounted.size === 0) {
      return;
    }
    this.#rows.change('countAlerts', this.#alertCount, this.#runId);
    for (const rule of this.#uncounted) {
      this.#rows.change('countRule', this.#ruleCounts.get(rule), this.#ruleIds.get(rule));
    }
    this.#uncounted.clear();
  }

  #guarded(table: string, write: () => bigint | null): bigint | null {
    try {
      this.#begin();
      const id = this.#rows.attempt(table, write);
      this.#pending += 1;
      this.#rowCount += 1;
      if (this.#pending >= batchAfter(this.#rowCount)) {
        this.commit();
      }
      return id;
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
    this.#case.forgetSeals();
    try {
      if (this.#case.database.inTransaction) {
        this.#case.database.exec('ROLLBACK');
      }
    } catch {
      // SQLite rolled back by itself
    }
  }

  #isThereAlready(sha256: string): boolean {
    const { toolVersion, rulesSha256, options } = this.#start;
    return this.#rows.find('findCompleteRun', sha256, toolVersion, rulesSha256, options).length > 0;
  }

  /** Rows of earlier attempts at this run would count its alerts twice. */
  #removeSuperseded(sizeBytes: number): void {
    const { path, toolVersion, rulesSha256, options } = this.#start;
    const same = [path, rulesSha256, options, toolVersion, sizeBytes, this.#runId];
    for (const runId of this.#rows.find('findSuperseded', ...same)) {
      this.#rows.removeRun(runId);
      this.#case.forgetSeals();
    }
  }

  #addEnd(end: RunEnd, sha256: string | undefined): void {
    const { identity } = end;
    this.#addDrops(end.drops ?? []);
    end.sections?.forEach((section, at) => {
      this.#rows.insert('sections', sectionRow(section, at + 1));
    });
    this.#incidents.finish();
    for (const { rule, reason, detail } of end.silent ?? []) {
      this.#rows.change('silenceRule', reason, textOfBytes(detail), this.#ruleIds.get(rule));
    }
    this.#putDiagnostics([...end.diagnostics, ...this.#losses]);
    this.#rows.change(
      'finishRun',
      sha256 === undefined ? null : this.#evidence(end, sha256),
      sha256 === undefined ? 'incomplete' : 'complete',
      identity.sizeBytes,
      identity.format,
      identity.compression,
      this.#runId,
    );
  }

  #addDrops(drops: readonly Drop[]): void {
    drops.forEach((drop, at) => {
      this.#rows.insert('drops', dropRow(drop, at + 1));
      this.#rows.change('markNearLoss', this.#runId, drop.from ?? 0n, drop.to ?? LAST_TIME);
    });
  }

  /** In place of those that the run had so far. */
  #putDiagnostics(diagnostics: readonly Diagnostic[]): void {
    this.#rows.change('forgetFindings', this.#rows.runId);
    diagnostics.forEach((diagnostic, at) => {
      this.#rows.insert('diagnostics', diagnosticRow(diagnostic, at + 1));
    });
  }

  /** Row of the evidence, which other runs may have had before. */
  #evidence(end: RunEnd, sha256: string): bigint | null {
    const [known] = this.#rows.find('findEvidence', sha256);
    return known ?? this.#rows.insert('evidence', evidenceRow(end.identity, sha256, end));
  }
}

function batchAfter(rowCount: number): number {
  return Math.min(MAX_BATCH, Math.max(MIN_BATCH, rowCount / BATCH_SHARE));
}
