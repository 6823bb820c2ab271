/** Numbers with what they count. */
import { grouped } from '../../output/index.js';

/** `1 event`, `1,234 events`. */
export function counted(count: number, word: string): string {
  return `${grouped(count)} ${word}${count === 1 ? '' : 's'}`;
}
