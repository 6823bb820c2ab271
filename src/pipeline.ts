/**
 * The conveyor on one page: evidence -> records -> events -> the machine -> whoever looks at each moment.
 */
import {
  NEXT,
  type EvidenceIdentity,
  type EvidenceReader,
  type MachineMetadata,
} from './capture/index.js';
import type { Diagnostic } from './diagnostics.js';
import type { Moment, World } from './state/index.js';

/** What a replay is asked to do. */
export interface ReplayOptions {
  /** Show enter and exit records as recorded instead of pairs in the newest layout. */
  readonly raw?: boolean;
  /** Called at each moment that is shown, and with `isState` for those only `--all` shows. `false` stops. */
  readonly onMoment: (moment: Moment, isState: boolean) => boolean | undefined;
  /** Called about ten times a second. */
  readonly onProgress?: (bytesRead: number, sizeBytes: number | undefined, records: number) => void;
}

/** What a replay found out about its evidence. */
export interface ReplayResult {
  readonly identity: EvidenceIdentity;
  readonly diagnostics: readonly Diagnostic[];
  readonly machine: MachineMetadata | undefined;
  /** Times of the first and last event record, in nanoseconds since the epoch. */
  readonly firstTime: bigint | undefined;
  readonly lastTime: bigint | undefined;
  /** Event records read, and events shown. */
  readonly recordCount: number;
  readonly eventCount: number;
  readonly world: World;
}

/** Replay everything that `reader` gives. */
export function replay(reader: EvidenceReader, options: ReplayOptions): Promise<ReplayResult> {
  void reader;
  void options;
  void NEXT;
  return Promise.reject(new Error('the conveyor is being assembled'));
}
