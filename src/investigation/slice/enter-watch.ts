/** Remembers, for each thread, the records that the state of its next event may depend on. */
import type { EventRecord } from '../../capture/index.js';
import type { Event } from '../../events/index.js';

/** Thread ids come from the capture, and may be an attacker's. */
const MAX_THREADS = 1 << 20;
/** More than there are event codes. */
const CODES = 1024;

/** One for a replay. */
export class EnterWatch {
  readonly #enters = new Map<number, number>();
  readonly #last = new Map<number, number>();

  /** To be called at each record, before its event is seen. */
  look({ tid, code, number }: EventRecord): void {
    if (code % 2 === 0) {
      note(this.#enters, keyOf(tid, code), number);
    }
  }

  /** An event was shown. */
  seen({ tid, number }: Event): void {
    note(this.#last, tid, number);
  }

  /**
   * Numbers of the records that belong to `event`: its enter half; and for one that is no exit, its thread's
   * last event, whose descriptor it still shows.
   */
  before({ tid, code, recordedCode }: Event): readonly number[] {
    const before =
      code % 2 === 1 ? this.#enters.get(keyOf(tid, recordedCode - 1)) : this.#last.get(tid);
    return before === undefined ? [] : [before];
  }
}

/** Switches and signals come between the halves of a pair, so the code counts. */
function keyOf(tid: number, code: number): number {
  return tid * CODES + code;
}

function note(numbers: Map<number, number>, tid: number, number: number): void {
  if (numbers.size >= MAX_THREADS) {
    numbers.clear();
  }
  numbers.set(tid, number);
}
