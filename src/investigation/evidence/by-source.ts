/**
 * Things that are compiled for a source of events: fields differ between system calls and audit logs, and
 * which source a piece of evidence has is known only when its events come. What fits no source at all is
 * reported before anything is read.
 */
import { UserError } from '../../errors.js';
import { EVENT_SOURCES } from '../../rules/index.js';
import type { Moment } from '../../state/index.js';

/** One compiled thing for each source that has events. */
export class BySource<T> {
  readonly #compile: (source: string) => T;
  readonly #compiled = new Map<string, T>();
  /** The last answer: nearly all moments of a capture have one source. */
  #source: string | undefined = undefined;
  #current: T | undefined = undefined;

  /** @throws {UserError} What `compile` says of system calls, where it fails for every source. */
  constructor(compile: (source: string) => T) {
    this.#compile = compile;
    let first: UserError | undefined;
    for (const source of EVENT_SOURCES) {
      try {
        this.#compiled.set(source, compile(source));
        return;
      } catch (error) {
        if (!(error instanceof UserError)) {
          throw error;
        }
        first ??= error;
      }
    }
    if (first !== undefined) {
      throw first;
    }
  }

  /** Any of them: for what does not depend on the source, such as the names of columns. */
  get any(): T {
    const [first] = this.#compiled.values();
    return first as T;
  }

  /** @throws {UserError} What `compile` says of the moment's source. */
  at(moment: Moment): T {
    const { source } = moment;
    if (source !== this.#source) {
      let compiled = this.#compiled.get(source);
      if (compiled === undefined) {
        compiled = this.#compile(source);
        this.#compiled.set(source, compiled);
      }
      this.#source = source;
      this.#current = compiled;
    }
    return this.#current as T;
  }
}
