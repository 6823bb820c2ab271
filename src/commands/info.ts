import { Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';
import { damageFlag, evidenceArg, metadataFlag, rulesFlag } from './flags.js';

export default class Info extends TiercelCommand {
  static override summary =
    'Say what evidence is, what it lacks, and what follows: machine, times, counts, losses, damage, missing names, SHA-256.';

  static override examples = ['<%= config.bin %> info capture.scap'];

  static override strict = false;

  static override args = { evidence: evidenceArg };

  static override flags = {
    format: Flags.option({
      char: 'f',
      options: ['text', 'json'] as const,
      default: 'text',
      description: 'form of the answer; json is one object a line',
    })(),
    rules: rulesFlag,
    metadata: metadataFlag,
    'allow-damage': damageFlag,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Info);
    const { inform } = await import('../investigation/info.js');
    this.finishWith(await inform({ ...flags, evidence: argv as string[] }));
  }
}
