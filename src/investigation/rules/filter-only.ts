/** Fields that only filters may use, in templates. */
import type { Template } from '../../alerts/index.js';
import { ABSENT_TEXT } from '../../fields/index.js';
import { say } from '../../output/index.js';

/** Fields that only filters may use print as missing; say so once, and what prints instead. */
export function noticeFilterOnly(template: Template): void {
  const names = new Set(
    template.fields.filter(({ row }) => row.usage === 'filter-only').map(({ text }) => text),
  );
  for (const name of [...names].sort()) {
    say(
      `Notice: ${name} only works in filters and prints as ${ABSENT_TEXT}${printableInstead(name)}.`,
    );
  }
}

const WORD_LIST = /^[a-z][a-z0-9.-]*(?:,[a-z][a-z0-9.-]*)*$/;

/** A template that prints the same for every event was probably meant otherwise; say so once. */
export function noticeNoFields(text: string | undefined, template: Template): void {
  if (text === undefined || template.fields.length > 0) {
    return;
  }
  const trimmed = text.trim();
  say(
    WORD_LIST.test(trimmed)
      ? `Notice: -p takes a template with fields, such as "%proc.name"; for words write --fields ${trimmed}`
      : 'Notice: the template names no field, so every line is the same; a field begins with "%"',
  );
}

const PRINTABLE: Readonly<Record<string, string>> = {
  'fd.ip': 'fd.cip, fd.sip',
  'fd.port': 'fd.cport, fd.sport',
  'fd.net': 'fd.cip, fd.sip',
  'fd.cnet': 'fd.cip',
  'fd.snet': 'fd.sip',
  'fd.lnet': 'fd.lip',
  'fd.rnet': 'fd.rip',
  'fd.proto': 'fd.cproto, fd.sproto',
};

function printableInstead(name: string): string {
  const others = PRINTABLE[name];
  return others === undefined ? '' : `; to print, use ${others}`;
}
