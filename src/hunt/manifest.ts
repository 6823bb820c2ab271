/**
 * What a hunt is: which evidence, which rules, which options. A manifest and the results beside it are all that is true of a
 * hunt; whoever works on it only reads the manifest and adds results. It is never changed: what is submitted with other rules, or
 * finds other evidence, is a new revision.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../errors.js';
import { Layout, writeWhole } from './layout.js';

/** The shape of manifests that this program writes. */
const FORMAT = 1;

/** A file of evidence when the hunt was submitted. */
export interface EvidenceFile {
  /** Below the folder of the evidence. */
  readonly path: string;
  readonly sizeBytes: number;
  /** When it was last changed, in nanoseconds since the epoch, in decimal. */
  readonly changed: string;
}

/** A piece of evidence: a capture, or all logs of a folder. */
export interface HuntedEvidence {
  /** As results call it; below the folder of the evidence. */
  readonly path: string;
  readonly files: readonly EvidenceFile[];
}

/** A rule file of a hunt. */
export interface HuntedRules {
  /** As it was given. */
  readonly path: string;
  readonly sha256: string;
}

/** Words that change what is found. */
export interface HuntOptions {
  readonly match: 'first' | 'all';
  readonly rule?: readonly string[];
  readonly tag?: readonly string[];
  readonly disable?: readonly string[];
  readonly 'disable-tag'?: readonly string[];
  readonly 'min-priority'?: string;
}

/** A revision of a hunt. */
export interface Manifest {
  readonly format: typeof FORMAT;
  readonly revision: number;
  readonly toolVersion: string;
  /** The folder of the evidence, absolute. */
  readonly source: string;
  readonly options: HuntOptions;
  readonly rules: readonly HuntedRules[];
  readonly evidence: readonly HuntedEvidence[];
}

/** A rule file, with its text. */
export interface RuleText {
  readonly path: string;
  readonly text: string;
}

/** What is submitted. */
export type Submission = Pick<Manifest, 'toolVersion' | 'source' | 'options' | 'evidence'> & {
  readonly rules: readonly RuleText[];
};

/** One piece of evidence under one revision's rules: what it is called in the results. */
export interface Job {
  readonly key: string;
  readonly evidence: HuntedEvidence;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const short = (text: string): string => digest(text).slice(0, 16);

/** The jobs of a manifest: the same evidence, rules, options and version give the same keys. */
export function jobsOf({ evidence, rules, options, toolVersion }: Manifest): readonly Job[] {
  const asked = [
    short(rules.map(({ sha256 }) => sha256).join('\n')),
    short(JSON.stringify(Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1)))),
    toolVersion.replace(/[^\w.]/g, '_'),
  ].join('-');
  return evidence.map((each) => ({
    key: `${short(JSON.stringify(each))}-${asked}`,
    evidence: each,
  }));
}

/**
 * Make what is submitted the newest revision; where it is what the newest revision says already, nothing changes.
 *
 * @throws {UserError} `HUNT_OTHER_EVIDENCE`, and as {@link newestManifest}
 */
export function submit(root: string, submission: Submission): Manifest {
  const layout = new Layout(root);
  const before = existsSync(layout.revisions) ? newestManifest(root) : undefined;
  if (before !== undefined && before.source !== submission.source) {
    throw new UserError({
      code: 'HUNT_OTHER_EVIDENCE',
      what: 'Cannot submit this hunt',
      where: root,
      why: `its results are about ${before.source}, not ${submission.source}`,
      fix: 'name another folder with --results',
    });
  }
  const manifest: Manifest = {
    format: FORMAT,
    revision: (before?.revision ?? 0) + 1,
    toolVersion: submission.toolVersion,
    source: submission.source,
    options: submission.options,
    rules: submission.rules.map(({ path, text }) => ({ path, sha256: digest(text) })),
    evidence: submission.evidence,
  };
  if (before !== undefined && isSame(before, manifest)) {
    return before;
  }
  submission.rules.forEach(({ path, text }, at) => {
    writeWhole(join(layout.rules(manifest.revision), frozenName(at, path)), text);
  });
  writeWhole(layout.revision(manifest.revision), `${JSON.stringify(manifest, undefined, 1)}\n`);
  return manifest;
}

/** Paths of the rule files of a manifest, as they were when it was submitted. */
export function frozenRules(root: string, { revision, rules }: Manifest): readonly string[] {
  const folder = new Layout(root).rules(revision);
  return rules.map(({ path }, at) => join(folder, frozenName(at, path)));
}

function frozenName(at: number, path: string): string {
  const name = basename(path).replace(/[^\w.-]/g, '_');
  return `${String(at + 1).padStart(2, '0')}-${name}`;
}

function isSame(before: Manifest, after: Manifest): boolean {
  return JSON.stringify({ ...before, revision: 0 }) === JSON.stringify({ ...after, revision: 0 });
}

/**
 * The newest revision of the hunt whose results are at `root`.
 *
 * @throws {UserError} `HUNT_MISSING`, `HUNT_DAMAGED`, `HUNT_NEWER`
 */
export function newestManifest(root: string): Manifest {
  const { revisions } = new Layout(root);
  const names = existsSync(revisions) ? readdirSync(revisions) : [];
  const newest = names
    .filter((name) => /^\d{4,}\.json$/.test(name))
    .sort()
    .at(-1);
  if (newest === undefined) {
    throw new UserError({
      code: 'HUNT_MISSING',
      what: 'Cannot find a hunt',
      where: root,
      why: 'nothing was submitted there',
      fix: 'begin one with "tiercel hunt local FOLDER --results RESULTS"',
    });
  }
  return readManifest(join(revisions, newest));
}

function readManifest(path: string): Manifest {
  const refuse = (code: string, why: string, fix: string): never => {
    throw new UserError({
      code,
      what: 'Cannot read the manifest of this hunt',
      where: path,
      why,
      fix,
    });
  };
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refuse('HUNT_DAMAGED', why, 'submit the hunt again with other --results');
  }
  const { format, evidence, rules, revision }: Partial<Record<keyof Manifest, unknown>> = manifest;
  if (typeof format === 'number' && format > FORMAT) {
    refuse(
      'HUNT_NEWER',
      `it has format ${format}; this program knows ${FORMAT}`,
      'use the version of tiercel that wrote it',
    );
  }
  if (!Array.isArray(evidence) || !Array.isArray(rules) || typeof revision !== 'number') {
    refuse('HUNT_DAMAGED', 'it is no manifest', 'submit the hunt again with other --results');
  }
  return manifest;
}
