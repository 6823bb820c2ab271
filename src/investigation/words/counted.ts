/** Numbers with what they count. */
import { grouped } from '../../output/index.js';

/** `1 event`, `1,234 events`, `2 processes`. */
export function counted(count: number | bigint, noun: string): string {
  const ending = Number(count) === 1 ? '' : noun.endsWith('s') ? 'es' : 's';
  return `${grouped(count)} ${noun}${ending}`;
}
