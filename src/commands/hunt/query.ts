import { Flags } from '@oclif/core';
import { TiercelCommand } from '../command.js';
import { csvFlags, outputFlags, word } from '../flags.js';
import { resultsArg } from './flags.js';

export default class HuntQuery extends TiercelCommand {
  static override summary = 'Ask the results of a hunt with SQL (DuckDB).';

  static override description = `Tables are those of a case, with run_key, evidence_sha256, host and first_event_ns in every row; alerts name their rule, process and \
container. Only what the newest revision asks is seen. Nothing but the results can be read, and nothing is changed.`;

  static override examples = [
    {
      description: 'Which hosts had which alerts',
      command: `<%= config.bin %> hunt query results 'SELECT host, rule, count(*) AS alerts FROM alerts GROUP BY ALL ORDER BY alerts DESC'`,
    },
    {
      description: 'What was not read to its end',
      command: `<%= config.bin %> hunt query results "SELECT path, status, loss_count FROM runs WHERE status <> 'complete'" -f csv`,
    },
  ];

  static override args = {
    results: resultsArg,
    sql: word({ description: 'one SELECT', required: true }),
  };

  static override flags = {
    format: Flags.option({
      char: 'f',
      options: ['table', 'line', 'csv', 'json'] as const,
      description: 'form of the rows (default: a table, or lines where rows have no room)',
    })(),
    brief: Flags.boolean({ description: 'shorten what is long' }),
    wide: Flags.boolean({ description: 'do not wrap long rows' }),
    raw: Flags.boolean({ description: 'times as nanoseconds since the epoch' }),
    limit: Flags.integer({
      description: 'print no more rows than this',
      helpValue: '<number>',
      min: 1,
    }),
    ...csvFlags,
    ...outputFlags,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HuntQuery);
    const { queryHunt } = await import('../../investigation/hunt.js');
    this.finishWith(await queryHunt({ ...flags, ...args }));
  }
}
