/** Named questions: which one is meant, and with which words. */
import { UserError } from '../../errors.js';
import { nearestName } from '../../fields/index.js';
import { QUESTIONS, type Question, type SqlValue } from '../../store/index.js';

/** A statement and the values of its parameters. */
export interface Asked {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | null>>;
  /** Computed columns that hold times. */
  readonly times: readonly string[];
}

/** Whether a question has this name. */
export function isQuestion(name: string): boolean {
  return QUESTIONS.some((each) => each.name === name);
}

/**
 * The question called `name`.
 *
 * @param name - As the user wrote it.
 * @param words - `parameter=value`, each.
 * @throws {UserError} `QUERY_WRONG`
 */
export function questionNamed(name: string, words: readonly string[]): Asked {
  const question = QUESTIONS.find((each) => each.name === name);
  if (question === undefined) {
    const nearest = nearestName(
      name,
      QUESTIONS.map((each) => each.name),
    );
    throw mistake(
      `--name ${name}`,
      'no question has this name',
      nearest === undefined ? '--list shows all of them' : `did you mean "${nearest}"?`,
    );
  }
  const given = new Map(words.map((word) => valueOf(question, word)));
  const names = Object.keys(question.parameters);
  return {
    sql: question.sql,
    parameters: Object.fromEntries(names.map((each) => [each, given.get(each) ?? null])),
    times: question.times ?? [],
  };
}

/** A row for each question: its name, its sentence, and its parameters. */
export function listOfQuestions(): readonly (readonly SqlValue[])[] {
  return QUESTIONS.map(({ name, doc, parameters }) => [
    name,
    doc,
    Object.entries(parameters)
      .map(([parameter, what]) => `${parameter}: ${what}`)
      .join(' '),
  ]);
}

function valueOf({ name, parameters }: Question, word: string): readonly [string, string] {
  const at = word.indexOf('=');
  const parameter = at === -1 ? word : word.slice(0, at);
  if (at === -1 || !Object.hasOwn(parameters, parameter)) {
    const names = Object.keys(parameters);
    throw mistake(
      `--arg ${word}`,
      at === -1 ? 'it is not NAME=VALUE' : `question ${name} has no parameter of this name`,
      names.length === 0 ? `${name} takes none; leave it out` : `it takes ${names.join(', ')}`,
    );
  }
  return [parameter, word.slice(at + 1)];
}

function mistake(where: string, why: string, fix: string): UserError {
  return new UserError({
    code: 'QUERY_WRONG',
    what: 'Cannot ask this question',
    where,
    why,
    fix,
  });
}
