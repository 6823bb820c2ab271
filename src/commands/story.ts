import { Args, Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';
import { outputFlags, word } from './flags.js';

export default class Story extends TiercelCommand {
  static override summary = 'Say what happened around an incident, an alert or a process.';

  static override description = `The processes with their ancestors and descendants, then in the order of time what they started, wrote, removed and \
whom they talked to, with all alerts of the incident and the audit request that began it; then what is not known. A page that can be pasted \
into a ticket. Without a selection it is about the most important incident, and names the others.`;

  static override examples = [
    {
      description: 'The most important incident',
      command: '<%= config.bin %> story case.db',
    },
    {
      description: 'What is behind the first alert, for an issue of a tracker',
      command: '<%= config.bin %> story case.db 1 -f markdown',
    },
  ];

  static override args = {
    case: word({ description: 'a case that analyze wrote', required: true }),
    alert: Args.integer({
      description: 'number of an alert (alert_id)',
      min: 1,
      ignoreStdin: true,
    }),
  };

  static override flags = {
    incident: Flags.integer({
      description: 'number of an incident; "query CASE incidents" shows them',
      min: 1,
      helpValue: '<number>',
      exclusive: ['process'],
    }),
    process: Flags.integer({
      description: 'row of a process (process_id); "query CASE processes" shows them',
      min: 1,
      helpValue: '<row>',
    }),
    format: Flags.option({
      char: 'f',
      options: ['text', 'json', 'markdown', 'mermaid'] as const,
      default: 'text',
      description: 'form of the story',
    })(),
    ...outputFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Story);
    const { answerInChild } = await import('./case-process.js');
    this.exitWith(await answerInChild({ verb: 'story', request: { ...flags, ...args } }));
  }
}
