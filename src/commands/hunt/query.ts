import { TiercelCommand } from '../command.js';
import { answerFlags, word } from '../flags.js';
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

  static override flags = answerFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(HuntQuery);
    const { queryHunt } = await import('../../investigation/hunt.js');
    this.finishWith(await queryHunt({ ...flags, ...args }));
  }
}
