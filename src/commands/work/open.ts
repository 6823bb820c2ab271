/** Opening evidence, rules and outputs for the commands, and the shapes of their flags. */
import { replay, type ReplayResult } from '../../pipeline.js';
import { openEvidence, type EvidenceReader } from '../../capture/index.js';
import type { Moment } from '../../state/index.js';
import { startProgress } from './progress.js';

/** What {@link replayEvidence} is asked. */
export interface ReplayJob {
  readonly raw?: boolean;
  readonly onMoment: (moment: Moment, isState: boolean) => boolean | undefined;
  /** To look at the records before they are replayed. */
  readonly wrap?: (reader: EvidenceReader) => EvidenceReader;
  /** Every few ten milliseconds of replay. */
  readonly onTick?: () => void;
}

let isInterrupted = false;
let isListening = false;

/** Whether Ctrl-C was pressed: replays end at the next event. */
export function wasInterrupted(): boolean {
  return isInterrupted;
}

/** Replay the evidence at `path` (`-`: stdin), with a progress bar on a terminal. */
export async function replayEvidence(path: string, job: ReplayJob): Promise<ReplayResult> {
  listenForInterrupts();
  const opened = await openEvidence(path);
  const reader = job.wrap?.(opened) ?? opened;
  const progress = startProgress(path);
  try {
    return await replay(reader, {
      raw: job.raw ?? false,
      onMoment: (moment, isState) => (isInterrupted ? false : job.onMoment(moment, isState)),
      onProgress: ({ bytesRead, sizeBytes, recordCount }) => {
        job.onTick?.();
        progress.update(bytesRead, sizeBytes, recordCount);
      },
    });
  } finally {
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
  };
  process.once('SIGINT', interrupt); // a second Ctrl-C ends the program at once
  process.once('SIGTERM', interrupt);
}
