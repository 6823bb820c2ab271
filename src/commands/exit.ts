/** Exit codes. In a file without imports that load anything: even `--version` needs it. */
import type { Outcome } from '../investigation/outcome.js';

/** What scripts see. */
export const EXIT = {
  DONE: 0,
  FINDINGS: 1,
  USER: 2,
  BUG: 3,
  DAMAGED: 4,
  INTERRUPTED: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const CODES: Readonly<Record<Outcome, ExitCode>> = {
  findings: EXIT.FINDINGS,
  mistake: EXIT.USER,
  bug: EXIT.BUG,
  damaged: EXIT.DAMAGED,
  interrupted: EXIT.INTERRUPTED,
};

/** The first of them that is true is the one that the program ends with. */
const PRECEDENCE: readonly ExitCode[] = [
  EXIT.INTERRUPTED,
  EXIT.BUG,
  EXIT.USER,
  EXIT.FINDINGS,
  EXIT.DAMAGED,
];

/** The exit code of work that ended like this. */
export function exitCodeOf(outcomes: readonly Outcome[]): ExitCode {
  return worstExit(outcomes.map((outcome) => CODES[outcome]));
}

/** The one that the program ends with, if all of `codes` are true. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.DONE;
}
