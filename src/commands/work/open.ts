/** Opening evidence, rules and outputs for the commands, and the shapes of their flags. */
import { replay, type ReplayResult } from '../../pipeline.js';
import { openEvidence, type EvidenceReader } from '../../capture/index.js';
import type { Moment } from '../../state/index.js';
import { startProgress } from './progress.js';
import { PacedReader } from './paced-reader.js';
import { StoppableReader } from './stoppable-reader.js';

/** What {@link replayEvidence} is asked. */
export interface ReplayJob {
  readonly raw?: boolean;
  /** Whether the SHA-256 is wanted. */
  readonly isHashed: boolean;
  readonly onMoment: (moment: Moment, isState: boolean) => boolean | undefined;
  readonly isIndifferent?: ((moment: Moment) => boolean) | undefined;
  /** To look at the records before they are replayed. */
  readonly wrap?: (reader: EvidenceReader) => EvidenceReader;
  /** Waited for before more is read: somebody downstream may need time. */
  readonly ready?: (() => Promise<void>) | undefined;
  /** Every few ten milliseconds of replay. */
  readonly onTick?: () => void;
}

/** The replay that Ctrl-C ends; one runs at a time. */
let current: StoppableReader | undefined;
let isInterrupted = false;
let isListening = false;

/** Whether Ctrl-C was pressed. */
export function wasInterrupted(): boolean {
  return isInterrupted;
}

/**
 * Replay the evidence at `path` (`-`: stdin), with a progress bar on a terminal. Ended early (by Ctrl-C, or
 * because `onMoment` said so), the rest is not read, and there is no SHA-256 in the result.
 */
export async function replayEvidence(path: string, job: ReplayJob): Promise<ReplayResult> {
  listenForInterrupts();
  const opened = await openEvidence(path, { isHashed: job.isHashed });
  const watched = job.wrap?.(opened) ?? opened;
  const paced = job.ready === undefined ? watched : new PacedReader(watched, job.ready);
  const reader = new StoppableReader(paced, path);
  const progress = startProgress(path);
  current = reader;
  try {
    return await replay(reader, {
      raw: job.raw ?? false,
      onMoment: (moment, isState) => {
        if (job.onMoment(moment, isState) === false) {
          reader.stop();
        }
        return !reader.isStopped;
      },
      isIndifferent: job.isIndifferent,
      onProgress: ({ bytesRead, sizeBytes, recordCount }) => {
        job.onTick?.();
        progress.update(bytesRead, sizeBytes, recordCount);
      },
    });
  } finally {
    current = undefined;
    progress.end();
  }
}

function listenForInterrupts(): void {
  if (isListening) {
    return;
  }
  isListening = true;
  const interrupt = (): void => {
    isInterrupted = true;
    current?.stop();
  };
  process.once('SIGINT', interrupt); // a second Ctrl-C ends the program at once
  process.once('SIGTERM', interrupt);
}
