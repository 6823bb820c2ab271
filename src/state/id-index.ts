/**
 * Things by the id of a container, where both who asks and what was filed may have the whole id or only its beginning:
 * captures have the first 12 characters, engines print 64, and people copy what `ps` shows.
 */

const SHORT_LENGTH = 12;
const HEX = /^[0-9a-f]+$/i;

interface Filed<T> {
  readonly id: string;
  readonly value: T;
}

/** What was found: `values` in the order in which they were filed; of an ambiguous id, none. */
export interface FoundById<T> {
  readonly values: readonly T[];
  readonly isAmbiguous: boolean;
}

const NOTHING = { values: [], isAmbiguous: false } as const;

/** See the head of this file. */
export class IdIndex<T> {
  /** By the first 12 characters of the filed id, or all of it where it is shorter. */
  readonly #filed = new Map<string, Filed<T>[]>();
  /** The containers that ids of less than 12 characters turned out to be the beginning of: the first of each. */
  readonly #taken = new Map<string, string>();

  add(id: string, value: T): void {
    const key = id.slice(0, SHORT_LENGTH);
    const filed = this.#filed.get(key);
    if (filed === undefined) {
      this.#filed.set(key, [{ id, value }]);
    } else {
      filed.push({ id, value });
    }
  }

  /**
   * What was filed for a container.
   *
   * @param id - As a capture has it: the first 12 characters, or a shorter word that is whole.
   * @param fullId - All of it, where it is known; else empty.
   */
  find(id: string, fullId: string): FoundById<T> {
    const found = this.#candidates(id, fullId === '' ? id : fullId);
    if (found.length === 0) {
      return NOTHING;
    }
    const [longest] = [...found].sort((a, b) => b.id.length - a.id.length);
    const isOne = found.every((each) => longest?.id.startsWith(each.id) === true);
    const isFree = found.every((each) => this.#take(each.id, id));
    return isOne && isFree
      ? { values: found.map(({ value }) => value), isAmbiguous: false }
      : { values: [], isAmbiguous: true };
  }

  #candidates(id: string, whole: string): readonly Filed<T>[] {
    const key = id.slice(0, SHORT_LENGTH);
    const found = [...(this.#filed.get(key) ?? [])].filter(
      (filed) => whole.startsWith(filed.id) || (whole === id && filed.id.startsWith(whole)),
    );
    // a word is whole: "web" is not the beginning of "web-2"
    for (let length = 1; HEX.test(key) && length < key.length; length += 1) {
      found.push(...(this.#filed.get(key.slice(0, length)) ?? []));
    }
    return found;
  }

  /** Whether a short id may stand for the container `id`: it does so for one alone. */
  #take(filedId: string, id: string): boolean {
    if (filedId.length >= SHORT_LENGTH) {
      return true;
    }
    const taken = this.#taken.get(filedId);
    if (taken === undefined) {
      this.#taken.set(filedId, id);
    }
    return taken === undefined || taken === id;
  }
}
