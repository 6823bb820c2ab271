/** Completion for bash 4.4 and later; needs no other package. */
import { firstWords, isTopic, type Completable, type Value } from './words.js';

/** The script; read it with `source`. */
export function bashScript(commands: readonly Completable[]): string {
  const first = firstWords(commands);
  const topics = [...first].filter(([, below]) => isTopic(below));
  return `# bash completion for tiercel, made by "tiercel completion bash"
_tiercel_words() { COMPREPLY=($(compgen -W "$1" -- "$2")); }
_tiercel_files() { compopt -o default; COMPREPLY=(); }
_tiercel_value() {
  # the values of option $1 of command $2; false where it takes none
  case "$2 $1" in
${commands.flatMap(valueCases).join('\n')}
    *) return 1 ;;
  esac
}
_tiercel() {
  local current=\${COMP_WORDS[COMP_CWORD]} command='' option='' position=0 index word
  COMPREPLY=()
  if [[ $current == = ]]; then current=''; fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ $word == = ]]; then continue; fi
    if [[ -n $option ]]; then option=''; continue; fi
    if [[ $word == -- ]]; then _tiercel_files; return; fi
    case $word in
      -*) if [[ -n $command ]] && _tiercel_value "$word" "$command" ''; then option=$word; fi ;;
      *)
        case $command in
          '') command=$word ;;
          ${topics.map(([word]) => word).join(' | ')}) command+=" $word" ;;
          *) position=$((position + 1)) ;;
        esac
        ;;
    esac
  done
  COMPREPLY=()
  if [[ -n $option ]]; then _tiercel_value "$option" "$command" "$current"; return; fi
  case "$command:$position:$current" in
    :0:-*) _tiercel_words '--help --version' "$current" ;;
    :0:*) _tiercel_words '${[...first.keys(), 'help'].join(' ')}' "$current" ;;
${topics.map(([word, below]) => `    ${word}:0:*) _tiercel_words '${below.map(({ words }) => words[1]).join(' ')}' "$current" ;;`).join('\n')}
${commands.flatMap(positionCases).join('\n')}
  esac
}
complete -F _tiercel tiercel
`;
}

function valueCases({ words, options }: Completable): readonly string[] {
  return options.flatMap(({ long, short, value }) => {
    if (value === undefined) {
      return [];
    }
    const names = [`--${long}`, ...(short === undefined ? [] : [`-${short}`])];
    const patterns = names.map((name) => `'${[...words, name].join(' ')}'`).join(' | ');
    return [`    ${patterns}) ${completing(value, '$3')} ;;`];
  });
}

function positionCases({ words, options, positions, rest }: Completable): readonly string[] {
  const command = words.join(' ');
  const flags = options.map(({ long }) => `--${long}`).join(' ');
  return [
    `    '${command}':*:-*) _tiercel_words '${flags}' "$current" ;;`,
    ...positions.map(
      (value, at) => `    '${command}':${at}:*) ${completing(value, '$current')} ;;`,
    ),
    ...(rest === undefined ? [] : [`    '${command}':*) ${completing(rest, '$current')} ;;`]),
  ];
}

function completing(value: Value, typed: string): string {
  if (value === 'file') {
    return '_tiercel_files';
  }
  return value === 'text' ? ':' : `_tiercel_words '${value.join(' ')}' "${typed}"`;
}
