import { Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';
import {
  csvFlags,
  damageFlag,
  evidenceArg,
  metadataFlag,
  outputFlags,
  rulesFlag,
  templateFlags,
  timeFlags,
  word,
} from './flags.js';

export default class Events extends TiercelCommand {
  static override summary = 'Print the events of a capture, or write a slice of it.';

  static override description = `A filter is a rule condition. A template that begins with "*" prints a line even where a value is \
missing; without it such a line is left out. Default template:
%evt.num %evt.time %evt.cpu %proc.name (%thread.tid) %evt.dir %evt.type %evt.info`;

  static override examples = [
    {
      description: 'Who opened what for writing',
      command: `<%= config.bin %> events capture.scap 'evt.is_open_write=true' -p '%proc.name %fd.name'`,
    },
    {
      description: 'Processes started, as CSV',
      command: `<%= config.bin %> events capture.scap 'evt.type=execve' --fields time,process-name,user-name -f csv`,
    },
  ];

  static override args = {
    evidence: evidenceArg,
    filter: word({ description: 'a condition that events must meet' }),
  };

  static override flags = {
    ...templateFlags,
    format: Flags.option({
      char: 'f',
      options: ['text', 'json', 'csv'] as const,
      default: 'text',
      description: 'form of the lines',
    })(),
    ...csvFlags,
    ...outputFlags,
    write: Flags.string({
      char: 'w',
      description:
        'write the events, and what their state needs, to a new capture that still replays',
      helpValue: '<out.scap>',
    }),
    rules: rulesFlag,
    ...timeFlags,
    raw: Flags.boolean({ description: 'every record as recorded, enter and exit by itself' }),
    all: Flags.boolean({
      description: 'also records that only carry state, and processor times (procinfo)',
    }),
    limit: Flags.integer({ description: 'stop after this many events', min: 1, helpValue: '<n>' }),
    metadata: metadataFlag,
    'allow-damage': damageFlag,
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Events);
    const { printEvents } = await import('../investigation/events.js');
    this.finishWith(await printEvents({ ...args, ...flags }));
  }
}
