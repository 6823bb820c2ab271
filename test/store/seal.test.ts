/** A case is sealed: what is changed, added or removed in it later is noticed. */
import { join } from 'node:path';
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  openCase,
  planRuns,
  readCase,
  RunWriter,
  verifyCase,
  type Verification,
} from '../../src/store/index.js';
import { allMigrations, migrate } from '../../src/store/migrate.js';
import { ALL_TABLES, TABLES_OF_RUNS } from '../../src/store/tables-table.js';
import { GROUP, alertAt, ask, END, freshCases, processOf, START, writeRun } from './support.js';

const fresh = freshCases();

/** A case with two complete runs and one that was interrupted. */
function sealedCase(): string {
  const path = fresh();
  const opened = openCase(path);
  writeRun(opened, START, [alertAt(5n, [processOf(2, 4n)]), alertAt(6n, [])]);
  writeRun(opened, { ...START, options: '{"match":"all"}' }, [alertAt(7n, [processOf(3, 4n)])]);
  writeRun(opened, { ...START, path: 'b.scap' }, [alertAt(8n, [])], { ...END, isComplete: false });
  opened.close();
  return path;
}

function alter(path: string, sql: string): void {
  const database = new Database(path);
  database.pragma('foreign_keys = OFF');
  database.exec(sql);
  database.close();
}

const verified = (path: string): Verification => readCase(path, verifyCase);

/** Every sentence about a change. */
const changesIn = ({ runs, findings }: Verification): readonly string[] => [
  ...runs.flatMap((run) => run.findings.map((text) => `run ${run.runId}: ${text}`)),
  ...findings,
];

const REMOVED = TABLES_OF_RUNS.map(([name]) => `DELETE FROM ${name} WHERE run_id = 1`).join('; ');

describe('a case that nobody touched', () => {
  it('is intact: each finished run, and the list of them', () => {
    const checked = verified(sealedCase());
    expect(checked.runs.map(({ seal }) => seal)).toEqual(['intact', 'intact', 'intact']);
    expect([changesIn(checked), checked.additions]).toEqual([[], []]);
    expect(checked.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has the same digest as another case of the same runs', () => {
    expect(verified(sealedCase()).sha256).toBe(verified(sealedCase()).sha256);
  });

  it('stays so in whatever order planned runs are finished, abandoned, known or done again, by one program or two', () => {
    const step = fc.record({
      path: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      kind: fc.constantFrom('whole', 'cut', 'abandoned'),
      isOther: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const path = fresh();
        const [one, two] = [openCase(path), openCase(path)];
        const finding = { id: 'analysis/not-begun', detail: 'x' } as const;
        const planned = planRuns(one, START, ['c', 'a', 'e', 'b'], finding);
        for (const { path: evidence, kind, isOther } of steps) {
          const target = isOther ? two : one;
          const plannedId = isOther ? undefined : planned.get(evidence);
          planned.delete(plannedId === undefined ? '' : evidence);
          const start = { ...START, path: evidence, plannedId };
          const writer = new RunWriter(target, start);
          writer.addAlert(alertAt(5n, []), GROUP);
          if (kind === 'abandoned') {
            writer.abandon([finding]);
          } else {
            const identity = { ...END.identity, path: evidence, sha256: `hash of ${evidence}` };
            writer.finish({ ...END, identity, isComplete: kind === 'whole' });
          }
          expect(changesIn(verified(path))).toEqual([]);
        }
        one.close();
        two.close();
      }),
      { numRuns: 40 },
    );
  });

  it('stays so when a run is repeated, interrupted and done again', () => {
    const path = sealedCase();
    const opened = openCase(path);
    writeRun(opened, START, [alertAt(5n, [])]);
    writeRun(opened, { ...START, path: 'b.scap' }, [alertAt(8n, []), alertAt(9n, [])]);
    opened.close();
    expect(changesIn(verified(path))).toEqual([]);
  });
});

describe('a case is known to be changed', () => {
  it.each([
    ['a value differs', "UPDATE alerts SET output = 'y' WHERE alert_id = 1", 'run 1: rows of alerts were changed'],
    ['a row was added', 'INSERT INTO alerts SELECT 99, run_id, rule_id, time_ns, priority, output, fields, process_id, container_key, event_number, byte_offset, incident_id, near_loss FROM alerts WHERE alert_id = 1', 'run 1: 1 row of alerts was added'],
    ['a row was removed', 'DELETE FROM processes WHERE run_id = 2', 'run 2: 1 row of processes was removed'],
    ['a row went to another run', 'UPDATE alerts SET run_id = 2 WHERE alert_id = 1', 'run 1: 1 row of alerts was removed'],
    ['text behind a NUL differs', "UPDATE alerts SET output = output || char(0) || 'z' WHERE alert_id = 2", 'run 1: rows of alerts were changed'],
    ['the evidence is called another', "UPDATE evidence SET sha256 = 'dd'", 'run 1: rows of evidence were changed'],
    ['a run is called complete', "UPDATE runs SET status = 'complete' WHERE run_id = 3", 'run 3: rows of runs were changed'],
    ['a finding is gone', 'DELETE FROM diagnostics WHERE run_id = 1', 'run 1: 1 row of diagnostics was removed'],
    ['a whole run is gone', `${REMOVED}; DELETE FROM runs WHERE run_id = 1`, 'the case had 3 finished runs when it was sealed, and has 2'],
    ['a run was added', "INSERT INTO runs SELECT 9, evidence_id, path, status, tool_version, rules_sha256, options, 0, size_bytes, format, compression FROM runs WHERE run_id = 1", 'the case had 3 finished runs when it was sealed, and has 4'],
    ['rows belong to no run', 'INSERT INTO rule_files VALUES (77, 1, 0, 0)', '1 row of rule_files belong to run 77, which does not exist'],
    ['its seals are gone', 'DELETE FROM seals; DELETE FROM case_seals', 'run 1: its seal was removed'],
    ['the seal of a run was taken from another', "UPDATE seals SET sha256 = 'ff' WHERE run_id = 1 AND table_name = 'alerts'", 'the list of runs or their seals were changed'],
    ['it has a trigger', 'CREATE TRIGGER t AFTER INSERT ON alerts BEGIN DELETE FROM alerts; END', 'it has a trigger (t); tiercel makes none'],
  ])('where %s', (_why, sql, expected) => {
    const path = sealedCase();
    alter(path, sql);
    expect(changesIn(verified(path))).toContain(expected);
  }); // prettier-ignore

  it('in every table: no row can go unnoticed', () => {
    for (const [name] of ALL_TABLES.filter(
      ([table]) =>
        ![
          'seals',
          'case_seals',
          'containers',
          'audit_events',
          'files',
          'connections',
          'events',
        ].includes(table),
    )) {
      const path = sealedCase();
      alter(path, `DELETE FROM ${name}`);
      expect(changesIn(verified(path)), name).not.toEqual([]);
    }
  });

  it('by the next analysis, which says so in its run, and does not seal that over', () => {
    const path = sealedCase();
    alter(path, "UPDATE alerts SET output = 'y' WHERE alert_id = 1");
    const opened = openCase(path);
    const { losses } = writeRun(opened, { ...START, path: 'c.scap', options: '{"tz":"x"}' }, []);
    opened.close();
    expect(losses).toEqual([
      {
        id: 'store/case-changed',
        detail:
          'the case was changed since it was sealed: run 1 (a.scap): rows of alerts were changed',
      },
    ]);
    expect(
      ask(path, "SELECT count(*) FROM what_was_not_seen WHERE finding LIKE '%rows of alerts%'"),
    ).toEqual([[1n]]);
    expect(changesIn(verified(path))).toContain('run 1: rows of alerts were changed');
  });
});

describe("a user's own objects", () => {
  it('are reported, and are no change', () => {
    const path = sealedCase();
    alter(path, 'CREATE VIEW mine AS SELECT 1 AS a; CREATE INDEX fast ON alerts (output)');
    expect(verified(path).additions).toEqual(['index fast', 'view mine']);
    expect(changesIn(verified(path))).toEqual([]);
    const opened = openCase(path);
    expect(opened.takeFindings()).toEqual([
      {
        id: 'store/additions',
        detail: "the case holds what is not tiercel's: index fast, view mine",
      },
    ]);
    opened.close();
  });

  it('that are triggers are refused, since they would change what is stored', () => {
    const path = sealedCase();
    alter(path, 'CREATE TRIGGER t AFTER INSERT ON alerts BEGIN DELETE FROM alerts; END');
    expect(() => openCase(path)).toThrow('it has a trigger (t)');
  });
});

describe('a case of before seals', () => {
  it('reads unsealed, also when it was brought up to date', () => {
    const path = fresh();
    copyFileSync(join(fileURLToPath(new URL('cases', import.meta.url)), 'schema-1.db'), path);
    const seals = (): readonly string[] => verified(path).runs.map(({ seal }) => seal);
    expect(seals()).toEqual(['unsealed', 'unsealed', 'unsealed']);
    openCase(path).close();
    expect(seals()).toEqual(['unsealed', 'unsealed', 'unsealed']);
    expect(changesIn(verified(path))).toEqual([]);
  });
});

describe('a migration', () => {
  it('is followed by what the caller seals anew, in one transaction', () => {
    const path = sealedCase();
    const database = new Database(path);
    let hasRun = false;
    const next = { version: 99, statements: ['ALTER TABLE alerts ADD COLUMN more TEXT'] };
    migrate(database, [...allMigrations(), next], () => {
      hasRun = database.inTransaction;
    });
    database.close();
    expect(hasRun).toBe(true);
  });
});
