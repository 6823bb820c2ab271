/**
 * What all commands share: the exit code is set, never taken; errors leave as they are, for main.ts to
 * report.
 */
import { Command } from '@oclif/core';
import type { Outcome } from '../investigation/outcome.js';
import { EXIT, exitCodeOf, worstExit, type ExitCode } from './exit.js';

export abstract class TiercelCommand extends Command {
  static override enableJsonFlag = false;

  /** Run to the end, as oclif would. */
  async runWhole(): Promise<void> {
    await this._run();
  }

  /** Note how the work of this run ended. */
  protected finishWith(outcomes: readonly Outcome[]): void {
    this.exitWith(exitCodeOf(outcomes));
  }

  /** Note an exit code; the worst of all notes counts. */
  protected exitWith(code: ExitCode): void {
    const noted = Number(process.exitCode ?? EXIT.DONE) as ExitCode;
    process.exitCode = worstExit([noted, code]);
  }

  /** Whoever reads what was printed may be slow. */
  protected override async finally(error: Error | undefined): Promise<void> {
    const { drained } = await import('../output/index.js');
    await drained();
    await super.finally(error);
  }

  /** oclif would print and exit; here the error travels on. */
  protected override catch(error: Error): Promise<never> {
    return Promise.reject(error);
  }
}
