/** How work ended, where not simply well; several may be true at once. `commands/exit.ts` makes exit codes of them. */
export type Outcome =
  /** There is an alert that counts (`--fail-on`), a failed test, or a change in a case. */
  | 'findings'
  /** The user's words, files or machine kept something from being done; it was reported. */
  | 'mistake'
  /** An error of this program; it was reported. */
  | 'bug'
  /** Evidence could not be read whole, and that was not allowed. */
  | 'damaged'
  /** A signal ended it. */
  | 'interrupted';

/** That outcome, where `holds`; else none. */
export function when(holds: boolean, outcome: Outcome): readonly Outcome[] {
  return holds ? [outcome] : [];
}
