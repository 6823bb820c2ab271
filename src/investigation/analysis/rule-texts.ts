/** What is put behind the output of rules: by `--append`, and by a configuration's `append_output`. */
import type { ExtraField } from '../../alerts/index.js';
import type { Rule } from '../../rules/index.js';
import { bytesOfText } from '../../units.js';
import { SUGGESTED_OUTPUT, type AppendEntry } from '../configuration/falco-config.js';

/** The text behind the output of a rule; empty for none. A byte string. */
export function appendedText(
  append: string | undefined,
  entries: readonly AppendEntry[],
): (rule: Rule) => string {
  return (rule) =>
    bytesOfText(
      [
        ...matching(entries, rule).flatMap(({ output, isSuggested }) => [
          ...(output === undefined ? [] : [output]),
          ...(isSuggested && rule.source === 'syscall' ? [SUGGESTED_OUTPUT] : []),
        ]),
        ...(append === undefined ? [] : [append]),
      ].join(' '),
    );
}

/** Fields that only JSON shows. */
export function extraFields(
  entries: readonly AppendEntry[],
): (rule: Rule) => readonly ExtraField[] {
  return (rule) => matching(entries, rule).flatMap(({ fields }) => fields);
}

function matching(entries: readonly AppendEntry[], rule: Rule): readonly AppendEntry[] {
  return entries.filter(
    (entry) =>
      (entry.source === undefined || entry.source === rule.source) &&
      (entry.rule === undefined || bytesOfText(entry.rule) === rule.name) &&
      entry.tags.every((tag) => rule.tags.includes(tag)),
  );
}
