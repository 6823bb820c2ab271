/**
 * The versions of the case's schema. Law for editing: a released row never changes. What a version adds to tables follows
 * from `since` in their declarations; `steps` are for what a declaration cannot say, such as moving data. All of it is
 * applied in one transaction, and the case is stamped with the version in the same one.
 */

interface MigrationRow {
  readonly version: number;
  readonly doc: string;
  /** Literal SQL, run in this order after the additions. */
  readonly steps: readonly string[];
}

// prettier-ignore
export const MIGRATIONS = [
  { version: 1, doc: 'The first schema.', steps: [] },
  { version: 2, doc: 'What evidence an incomplete run had; which rules could not fire.', steps: [] },
  { version: 3, doc: 'What programs did to files, whom they talked to, which alerts belong together, sections and drops.', steps: [] },
  { version: 4, doc: 'Where names that the capture lacks are from, and the events that were asked to be kept.', steps: [] },
] as const satisfies readonly MigrationRow[];

/** A version of the schema, as `PRAGMA user_version` holds it. */
export type Version = (typeof MIGRATIONS)[number]['version'];

/** The newest version, which cases are made in. */
export const SCHEMA_VERSION = MIGRATIONS[MIGRATIONS.length - 1]?.version ?? 1;
