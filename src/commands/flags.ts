/** Flags that several commands take, written once. */
import { Args, Errors, Flags } from '@oclif/core';

/**
 * A word behind the command. Left to itself, oclif takes a missing one from stdin, which belongs to evidence,
 * and in a shell's loop to the loop.
 */
export const word = Args.custom({ ignoreStdin: true });

export const evidenceArg = word({
  description: 'a capture (.scap; plain, gzip or zstd) or a log; "-" is stdin',
  required: true,
});

export const rulesFlag = Flags.string({
  char: 'r',
  multiple: true,
  multipleNonGreedy: true,
  description:
    'a rules file, a folder of .yaml and .yml files, or "default" for the shipped rules; repeatable, loaded in order',
  helpValue: '<path>',
});

export const outputFlags = {
  output: Flags.string({
    description: 'write the results to this file instead of stdout',
    helpValue: '<file>',
  }),
  force: Flags.boolean({ description: 'replace files that are there already' }),
};

export const csvFlags = {
  'no-header': Flags.boolean({ description: 'CSV without its header line' }),
  'csv-raw': Flags.boolean({
    description: 'CSV with cells as they are: formulas and control characters go through',
  }),
};

/** How the rows of an answer are printed, and where. */
export const answerFlags = {
  format: Flags.option({
    char: 'f',
    options: ['table', 'line', 'csv', 'json'] as const,
    description:
      'form of the rows; line is "name: value", json one object a line; default: table, on a narrow terminal line',
  })(),
  brief: Flags.boolean({
    description: 'on a terminal, shorten what is long with an ellipsis',
    exclusive: ['wide'],
  }),
  wide: Flags.boolean({ description: 'on a terminal, let lines be longer than it is wide' }),
  raw: Flags.boolean({
    description: 'print times as nanoseconds since the epoch; default: as ISO 8601, in UTC',
  }),
  limit: Flags.integer({ description: 'print this many rows', min: 0, helpValue: '<count>' }),
  ...csvFlags,
  ...outputFlags,
};

const PRIORITY_WORDS = [
  'emergency',
  'alert',
  'critical',
  'error',
  'warning',
  'notice',
  'informational',
  'debug',
] as const;

/** Which rules run. */
export const selectionFlags = {
  rule: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'run exactly the rules with such names, disabled ones too; repeatable',
    helpValue: '<glob>',
  }),
  tag: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'run exactly the rules with this tag, disabled ones too; repeatable',
    helpValue: '<tag>',
  }),
  disable: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'leave out the rules with such names; repeatable',
    helpValue: '<glob>',
  }),
  'disable-tag': Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'leave out the rules with this tag; repeatable',
    helpValue: '<tag>',
  }),
  'min-priority': Flags.string({
    description: `leave out the rules below this priority: ${PRIORITY_WORDS.join(', ')}`,
    helpValue: '<priority>',
  }),
};

export const matchFlag = Flags.option({
  options: ['first', 'all'] as const,
  description: 'an event alerts the first rule that matches, or all (default: first)',
})();

export const templateFlags = {
  print: Flags.string({
    char: 'p',
    description: 'template of a line, such as "%evt.time %proc.name"',
    helpValue: '<template>',
    exclusive: ['fields'],
  }),
  fields: Flags.string({
    description: 'fields or the usual words, separated by commas: time,container-id,user-name',
    helpValue: '<list>',
  }),
};

export const metadataFlag = Flags.string({
  multiple: true,
  multipleNonGreedy: true,
  description:
    "names for what captures lack: what docker/podman inspect, crictl or kubectl printed as JSON, passwd, group (a container's as ID=FILE), or CSV container-id,name,image,pod,namespace; repeatable",
  helpValue: '<file>',
});

export const timeFlags = {
  from: Flags.string({
    description:
      'first time to look at: ISO 8601, a time of day as alerts print it (04:49:00, in --tz), or +30s after the earliest event',
    helpValue: '<time>',
  }),
  to: Flags.string({
    description: 'last time to look at: as --from',
    helpValue: '<time>',
  }),
  tz: Flags.string({
    description: 'zone in which times are shown: UTC, local, or Area/City',
    default: 'UTC',
    helpValue: '<zone>',
  }),
};

export const damageFlag = Flags.boolean({
  description: 'exit with 0 although parts of the evidence could not be read',
});

export const listFormatFlag = Flags.option({
  char: 'f',
  options: ['text', 'json', 'markdown'] as const,
  default: 'text',
  description: 'form of the list',
})();

export const sourceFlag = Flags.string({
  description: 'only those that events of this source have, such as syscall or k8s_audit',
  helpValue: '<source>',
});

/** A percentage, from 0 to 100; `%` may stand behind it. */
export const percentFlag = Flags.custom<number>({
  helpValue: '<percent>',
  parse: (text) => {
    const percent = /^\d+(?:\.\d+)?%?$/.test(text) ? Number(text.replace('%', '')) : NaN;
    if (!(percent <= 100)) {
      throw new Errors.CLIError(`a number from 0 to 100 is expected, not "${text}"`);
    }
    return Promise.resolve(percent);
  },
});
