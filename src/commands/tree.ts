import { Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';
import { damageFlag, outputFlags, rulesFlag, timeFlags, word } from './flags.js';

export default class Tree extends TiercelCommand {
  static override summary = 'Draw the processes of a case or of evidence, with their alerts.';

  static override description = `When each process began and ended, what it ran, as whom, in which container, and the alerts that it caused. Evidence \
is analysed into a temporary case first. Flags choose processes; their ancestors are shown with them.`;

  static override examples = [
    {
      description: 'The processes that caused alerts, and how they came about',
      command: '<%= config.bin %> tree case.db --alerts-only',
    },
    {
      description: 'What ran in a container, without a case',
      command: '<%= config.bin %> tree capture.scap --container web',
    },
  ];

  static override args = {
    case: word({ description: 'a case that analyze wrote, or evidence', required: true }),
  };

  static override flags = {
    run: Flags.integer({
      description: 'only this run of the case; default: all that count',
      min: 1,
      helpValue: '<number>',
    }),
    container: Flags.string({
      description:
        'only what ran in this container: its name, or the beginning of its id; host: in none',
      helpValue: '<container>',
    }),
    user: Flags.string({
      description: 'only what this user ran: name or number, also of the login user',
      helpValue: '<user>',
    }),
    match: Flags.string({
      description: 'only what has this text in its command line or path',
      helpValue: '<text>',
    }),
    'alerts-only': Flags.boolean({ description: 'only what caused alerts' }),
    ...timeFlags,
    rules: rulesFlag,
    format: Flags.option({
      char: 'f',
      options: ['text', 'json'] as const,
      default: 'text',
      description: 'form of the trees; json is a line for each program',
    })(),
    'allow-damage': damageFlag,
    ...outputFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Tree);
    const { prepareCase } = await import('../investigation/temporary-case.js');
    const prepared = await prepareCase(args.case, flags);
    this.finishWith(prepared.outcomes);
    try {
      const { answerInChild } = await import('./case-process.js');
      const request = { ...flags, case: prepared.path };
      this.exitWith(await answerInChild({ verb: 'tree', request }));
    } finally {
      prepared.remove();
    }
  }
}
