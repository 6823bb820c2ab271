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

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'you have no permission to write there',
  EPERM: 'you have no permission to write there',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ELOOP: 'it is a symbolic link, and outputs follow none',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  ENAMETOOLONG: 'the name is too long',
  EFBIG: 'the file would grow larger than allowed',
};

/** What an error of the operating system means to somebody who wants to write, in words. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  return REASONS[error.code ?? ''] ?? error.message;
}
