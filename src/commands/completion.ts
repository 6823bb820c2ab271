import type { Shell } from './completion/index.js';
import { TiercelCommand } from './command.js';
import { word } from './flags.js';

const SHELLS = ['bash', 'fish', 'zsh'] as const satisfies readonly Shell[];

export default class Completion extends TiercelCommand {
  static override summary =
    'Print a script with which a shell completes commands, flags and values.';

  static override description = `Nothing is installed, and no folder is written to: bash and zsh read the script when they start \
("source <(tiercel completion bash)" in ~/.bashrc, the same with zsh in ~/.zshrc after compinit), or each finds it where its scripts are.`;

  static override examples = [
    {
      description: 'bash: a file for ~/.bashrc to source, or for /etc/bash_completion.d',
      command: '<%= config.bin %> completion bash > tiercel.bash',
    },
    {
      description: 'zsh: a file for a folder of fpath',
      command: '<%= config.bin %> completion zsh > _tiercel',
    },
    {
      description: 'fish: a file for ~/.config/fish/completions',
      command: '<%= config.bin %> completion fish > tiercel.fish',
    },
  ];

  static override args = {
    shell: word({ description: 'the shell that is to read it', required: true, options: SHELLS }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    const { completionScript } = await import('./completion/index.js');
    process.stdout.write(completionScript(args.shell as Shell, this.config.commands));
  }
}
