/** What the paths on the command line stand for: a file is one piece of evidence, a folder holds some. */
import { isFolder, openEvidence, surveyFolder, type EvidenceReader } from '../../capture/index.js';
import type { Supplement } from '../../state/index.js';
import { DIAGNOSTICS, type Diagnostic } from '../../diagnostics.js';
import { escapeText, evidenceName, say } from '../../output/index.js';
import { when, type Outcome } from '../outcome.js';
import { interruption } from '../../interruption.js';
import { unlessAborted } from './unless-aborted.js';

/** A piece of evidence that can be opened. */
export interface Piece {
  /** As it is shown, and kept in the case: that of a folder where the piece is its logs. */
  readonly path: string;
  /** Paths of the files that it is read from. */
  readonly files: readonly string[];
  /**
   * @throws {UserError} as {@link openEvidence} does
   * @throws {Interrupted} since a named pipe may have no writer
   */
  readonly open: (isHashed: boolean) => Promise<EvidenceReader>;
  /** Names for what it does not say: for whoever replays it without names of their own. */
  readonly supplement?: (() => Supplement) | undefined;
}

/** Pieces in order, and what else was found on the way to them. */
export interface Pieces {
  readonly pieces: readonly Piece[];
  readonly others: readonly { readonly folder: string; readonly diagnostic: Diagnostic }[];
}

/** The piece of evidence at `path`: a file, `-`, or the logs of a folder. */
export function pieceOf(path: string): Piece {
  return {
    path,
    files: [path],
    open: (isHashed) => unlessAborted(interruption, openEvidence(path, { isHashed })),
  };
}

/**
 * Take folders apart: into each capture, in byte order of its path, and behind them all logs as one piece. What is
 * neither is in the diagnostics of the logs, or, without logs, in `others`.
 */
export async function piecesOf(paths: readonly string[], isHashed: boolean): Promise<Pieces> {
  const pieces: Piece[] = [];
  const others: { folder: string; diagnostic: Diagnostic }[] = [];
  for (const path of paths) {
    const survey = isFolder(path)
      ? await unlessAborted(interruption, surveyFolder(path, { isHashed })).catch(() => undefined)
      : undefined;
    interruption.throwIfAborted();
    if (survey === undefined || survey.captures.length + survey.logs.length === 0) {
      pieces.push(pieceOf(path)); // of a folder, opening says what is wrong with it
      continue;
    }
    const { captures, logs, openLogs } = survey;
    pieces.push(...captures.map(pieceOf));
    if (openLogs === undefined) {
      others.push(...survey.others.map((diagnostic) => ({ folder: path, diagnostic })));
    } else {
      pieces.push({
        path,
        files: logs,
        open: () => Promise.resolve(openLogs({ reportsCaptures: false })),
      });
    }
  }
  return { pieces, others };
}

/** Folders in which something that may be evidence was not read, beside captures that were. */
export function unreadFolders({
  others,
}: Pieces): readonly { readonly folder: string; readonly findings: readonly Diagnostic[] }[] {
  const byFolder = new Map<string, Diagnostic[]>();
  for (const { folder, diagnostic } of others) {
    if (DIAGNOSTICS[diagnostic.id].severity === 'data-loss') {
      byFolder.set(folder, [...(byFolder.get(folder) ?? []), diagnostic]);
    }
  }
  return [...byFolder].map(([folder, findings]) => ({ folder, findings }));
}

/** Report what was found beside captures; damaged if that may be evidence, unless that is allowed. */
export function reportOthers({ others }: Pieces, isAllowed: boolean): readonly Outcome[] {
  let isLoss = false;
  for (const { folder, diagnostic } of others) {
    const isLost = DIAGNOSTICS[diagnostic.id].severity === 'data-loss';
    const label = isLost ? 'Damage' : 'Notice';
    say(`${label}: ${evidenceName(folder)}: ${escapeText(diagnostic.detail)} (${diagnostic.id})`);
    isLoss ||= isLost;
  }
  return when(isLoss && !isAllowed, 'damaged');
}
