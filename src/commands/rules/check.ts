import { Flags } from '@oclif/core';
import { TiercelCommand } from '../command.js';
import { word } from '../flags.js';

export default class RulesCheck extends TiercelCommand {
  static override summary = 'Say what is wrong with rules files, and where.';

  static override description = `Files are loaded together, in order, as analyze does. Every error and warning is reported with \
Falco's code; exit code 2 if there is an error. Notices are this program's own: conditions that can never hold, texts that look like \
the names of lists, and rules that fire less in Falco. JSON has the shape of Falco's own validation (schema_valid and schema_warnings too), with notices beside it.`;

  static override examples = [
    '<%= config.bin %> rules check my_rules.yaml',
    '<%= config.bin %> rules check falco_rules.yaml falco_rules.local.yaml -f json',
  ];

  static override strict = false;

  static override args = {
    file: word({
      description: 'a rules file, a Helm values file with customRules, or a folder of such',
      required: true,
    }),
  };

  static override flags = {
    format: Flags.option({
      char: 'f',
      options: ['text', 'json', 'sarif'] as const,
      default: 'text',
      description: 'form of the answer; sarif is SARIF 2.1.0, for code scanning',
    })(),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(RulesCheck);
    const { checkRules } = await import('../../investigation/check-rules.js');
    this.finishWith(await checkRules(argv as string[], flags.format));
  }
}
