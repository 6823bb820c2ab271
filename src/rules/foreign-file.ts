/**
 * Files that are no rules files: a key, /etc/shadow, whatever somebody named with `-r` or in a test. What is in them is
 * nobody's business, and messages end up in the logs of a CI: none of them quotes such a file. Messages about a whole file
 * or its YAML have none of its words to begin with; here the line that would be shown with them is left out.
 */
import type { Problem } from './problem.js';

/** A line on which an item of a rules file may begin, whatever else is wrong with the file. */
const ITEM =
  /^[\s\-[{,]*["']?(?:rule|macro|list|required_engine_version|required_plugin_versions)["']?\s*:/m;

/** Whether a text has an item of a rules file somewhere, be it a wrong one. */
export function isRulesText(text: string): boolean {
  return ITEM.test(text);
}

/** The same problem, without a word of the file. */
export function withoutContent(problem: Problem): Problem {
  const context = problem.context.map((location) => ({ ...location, name: '' }));
  return { ...problem, context, snippet: '' };
}
