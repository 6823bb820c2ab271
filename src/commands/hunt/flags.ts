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
