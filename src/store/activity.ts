/** What programs did to files and whom they talked to, as a case takes it. Texts are byte strings, times nanoseconds. */

/** How often what failed: by name of the error. */
export type Failures = ReadonlyMap<string, number>;

/** What both have. */
interface Activity {
  /** Row of the program; `null` where the capture does not know the process. */
  readonly processId: bigint | null;
  readonly first: bigint;
  readonly last: bigint;
  readonly reads: number;
  readonly writes: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly failures: Failures;
  /** The first event that is counted: its number, and where its block begins in the evidence. */
  readonly eventNumber: number;
  readonly offset: number;
}

/** What one program did to one file. */
export interface FileActivity extends Activity {
  /** `undefined`: it was never named. */
  readonly path: string | undefined;
  readonly opens: number;
  readonly creations: number;
  readonly executions: number;
  readonly removals: number;
  readonly renames: number;
  readonly renamedFrom: string | undefined;
  readonly renamedTo: string | undefined;
  readonly links: number;
  readonly linkTarget: string | undefined;
  readonly modeChanges: number;
  readonly mode: string | undefined;
  readonly ownerChanges: number;
  readonly owner: string | undefined;
}

/** An event that was asked to be kept. Texts are byte strings as printed. */
export interface KeptEvent {
  readonly eventNumber: number;
  readonly offset: number;
  readonly time: bigint;
  readonly type: string;
  readonly tid: number;
  readonly processId: bigint | null;
  readonly fdName: string | undefined;
  readonly result: string | undefined;
  readonly arguments: string;
}

export type Direction = 'outgoing' | 'incoming' | 'listening';

/** One end of a connection. */
export interface ConnectionEnd {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

/** One connection of one program. */
export interface ConnectionActivity extends Activity {
  readonly protocol: string | undefined;
  readonly direction: Direction | undefined;
  readonly local: ConnectionEnd | undefined;
  readonly remote: ConnectionEnd | undefined;
  readonly socketPath: string | undefined;
  readonly begin: bigint | undefined;
  readonly end: bigint | undefined;
  readonly result: string;
}
