import { Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';
import { answerFlags, word } from './flags.js';

export default class Query extends TiercelCommand {
  static override summary = 'Ask a case a question in SQL (read-only).';

  static override description = `Views answer what responders ask first: timeline, alerts_by_rule, alerts_by_container, \
process_tree, alert_ancestry, what_was_not_seen. Without a question, the tables and views are listed. On a terminal rows fit its \
width: a table whose columns have no room beside each other is shown as lines. Files and pipes get every row whole.`;

  static override examples = [
    {
      description: 'What happened when',
      command: `<%= config.bin %> query case.db 'SELECT time, rule, process FROM timeline'`,
    },
    {
      description: 'The processes behind the first alert, as CSV',
      command: `<%= config.bin %> query case.db 'SELECT * FROM alert_ancestry WHERE alert_id = 1' -f csv`,
    },
    {
      description: 'What was written below /etc, without SQL',
      command: `<%= config.bin %> query case.db files-written --arg 'path=/etc/*'`,
    },
    {
      description: 'Whether the case is as the analyses left it',
      command: '<%= config.bin %> query case.db --verify',
    },
  ];

  static override args = {
    case: word({ description: 'a case that analyze wrote', required: true }),
    sql: word({
      description:
        'one SELECT statement, or the name of a question; "-" reads a statement from stdin',
    }),
  };

  static override flags = {
    ...answerFlags,
    name: Flags.string({
      description: 'ask the question of this name; --list shows all of them',
      helpValue: 'NAME',
    }),
    arg: Flags.string({
      description: 'a parameter of the named question, such as path=/etc/*; repeatable',
      helpValue: 'NAME=VALUE',
      multiple: true,
      multipleNonGreedy: true,
    }),
    list: Flags.boolean({ description: 'list the named questions' }),
    schema: Flags.boolean({
      description:
        'print the statements that make the tables and views, with what each column holds',
    }),
    sql: Flags.boolean({ description: 'print the SQL of the named question, and do not ask it' }),
    verify: Flags.boolean({
      description:
        'compare every run with its seal; exit with 1 if rows were changed, added or removed since',
    }),
    dump: Flags.boolean({
      description:
        'print every row as a line of JSON, in a form that two cases of the same analyses share',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Query);
    const { answerInChild } = await import('./case-process.js');
    const request = { ...flags, ...args, sql: args.sql, isSqlShown: flags.sql };
    this.exitWith(await answerInChild({ verb: 'query', request }));
  }
}
