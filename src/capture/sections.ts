/** The captures that one file holds: where each begins, and how much is in it. */

/** One capture of a file. */
export interface Section {
  /** Name of the recorded machine, a byte string; `undefined` where the section does not say. */
  hostname: string | undefined;
  /** Event records that could be read. */
  recordCount: number;
  /** Number of its first event record. */
  readonly eventNumber: number;
  /** Where it begins in the uncompressed evidence, in bytes. */
  readonly offset: number;
}

/** A hostile file may be nothing but headers of sections: what follows this many counts as the last of them. */
const MAX_SECTIONS = 4096;

/** The sections of one piece of evidence, in their order. */
export class Sections {
  readonly #sections: Section[] = [];
  #countedTo = 0;

  /**
   * A section begins.
   *
   * @param offset - Where, in the uncompressed evidence.
   * @param lastEvent - Number of the event record before it.
   * @param recordCount - Event records that were read so far.
   */
  begin(offset: number, lastEvent: number, recordCount: number): void {
    this.#count(recordCount);
    if (this.#sections.length < MAX_SECTIONS) {
      const section = { hostname: undefined, recordCount: 0, eventNumber: lastEvent + 1, offset };
      this.#sections.push(section);
    }
  }

  /** The section says which machine it is from. */
  name(hostname: string): void {
    const section = this.#sections.at(-1);
    if (section !== undefined) {
      section.hostname ??= hostname;
    }
  }

  /** All of them, after `recordCount` records. */
  upTo(recordCount: number): readonly Section[] {
    this.#count(recordCount);
    return this.#sections;
  }

  #count(recordCount: number): void {
    const section = this.#sections.at(-1);
    if (section !== undefined) {
      section.recordCount += recordCount - this.#countedTo;
    }
    this.#countedTo = recordCount;
  }
}
