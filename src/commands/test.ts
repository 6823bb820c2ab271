import { Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';
import { metadataFlag, word } from './flags.js';

export default class Test extends TiercelCommand {
  static override summary =
    'Run rule regression tests: captures, rules, and the alerts that must come.';

  static override description = `Tests are *.test.yaml files, found in the folders given. Exit 1 where an expectation failed, 2 where a \
test or rules file is wrong. Captures are replayed side by side, each once for each set of rules.`;

  static override examples = [
    { description: 'All tests of a folder', command: '<%= config.bin %> test rules/tests' },
    {
      description: 'Accept the alerts that came as the new snapshots',
      command: '<%= config.bin %> test rules/tests --update',
    },
  ];

  static override strict = false;

  static override args = {
    path: word({
      description: 'a test file, or a folder; several may follow',
      required: true,
    }),
  };

  static override flags = {
    update: Flags.boolean({
      default: false,
      description: 'rewrite snapshots that differ, and show what changed',
    }),
    junit: Flags.string({ description: 'also write a JUnit report here', helpValue: '<file>' }),
    force: Flags.boolean({ description: 'replace a JUnit report that is there already' }),
    metadata: metadataFlag,
    format: Flags.option({
      char: 'f',
      options: ['text', 'json'] as const,
      default: 'text',
      description: 'json is one object a test file',
    })(),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Test);
    const { runTests } = await import('../investigation/run-tests.js');
    this.finishWith(await runTests({ ...flags, paths: argv as string[] }));
  }
}
