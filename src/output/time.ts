/** Instants for machines: always UTC, never the reader's zone. */

const BILLION = 1_000_000_000n;

/** `2016-08-04T16:17:57.882054739Z`, from nanoseconds since the epoch. Only a hostile capture has times before it: they stay numbers. */
export function utcTime(time: bigint): string {
  if (time < 0n) {
    return String(time);
  }
  const seconds = new Date(Number(time / BILLION) * 1000).toISOString().slice(0, -5);
  return `${seconds}.${String(time % BILLION).padStart(9, '0')}Z`;
}
