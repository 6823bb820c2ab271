/** The answer of a command on stdout, as text or as one JSON object; in a GitHub workflow nothing in it is a command. */
import {
  isOnGithub,
  jsonWithoutCommands,
  openStdout,
  withoutCommands,
} from '../../output/index.js';

/** Print text of several lines, which ends with a line end. */
export function printText(text: string): void {
  const sink = openStdout();
  sink.writeText(isOnGithub() ? text.split('\n').map(withoutCommands).join('\n') : text);
  sink.close();
}

/** Print an object, indented. */
export function printJson(answer: object): void {
  printJsonText(JSON.stringify(answer, undefined, 2));
}

/** Print JSON that is text already. */
export function printJsonText(json: string): void {
  const sink = openStdout();
  sink.writeJson(isOnGithub() ? jsonWithoutCommands(json) : json);
  sink.close();
}
