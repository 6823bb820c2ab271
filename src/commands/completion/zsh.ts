/** Completion for zsh: to be read, or put as `_tiercel` into a folder of `fpath`. */
import { firstWords, isTopic, type Completable, type Option, type Value } from './words.js';

/** A script that works both ways. */
export function zshScript(commands: readonly Completable[]): string {
  const first = firstWords(commands);
  const cases = [...first].map(([word, below]) =>
    isTopic(below) ? topicCase(word, below) : `    ${word}) ${argumentsOf(below[0])} ;;`,
  );
  return `#compdef tiercel
# zsh completion for tiercel, made by "tiercel completion zsh"
_tiercel() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C ': :->command' '*:: :->words' && return 0
  if [[ $state == command ]]; then
    local -a commands=(
${[...first].map(([word, below]) => `      ${described(word, isTopic(below) ? below.map(({ words }) => words[1]).join(', ') : (below[0]?.summary ?? ''))}`).join('\n')}
    )
    _describe command commands
    return
  fi
  case $line[1] in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _tiercel ]]; then _tiercel "$@"; else compdef _tiercel tiercel; fi
`;
}

function topicCase(word: string, below: readonly Completable[]): string {
  return `    ${word})
      _arguments -C ': :->command' '*:: :->words' && return 0
      if [[ $state == command ]]; then
        local -a commands=(
${below.map(({ words, summary }) => `          ${described(words[1] ?? '', summary)}`).join('\n')}
        )
        _describe command commands
        return
      fi
      case $line[1] in
${below.map((command) => `        ${command.words[1] ?? ''}) ${argumentsOf(command)} ;;`).join('\n')}
      esac
      ;;`;
}

function argumentsOf(command: Completable | undefined): string {
  const { options = [], positions = [], rest } = command ?? {};
  const specs = [
    ...options.map(optionSpec),
    ...positions.map((value) => quoted(`: :${action(value)}`)),
    ...(rest === undefined ? [] : [quoted(`*: :${action(rest)}`)]),
  ];
  return `_arguments -s -S ${specs.join(' ')}`;
}

/** As _arguments wants it: names that exclude each other, the flag, what it does, its value. */
function optionSpec({ long, short, summary, value, isRepeatable }: Option): string {
  const explained = `[${summary.replaceAll(/[\\[\]]/g, '\\$&')}]`;
  const tail = value === undefined ? '' : `: :${action(value)}`;
  const names = [
    `--${long}${value === undefined ? '' : '='}`,
    ...(short === undefined ? [] : [`-${short}${value === undefined ? '' : '+'}`]),
  ];
  const others = isRepeatable ? '*' : `(--${long}${short === undefined ? '' : ` -${short}`})`;
  return names.map((name) => quoted(`${others}${name}${explained}${tail}`)).join(' ');
}

function action(value: Value): string {
  if (value === 'file') {
    return '_files';
  }
  return value === 'text' ? ' ' : `(${value.join(' ')})`;
}

function described(word: string, summary: string): string {
  return quoted(`${word}:${summary}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
