import { Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';
import { csvFlags, outputFlags, word } from './flags.js';

export default class Export extends TiercelCommand {
  static override summary =
    'Hand a case to other programs: Timesketch, OCSF, CSV, JSON lines, SQLite.';

  static override description = `Only runs that count are exported (view current_runs). timesketch and timesketch-csv are a timeline of \
alerts, processes, files, connections and audit requests; ocsf is a Detection Finding for each alert; csv and jsonl are one table; \
sqlite is a copy of the case without kept events.`;

  static override examples = [
    {
      description: 'A timeline for Timesketch',
      command: '<%= config.bin %> export case.db -f timesketch -o case.jsonl',
    },
    {
      description: 'One table for a spreadsheet',
      command: '<%= config.bin %> export case.db -f csv --table connections',
    },
  ];

  static override args = {
    case: word({ description: 'a case that analyze wrote', required: true }),
  };

  static override flags = {
    format: Flags.option({
      char: 'f',
      options: ['timesketch', 'timesketch-csv', 'ocsf', 'csv', 'jsonl', 'sqlite'] as const,
      required: true,
      description: 'what to make of it',
    })(),
    table: Flags.string({
      description: 'the table or view that csv and jsonl are of (default: timeline)',
      helpValue: '<name>',
    }),
    ...csvFlags,
    ...outputFlags,
    output: Flags.string({
      char: 'o',
      description: 'write the results to this file instead of stdout',
      helpValue: '<file>',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Export);
    const { answerInChild } = await import('./case-process.js');
    this.exitWith(await answerInChild({ verb: 'export', request: { ...flags, ...args } }));
  }
}
