/** Opening evidence for the commands, and replaying it until Ctrl-C. */
import { replay, type ReplayOptions, type ReplayResult, type Watcher } from '../../pipeline.js';
import type { EvidenceReader } from '../../capture/index.js';
import { interruption } from '../../interruption.js';
import type { Piece } from './pieces.js';
import { startProgress } from './progress.js';

/** What {@link replayEvidence} is asked. */
export interface ReplayJob extends Omit<ReplayOptions, 'signal' | 'onProgress'> {
  /** Whether the SHA-256 is wanted. */
  readonly isHashed: boolean;
  /** Called when the evidence could be opened, before anything of it is replayed: who else looks at its events. */
  readonly onOpen?: (reader: EvidenceReader) => readonly Watcher[];
  /** Every few ten milliseconds of replay. */
  readonly onTick?: () => void;
}

/**
 * Replay a piece of evidence, with a progress bar on a terminal. Ended early (by Ctrl-C, or
 * because `onMoment` said so), the rest is not read, and there is no SHA-256 in the result.
 *
 * @throws {Interrupted} Where there is nothing to report yet: the evidence was still being opened.
 */
export async function replayEvidence(piece: Piece, job: ReplayJob): Promise<ReplayResult> {
  const { isHashed, onOpen, onTick, ...options } = job;
  const reader = await piece.open(isHashed);
  const watchers = [...(job.watchers ?? []), ...(onOpen?.(reader) ?? [])];
  const progress = startProgress(piece.path);
  try {
    return await replay(reader, {
      ...options,
      supplement: options.supplement ?? piece.supplement?.(),
      watchers,
      signal: interruption,
      onProgress: ({ bytesRead, sizeBytes, recordCount }) => {
        onTick?.();
        progress.update(bytesRead, sizeBytes, recordCount);
      },
    });
  } finally {
    progress.end();
  }
}
