/** One of GitHub's workflow commands: a text that is shown beside a line of a file. */
import { relative, resolve } from 'node:path';
import { escapeText } from '../../output/index.js';

/** A line that GitHub's runner obeys; what it quotes may be an attacker's. */
export function annotate(
  level: 'error' | 'warning' | 'notice',
  { path, line }: { readonly path: string; readonly line: number },
  text: string,
): string {
  const shown = text.split('\n').map(escapeText).join('\n');
  return `::${level} file=${property(inRepository(path))},line=${line}::${data(shown)}`;
}

/** GitHub wants paths from the top of the repository, and the step may run in a folder of it. */
function inRepository(path: string): string {
  const top = process.env['GITHUB_WORKSPACE'];
  const inside = top === undefined || top === '' ? path : relative(top, resolve(path));
  return escapeText(inside.startsWith('..') ? path : inside);
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
