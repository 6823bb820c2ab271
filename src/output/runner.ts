/**
 * GitHub's runners read what programs print, and obey some of it: `::name::` at the start of a line, and `##[name]`
 * anywhere in it. What others wrote (names in alerts, in rules, in paths) must be no such command.
 */

/** Whether this runs in a GitHub workflow. */
export function isOnGithub(): boolean {
  return process.env['GITHUB_ACTIONS'] === 'true';
}

/** A line that a runner takes for no command. */
export function withoutCommands(line: string): string {
  return line.replaceAll('##[', '#\\#[').replace(/^(\s*):(?=:)/, '$1\\:');
}

/** The same JSON, which a runner takes for no command. */
export function jsonWithoutCommands(json: string): string {
  return json.replaceAll('##[', '#\\u0023[');
}
