/** What is remembered of a thread that is gone. */

/** An exit that was seen: child of whom, when. */
export interface RecentExit {
  readonly ptid: number;
  readonly timeHigh: number;
  readonly timeLow: number;
}
