import { Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';
import { outputFlags, timeFlags, word } from './flags.js';

export default class Report extends TiercelCommand {
  static override summary = 'Write a case as one HTML page, or as text for a ticket.';

  static override description = `The page opens from a disk, without a network: incidents, a timeline, processes, connections, files, alerts, rules, and how to \
check all of it. It holds the command lines of the evidence, and is readable by its owner only.`;

  static override examples = [
    {
      description: 'A page',
      command: '<%= config.bin %> report case.db -o report.html',
    },
    {
      description: 'Text for a ticket',
      command: '<%= config.bin %> report case.db -f markdown',
    },
  ];

  static override args = {
    case: word({ description: 'the case that analyze wrote', required: true }),
  };

  static override flags = {
    ...outputFlags,
    output: Flags.string({
      char: 'o',
      description: 'the file to write; Markdown goes to stdout without it',
      helpValue: '<file>',
    }),
    format: Flags.option({
      char: 'f',
      options: ['html', 'markdown'] as const,
      default: 'html',
      description: 'form of the report',
    })(),
    title: Flags.string({ description: 'title of the report', helpValue: '<text>' }),
    incident: Flags.integer({
      description: 'report this incident alone',
      min: 1,
      helpValue: '<number>',
    }),
    ...timeFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Report);
    const { answerInChild } = await import('./case-process.js');
    this.exitWith(await answerInChild({ verb: 'report', request: { ...flags, ...args } }));
  }
}
