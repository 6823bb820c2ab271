/** How the program may end. By itself, since even `--version` needs it and should load nothing else. */

/** What scripts see; several at once: 3, then 2, then 1, then 4. */
export const EXIT = {
  DONE: 0,
  FINDINGS: 1,
  USER: 2,
  BUG: 3,
  DAMAGED: 4,
  INTERRUPTED: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const PRECEDENCE: readonly ExitCode[] = [
  EXIT.INTERRUPTED,
  EXIT.BUG,
  EXIT.USER,
  EXIT.FINDINGS,
  EXIT.DAMAGED,
];

/** The one that the program ends with, if all of `codes` are true. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.DONE;
}
