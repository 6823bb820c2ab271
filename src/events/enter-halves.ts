/**
 * The last enter event of each thread, copied until its exit comes. Bounded in threads and in bytes, since a
 * capture's author chooses both: the thread that was seen first is forgotten first, and then has no enter half,
 * which is normal anyway. Buffers and slots are reused; a pair costs no allocation.
 */
import { EVENT } from './codes.js';
import { EnterHalf, type Event } from './event.js';

const MOST_THREADS = 32_768;
const MOST_BYTES = 16 * 1024 * 1024;
/** No enter event of the table has more parameters. */
const MOST_PARAMS = 16;

/** What is remembered of the threads that are inside a system call. */
export class EnterHalves {
  /** Threads that are inside a call now: 0 for a capture of exits only, where nothing is looked up then. */
  waiting = 0;
  readonly #threads = new Map<number, EnterHalf>();
  #oldest = this.#threads.keys();
  #bytes = 0;
  #lastTid = NaN;
  #last: EnterHalf | undefined = undefined;

  /**
   * The half that waits in the event's thread, if the event is its exit. Any exit ends the wait, and so does
   * the thread's end; events that have no exit (a switch, a signal) do not.
   */
  take(event: Event): EnterHalf | undefined {
    const { tid, recordedCode: code } = event;
    const half = tid === this.#lastTid ? this.#last : this.#threads.get(tid);
    if (half?.isWaiting !== true || (code % 2 === 0 && event.row.name !== 'procexit')) {
      return undefined;
    }
    this.#forget(half);
    const isPair = half.code === code - 1;
    return isPair || (half.code === EVENT.EXECVEAT_E && code === EVENT.EXECVE_19_X)
      ? half
      : undefined;
  }

  /** Copy an enter event that was placed already. */
  remember(event: Event): void {
    const half = this.#slot(event.tid);
    if (!half.isWaiting) {
      half.isWaiting = true;
      this.waiting += 1;
    }
    half.code = event.code;
    half.timeHigh = event.timeHigh;
    half.timeLow = event.timeLow;
    const { from, to } = event.span();
    const count = Math.min(event.paramCount, MOST_PARAMS);
    for (let i = 0; i < count; i += 1) {
      half.starts[i] = (event.starts[i] as number) - from;
      half.lengths[i] = event.lengths[i] as number;
    }
    half.paramCount = count;
    this.#copy(half, event.bytes, from, to);
  }

  /** A new section: other threads, perhaps with the same ids. */
  clear(): void {
    this.#threads.clear();
    this.#oldest = this.#threads.keys();
    this.#bytes = 0;
    this.#lastTid = NaN;
    this.#last = undefined;
    this.waiting = 0;
  }

  #slot(tid: number): EnterHalf {
    let half = tid === this.#lastTid ? this.#last : this.#threads.get(tid);
    if (half === undefined) {
      while (this.#threads.size >= MOST_THREADS) {
        this.#forgetOldest();
      }
      half = new EnterHalf(MOST_PARAMS);
      this.#threads.set(tid, half);
    }
    this.#lastTid = tid;
    this.#last = half;
    return half;
  }

  #copy(half: EnterHalf, bytes: Buffer, from: number, to: number): void {
    const length = to - from;
    if (length > half.bytes.length) {
      const size = 64 * 2 ** Math.ceil(Math.log2(length / 64 + 1));
      while (this.#bytes + size > MOST_BYTES && this.#threads.size > 1) {
        this.#forgetOldest();
      }
      this.#bytes += size - half.bytes.length;
      half.bytes = Buffer.allocUnsafeSlow(size);
      half.view = new DataView(half.bytes.buffer, half.bytes.byteOffset, size);
    }
    if (length > 48) {
      bytes.copy(half.bytes, 0, from, to);
    } else {
      const target = half.bytes;
      for (let i = 0; i < length; i += 1) {
        target[i] = bytes[from + i] as number;
      }
    }
  }

  #forget(half: EnterHalf): void {
    if (half.isWaiting) {
      half.isWaiting = false;
      this.waiting -= 1;
    }
  }

  /** The iterator goes on where it stopped: starting anew would walk over everything that was deleted. */
  #forgetOldest(): void {
    const { value: tid } = this.#oldest.next();
    const half = tid === undefined ? undefined : this.#threads.get(tid);
    if (half === undefined || tid === undefined) {
      this.#oldest = this.#threads.keys();
      return;
    }
    this.#threads.delete(tid);
    if (half === this.#last) {
      this.#threads.set(tid, half);
      return;
    }
    this.#forget(half);
    this.#bytes -= half.bytes.length;
  }
}
