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
