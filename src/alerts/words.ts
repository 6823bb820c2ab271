/** The usual words for `--fields`: what people write in exam answers and tickets instead of field names. */
import { UserError } from '../errors.js';
import { nearestName } from '../fields/index.js';
import { bytesOfText } from '../units.js';
import { compileTemplate, type Template, type TemplateOptions } from './template.js';

const FIELD_WORDS: Readonly<Record<string, string>> = {
  time: 'evt.time.s',
  'time-with-nanoseconds': 'evt.time',
  'container-id': 'container.id',
  'container-name': 'container.name',
  'user-name': 'user.name',
  uid: 'user.uid',
  'process-name': 'proc.name',
  'pod-name': 'k8s.pod.name',
  namespace: 'k8s.ns.name',
};

/** The same words where they mean other fields, by source. */
const OTHER_WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  k8s_audit: {
    'user-name': 'ka.user.name',
    'pod-name': 'ka.target.name',
    namespace: 'ka.target.namespace',
  },
  aws_cloudtrail: { 'user-name': 'ct.user' },
};

/**
 * The template that a list of words or field names stands for, for events of `source`: `time,proc.name` is
 * `*%evt.time.s,%proc.name`.
 *
 * @throws {UserError} `TEMPLATE_UNKNOWN_FIELD` for a word that is neither.
 */
export function templateOfWords(list: string, source: string): string {
  const names = list
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => `%${fieldOfWord(word.toLowerCase(), source) ?? fieldAsWritten(word)}`);
  return `*${names.join(',')}`;
}

/** A field by its own name; those all have a dot in it. */
function fieldAsWritten(word: string): string {
  if (/[.(]/.test(word)) {
    return word.replace(/^%/, '');
  }
  const words = Object.keys(FIELD_WORDS);
  const nearest = nearestName(word, words);
  throw new UserError({
    code: 'TEMPLATE_UNKNOWN_FIELD',
    what: 'Cannot use these fields',
    where: `--fields, "${word}"`,
    why: `there is no such word, and no such field; the words are ${words.join(', ')}`,
    fix:
      nearest === undefined
        ? 'run "tiercel list fields" to see every field'
        : `did you mean "${nearest}"?`,
  });
}

/**
 * Compile a list of words or field names for events of `source`. A word that means nothing there is missing; a field is a
 * mistake.
 *
 * @throws {UserError} `TEMPLATE_UNKNOWN_FIELD`
 */
export function compileWords(list: string, source: string, options: TemplateOptions): Template {
  const words = list.split(',').map((word) => word.trim().toLowerCase());
  const mayLack = new Set(words.flatMap((word) => FIELD_WORDS[word] ?? []));
  return compileTemplate(bytesOfText(templateOfWords(list, source)), source, {
    ...options,
    mayLack,
  });
}

function fieldOfWord(word: string, source: string): string | undefined {
  return OTHER_WORDS[source]?.[word] ?? FIELD_WORDS[word];
}
