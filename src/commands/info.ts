import { Flags } from '@oclif/core';
import { TiercelCommand } from './command.js';
import { damageFlag, evidenceArg, metadataFlag, rulesFlag } from './flags.js';

export default class Info extends TiercelCommand {
  static override summary =
    'Say what evidence is, what it lacks, and what follows: machine, times, counts, losses, damage, missing names, SHA-256.';

  static override examples = [
    '<%= config.bin %> info capture.scap',
    {
      description: 'Whether the evidence of a case is still what was analysed',
      command: '<%= config.bin %> info --verify case.db',
    },
  ];

  static override strict = false;

  static override args = { evidence: evidenceArg };

  static override flags = {
    format: Flags.option({
      char: 'f',
      options: ['text', 'json'] as const,
      default: 'text',
      description: 'form of the answer; json is one object a line',
    })(),
    verify: Flags.boolean({
      description:
        'name cases instead of evidence: hash their evidence again, and exit with 1 if any changed',
      exclusive: ['rules', 'metadata', 'allow-damage'],
    }),
    rules: rulesFlag,
    metadata: metadataFlag,
    'allow-damage': damageFlag,
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Info);
    if (flags.verify) {
      const { verifyEvidence } = await import('../investigation/verify-evidence.js');
      this.finishWith(await verifyEvidence(argv as string[], flags.format));
      return;
    }
    const { inform } = await import('../investigation/info.js');
    this.finishWith(await inform({ ...flags, evidence: argv as string[] }));
  }
}
