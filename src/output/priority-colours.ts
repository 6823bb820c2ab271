/** Colours of priorities on terminals, where they are wanted. */
import { Chalk, type ChalkInstance } from 'chalk';

/** Gives text a colour, or leaves it as it is. */
export interface PriorityColours {
  of(priority: string, text: string): string;
  /** For what is only there to show where something else belongs. */
  dimmed(text: string): string;
}

const STYLES: Readonly<Record<string, (chalk: ChalkInstance) => ChalkInstance>> = {
  Emergency: (chalk) => chalk.bold.red,
  Alert: (chalk) => chalk.bold.red,
  Critical: (chalk) => chalk.bold.red,
  Error: (chalk) => chalk.red,
  Warning: (chalk) => chalk.yellow,
  Notice: (chalk) => chalk.cyan,
};

/** Colours of chalk, or none. */
export function priorityColours(hasColour: boolean): PriorityColours {
  const chalk = new Chalk({ level: hasColour ? 1 : 0 });
  return {
    of: (priority, text) => (STYLES[priority]?.(chalk) ?? chalk)(text),
    dimmed: (text) => chalk.dim(text),
  };
}
