/**
 * The user's input or environment is wrong: what happened, where, why, and what to do next.
 * `commands` prints it and exits with 2; a bug of ours stays a plain `Error` (exit 3).
 */

/** What a {@link UserError} says; every part is one sentence in the present tense. */
export interface Story {
  /** Stable and upper case (`RULE_UNKNOWN_FIELD`); once published it never changes meaning. */
  readonly code: string;
  readonly what: string;
  /** The narrowest place: a path with byte offset, or file:line:column and the rule. */
  readonly where?: string | undefined;
  /** What was found, and what was expected. */
  readonly why: string;
  /** One next step. */
  readonly fix?: string | undefined;
}

/** Thrown for mistakes that the user can mend; never for damage in the evidence. */
export class UserError extends Error {
  readonly story: Story;

  constructor(story: Story) {
    super(`${story.what}: ${story.why}`);
    this.name = 'UserError';
    this.story = story;
  }
}
