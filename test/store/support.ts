/** Runs with made-up alerts, for tests of the case alone. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Alert, ProcessSnapshot } from '../../src/alerts/index.js';
import type { Rule } from '../../src/rules/index.js';
import {
  queryCase,
  RunWriter,
  type AlertGroup,
  type Case,
  type RunEnd,
  type RunOutcome,
  type RunStart,
} from '../../src/store/index.js';

/** A function that names a new case each time; all are gone after the tests of the file. */
export function freshCases(): () => string {
  const folder = mkdtempSync(join(tmpdir(), 'tiercel-store-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  let count = 0;
  return () => {
    count += 1;
    return join(folder, `case-${count}.db`);
  };
}

export const RULE = {
  name: 'R',
  index: 0,
  description: '',
  priority: 'Notice',
  source: 'syscall',
  tags: ['a'],
  isEnabled: true,
  condition: { kind: 'and', children: [] },
  conditionText: 'evt.num > 0',
  output: 'x',
  macros: [],
  lists: [],
  exceptionFields: [],
  isCaptured: false,
  captureMs: 0,
  at: { file: 'r.yaml', line: 1, column: 1 },
} as Rule;

export const START: RunStart = {
  path: 'a.scap',
  toolVersion: '1',
  ruleFiles: [{ path: 'r.yaml', sha256: 'aa' }],
  rulesSha256: 'bb',
  metadataFiles: [{ path: 'm.json', sha256: 'ff', kind: 'CSV', containerId: '', entryCount: 1 }],
  options: '{}',
  rules: [RULE],
};

export const END: RunEnd = {
  identity: {
    path: 'a.scap',
    sha256: 'cc',
    incomplete: undefined,
    sizeBytes: 9,
    format: 'scap',
    compression: 'none',
  },
  machine: undefined,
  firstTime: 1n,
  lastTime: 18_446_744_073_709_551_615n,
  recordCount: 3,
  eventCount: 2,
  diagnostics: [{ id: 'capture/truncated-block', offset: 7, detail: 'cut short' }],
  isComplete: true,
  drops: [{ from: 1n, to: 2n, times: 1, eventNumber: 1, offset: 2 }],
  sections: [{ hostname: 'a', recordCount: 3, eventNumber: 1, offset: 0 }],
};

/** A process of the host, child of the pid before it. */
export function processOf(pid: number, startTime: bigint | undefined): ProcessSnapshot {
  return {
    pid,
    startTime,
    birthTime: startTime,
    parentPid: pid - 1,
    name: `p${pid}`,
    exe: '',
    exepath: '',
    commandLine: `p${pid} x`,
    cwd: '/',
    uid: 0,
    user: 'root',
    userFile: 0,
    loginuid: undefined,
    tty: 0,
    service: undefined,
    container: undefined,
  };
}

/** What alerts of these tests belong to. */
export const GROUP: AlertGroup = {
  grouping: { kind: 'unknown', key: 'unknown', subject: 'tests', why: 'They are.' },
  rootPid: undefined,
};

/** An alert of {@link RULE} on the host. */
export function alertAt(time: bigint, processes: readonly ProcessSnapshot[]): Alert {
  return {
    rule: RULE,
    time,
    eventNumber: 1,
    offset: 2,
    output: 'line \xff',
    message: 'line',
    fields: { big: 18_446_744_073_709_551_615n },
    cells: [],
    processes,
    container: undefined,
    request: undefined,
  };
}

/** All rows of the answer. */
export function ask(path: string, sql: string): unknown[] {
  const answer = queryCase(path, sql);
  const rows = [...answer.rows].map((row) => [...row]);
  answer.close();
  return rows;
}

/** Write a whole run. */
export function writeRun(
  target: Case,
  start: RunStart,
  alerts: readonly Alert[],
  end: RunEnd = END,
): RunOutcome {
  const writer = new RunWriter(target, start);
  alerts.forEach((each) => {
    writer.addAlert(each, GROUP);
  });
  return writer.finish(end);
}
