/** Flags and words that the commands of hunts share. */
import { Flags } from '@oclif/core';
import { word } from '../flags.js';

export const resultsArg = word({ description: 'the folder of the results', required: true });

export const resultsFlag = Flags.string({
  description: 'the folder that results go to, and that names the hunt',
  helpValue: '<folder>',
  required: true,
});

export const folderArg = word({
  description: 'the folder that captures and audit logs are in; its folders too',
  required: true,
});

export const concurrencyFlag = Flags.integer({
  description: 'pieces of evidence at a time (default: one a processor)',
  helpValue: '<number>',
  min: 1,
});

/** Which rules run. */
export const selectionFlags = {
  rule: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'only rules of this name (* and ? stand for anything); repeatable',
    helpValue: '<name>',
  }),
  tag: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'only rules with this tag; repeatable',
    helpValue: '<tag>',
  }),
  disable: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    description: 'leave out rules of this name; repeatable',
    helpValue: '<name>',
  }),
  'min-priority': Flags.string({
    description: 'only rules of this priority or a more urgent one',
    helpValue: '<priority>',
  }),
  match: Flags.option({
    options: ['first', 'all'] as const,
    default: 'first',
    description: 'whether an event alerts the first rule that matches, or all',
  })(),
};
