import { Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';

export default class Record extends TiercelCommand {
  static override summary =
    'Record the system calls of this machine, or of one command, into a capture.';

  static override description = `Needs Linux with eBPF and three capabilities (cap_bpf, cap_perfmon, cap_sys_ptrace). Ends after the \
duration, with the command, or on Ctrl-C; the file is complete in each case. A second Ctrl-C cuts it short. \
"Recording" stands on stderr as soon as nothing is lost any more. The command runs as the calling \
user, without the recorder's privileges; one that is not over by then goes on, and its process id is printed.`;

  static override examples = [
    {
      description: 'The whole machine, for a minute',
      command: '<%= config.bin %> record -w incident.scap --duration 60s',
    },
    {
      description: 'One command and what it starts, to be shared',
      command: '<%= config.bin %> record -w test.scap --only-command -- ./attack.sh',
    },
    {
      description: 'The same, and a test that expects what fired',
      command:
        '<%= config.bin %> record -w a.scap --expect a.test.yaml -r rules.yaml --only-command -- ./attack.sh',
    },
  ];

  static override strict = false;

  static override flags = {
    write: Flags.string({
      char: 'w',
      required: true,
      description: 'the capture',
      helpValue: '<out.scap>',
    }),
    duration: Flags.string({ description: 'stop after it: 30s, 5m, 1h', helpValue: '<time>' }),
    events: Flags.string({ description: 'stop after that many events', helpValue: '<number>' }),
    size: Flags.string({ description: 'stop at that size: 100m, 2g', helpValue: '<bytes>' }),
    rotate: Flags.string({
      description: 'begin another file at that size: OUT.0001.scap, ...',
      helpValue: '<bytes>',
    }),
    keep: Flags.string({
      description: 'keep that many files of a rotation',
      helpValue: '<number>',
      dependsOn: ['rotate'],
    }),
    snaplen: Flags.string({
      description: 'bytes of data kept of one read or write (default 80)',
      helpValue: '<bytes>',
    }),
    buffer: Flags.string({
      description: "size of each CPU's buffer, a power of two (default 8m)",
      helpValue: '<bytes>',
    }),
    syscalls: Flags.string({
      description: 'only these, and those that report processes',
      helpValue: '<a,b>',
    }),
    all: Flags.boolean({ description: 'context switches and page faults too' }),
    'only-command': Flags.boolean({
      description: 'only the command and its descendants',
      exclusive: ['container'],
    }),
    container: Flags.string({ description: 'only this container', helpValue: '<name or id>' }),
    compress: Flags.option({
      options: ['none', 'gzip', 'zstd'] as const,
      default: 'none',
      description: 'compression of the capture',
    })(),
    expect: Flags.string({
      description: 'write a test file with what fired in the recording; see "tiercel test"',
      helpValue: '<x.test.yaml>',
      exclusive: ['rotate'],
    }),
    rules: Flags.string({
      char: 'r',
      multiple: true,
      multipleNonGreedy: true,
      description: 'for --expect: a rules file or folder; without any, the rules that ship with it',
      helpValue: '<path>',
      dependsOn: ['expect'],
    }),
    quiet: Flags.boolean({ description: 'no progress, no summary' }),
    progress: Flags.boolean({
      description: 'a line of progress every ten seconds where stderr is no terminal',
      exclusive: ['quiet'],
    }),
    force: Flags.boolean({ description: 'write over an existing file' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Record);
    const { record } = await import('../investigation/record.js');
    const { leaveSignalsTo } = await import('./signals.js');
    this.finishWith(await record({ ...flags, command: argv as string[] }, leaveSignalsTo));
  }
}
