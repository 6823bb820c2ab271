/**
 * Options of a command line as getopt(3) finds them: `getopt(proc.args, "nt:")`. Stops at `--` and at the
 * first argument that is no option; long options are passed over.
 */

interface Accepted {
  readonly names: ReadonlySet<string>;
  readonly withValue: ReadonlySet<string>;
}

/** What one option gave. `value` is empty where the option wants one and none is left. */
interface FoundOption {
  /** `?` for an option that the option string does not name, empty where its value is missing. */
  readonly name: string;
  readonly value: string | undefined;
}

/** All options found and their values, one after the other: `n`, `t`, `value`. */
export function optionsOf(words: readonly string[], optionString: string): string[] {
  return foundOptions(words, accepted(optionString)).flatMap(({ name, value }) =>
    value === undefined || name === '' ? [name] : [name, value],
  );
}

/**
 * What the last use of one option gave: its value, its own name where it takes none, empty text where its
 * value is missing; `undefined` where the option is not used.
 */
export function optionOf(
  words: readonly string[],
  optionString: string,
  option: string,
): string | undefined {
  const { names, withValue } = accepted(optionString);
  const last = foundOptions(words, { names: new Set(names), withValue })
    .filter(({ name, owner }) => (owner ?? name) === option && names.has(option))
    .at(-1);
  return last === undefined ? undefined : (last.value ?? last.name);
}

function accepted(optionString: string): Accepted {
  const names = new Set<string>();
  const withValue = new Set<string>();
  for (let at = 0; at < optionString.length; at += 1) {
    const name = optionString.charAt(at);
    if (name !== ':') {
      names.add(name);
      if (optionString[at + 1] === ':') {
        withValue.add(name);
      }
    }
  }
  return { names, withValue };
}

function foundOptions(
  words: readonly string[],
  { names, withValue }: Accepted,
): (FoundOption & { readonly owner?: string })[] {
  const found: (FoundOption & { readonly owner?: string })[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] as string;
    if (word === '--' || word.length < 2 || !word.startsWith('-')) {
      break;
    }
    if (word.startsWith('--')) {
      continue;
    }
    for (let i = 1; i < word.length; i += 1) {
      const name = word.charAt(i);
      if (!names.has(name)) {
        found.push({ name: '?', value: undefined });
      } else if (!withValue.has(name)) {
        found.push({ name, value: undefined });
      } else {
        const value = i + 1 < word.length ? word.slice(i + 1) : words[(at += 1)];
        found.push(
          value === undefined ? { name: '', value: undefined, owner: name } : { name, value },
        );
        break;
      }
    }
  }
  return found;
}
