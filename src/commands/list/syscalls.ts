import { TiercelCommand } from '../command.js';
import { listFormatFlag, sourceFlag, word } from '../flags.js';

export default class ListSyscalls extends TiercelCommand {
  static override summary =
    'Every system call: its code in captures, its number on x86-64, its event.';

  static override examples = ['<%= config.bin %> list syscalls exec'];

  static override args = {
    word: word({ description: 'only system calls with this word in their name' }),
  };

  static override flags = { source: sourceFlag, format: listFormatFlag };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ListSyscalls);
    const { listSyscalls } = await import('../../investigation/list-events.js');
    listSyscalls({ ...args, ...flags });
  }
}
