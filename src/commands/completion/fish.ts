/** Completion for fish 3 and later. */
import { firstWords, isTopic, type Completable, type Option, type Value } from './words.js';

/** The script; put it as `tiercel.fish` into `~/.config/fish/completions`. */
export function fishScript(commands: readonly Completable[]): string {
  const first = firstWords(commands);
  const topics = [...first].filter(([, below]) => isTopic(below)).map(([word]) => word);
  return `# fish completion for tiercel, made by "tiercel completion fish"
function __tiercel_words --description 'the words in front that are no flags'
    set -l words (commandline -opc)
    string match --invert -- '-*' $words[2..]
end
function __tiercel_is --description 'whether the command is this one'
    set -l words (__tiercel_words)
    test "$words[1..$(count $argv)]" = "$argv"
end
function __tiercel_begins --description 'whether no command, or only this topic, stands there'
    set -l words (__tiercel_words)
    test "$words" = "$argv"
end
complete -c tiercel -f
complete -c tiercel -n __tiercel_begins -l version -d 'show the version'
${[...first].map(([word, below]) => wordLine('__tiercel_begins', word, isTopic(below) ? below.map(({ words }) => words[1]).join(', ') : (below[0]?.summary ?? ''))).join('\n')}
${commands
  .filter(({ words }) => topics.includes(words[0] ?? ''))
  .map(({ words, summary }) =>
    wordLine(quoted(`__tiercel_begins ${words[0] ?? ''}`), words[1] ?? '', summary),
  )
  .join('\n')}
${commands.flatMap(linesOf).join('\n')}
`;
}

function wordLine(condition: string, word: string, summary: string): string {
  return `complete -c tiercel -n ${condition} -a ${word} -d ${quoted(summary)}`;
}

function linesOf({ words, options, positions, rest }: Completable): readonly string[] {
  const condition = `-n ${quoted(`__tiercel_is ${words.join(' ')}`)}`;
  const takesFiles = [...positions, rest].includes('file');
  return [
    ...options.map((option) => `complete -c tiercel ${condition} ${optionOf(option)}`),
    ...(takesFiles ? [`complete -c tiercel ${condition} -F`] : []),
    ...positions.flatMap((value) =>
      typeof value === 'string' ? [] : [`complete -c tiercel ${condition} ${listed(value)}`],
    ),
  ];
}

function optionOf({ long, short, summary, value }: Option): string {
  const names = `-l ${long}${short === undefined ? '' : ` -s ${short}`}`;
  return `${names} ${value === undefined ? '' : `${listed(value)} `}-d ${quoted(summary)}`;
}

function listed(value: Value): string {
  if (value === 'file') {
    return '-r -F';
  }
  return value === 'text' ? '-x' : `-x -a ${quoted(value.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
