import { Flags } from '@oclif/core';
import type { AlertFormat } from '../output/index.js';
import { TiercelCommand } from './command.js';
import {
  csvFlags,
  damageFlag,
  evidenceArg,
  matchFlag,
  metadataFlag,
  outputFlags,
  rulesFlag,
  selectionFlags,
  templateFlags,
  timeFlags,
} from './flags.js';

/** One word for each format; the room is not loaded for them. */
const FORMATS = {
  text: true,
  json: true,
  csv: true,
  table: true,
  none: true,
} as const satisfies Record<AlertFormat, true>;
const FORMAT_WORDS = Object.keys(FORMATS) as readonly AlertFormat[];

export default class Analyze extends TiercelCommand {
  static override summary = 'Replay evidence through rules: alerts, a summary, and a SQLite case.';

  static override description = `Alerts go to stdout as they happen; they and their context go into the case (default case.db, \
see --store). Several pieces of evidence are replayed one after the other.`;

  static override examples = [
    {
      description: 'The rules that ship with the program',
      command: '<%= config.bin %> analyze capture.scap',
    },
    {
      description: 'Exact lines of one rule',
      command: `<%= config.bin %> analyze capture.scap --rule 'Launch Package Management*' -p '%evt.time,%container.id,%container.name,%user.name' --no-store`,
    },
    {
      description: 'JSON lines for another program, every rule that matches',
      command: '<%= config.bin %> analyze capture.scap -f json --match all --no-store',
    },
  ];

  static override strict = false;

  static override args = {
    evidence: evidenceArg,
  };

  static override flags = {
    rules: rulesFlag,
    store: Flags.string({
      char: 's',
      description: 'the SQLite case that the results go into',
      default: 'case.db',
      helpValue: '<case.db>',
    }),
    'no-store': Flags.boolean({ description: 'keep no case, and do not hash the evidence' }),
    report: Flags.string({
      description: 'also write a report of the case to this file, as "tiercel report" does',
      helpValue: '<file.html>',
      exclusive: ['no-store'],
    }),
    format: Flags.option({
      char: 'f',
      options: FORMAT_WORDS,
      description: 'form of the alerts (default: text)',
    })(),
    ...templateFlags,
    ...csvFlags,
    ...outputFlags,
    config: Flags.string({
      char: 'c',
      description: 'a Falco configuration file to take settings from',
      helpValue: '<falco.yaml>',
    }),
    option: Flags.string({
      char: 'o',
      multiple: true,
      multipleNonGreedy: true,
      description: 'override a key of the Falco configuration',
      helpValue: '<key=value>',
    }),
    'allow-outputs': Flags.boolean({
      description:
        'let the configuration run programs, write to the system log and send to HTTP servers',
    }),
    ...selectionFlags,
    'fail-on': Flags.string({
      description: 'exit with 1 if an alert has this priority or a higher one',
      helpValue: '<priority>',
    }),
    filter: Flags.string({
      description: 'only events that meet this condition are shown to the rules',
      helpValue: '<condition>',
    }),
    ...timeFlags,
    last: Flags.string({
      description: 'only the last part of the evidence, such as 30s (reads the file twice)',
      helpValue: '<duration>',
      relationships: [{ type: 'none', flags: ['from', 'to'] }], // 'exclusive' reads as if those two were, too
    }),
    match: matchFlag,
    'time-format': Flags.option({
      options: ['clock', 'iso8601', 'epoch'] as const,
      description: 'the time in front of a text line (default: clock)',
    })(),
    append: Flags.string({
      description: "append this template to every rule's own output",
      helpValue: '<template>',
    }),
    verbose: Flags.boolean({
      char: 'v',
      description: 'name the rules that could not fire on the evidence, in the summary',
    }),
    'no-summary': Flags.boolean({ description: 'no summary on stderr' }),
    metadata: metadataFlag,
    keep: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description:
        'what else goes into the case: "reads" (files that are only read), "events" (every event), "events=CONDITION" (those that meet it, whatever rules are shown); repeatable',
      helpValue: '<what>',
      exclusive: ['no-store'],
    }),
    'allow-damage': damageFlag,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Analyze);
    const { analyze } = await import('../investigation/analyze.js');
    this.finishWith(await analyze({ ...flags, evidence: argv as string[] }));
  }
}
