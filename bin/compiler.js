/** How eagerly V8 compiles what runs often. */
import { availableParallelism } from 'node:os';

/** The V8 of Node.js 20, for which this was measured; later ones count otherwise. */
const MEASURED = '11.3.';
/** From so many processors on the compiler has one of its own. */
const ENOUGH_PROCESSORS = 4;
/** What a function may do, in bytes of bytecode, between two looks at whether to compile it: three times V8's own. */
const BUDGET = 202_752;

/**
 * Compile less where there are few processors: there the compiler's threads take more time from a run of a second than
 * compiled code gives back. On two, runs that replay little take 5 to 12 % less time and 12 to 22 % less work, those of some
 * seconds up to 6 % less (medians of 3 to 9, by turns).
 */
export function compilerFlags() {
  const isMeasured = process.versions.v8.startsWith(MEASURED);
  return isMeasured && availableParallelism() < ENOUGH_PROCESSORS
    ? [`--interrupt-budget=${BUDGET}`]
    : [];
}
