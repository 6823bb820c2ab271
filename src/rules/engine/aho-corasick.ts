/** Many texts looked for in one pass (the automaton of Aho and Corasick). */
import type { SparseSet } from './sparse-set.js';
import { CODES, type Part, type Search } from './text-search.js';

/** What was read so far is a state: the longest end of it that is the beginning of some part. */
export class AhoCorasick implements Search {
  /** By state and character: the state that follows. */
  readonly #next: Int32Array;
  /** By state: positions of the questions whose text ends there. */
  readonly #ends: readonly (readonly number[] | undefined)[];

  constructor(parts: readonly Part[]) {
    const states = beginnings(parts);
    this.#next = link(states);
    this.#ends = states.map(({ ends }) => (ends.length > 0 ? ends : undefined));
  }

  find(bytes: Uint8Array, length: number, found: SparseSet): void {
    const next = this.#next;
    const ends = this.#ends;
    let state = 0;
    for (let i = 0; ; i += 1) {
      const here = ends[state];
      if (here !== undefined) {
        found.addAll(here);
      }
      if (i === length) {
        return;
      }
      state = next[state * CODES + (bytes[i] as number)] as number;
    }
  }
}

/** A state of the automaton while it is built: what was read so far is the beginning of some text. */
interface State {
  readonly id: number;
  readonly below: Map<number, State>;
  readonly ends: number[];
}

/** A state for each beginning of a part; the first is that of the empty one. */
function beginnings(parts: readonly Part[]): readonly State[] {
  const states: State[] = [];
  const addState = (): State => {
    const state = { id: states.length, below: new Map<number, State>(), ends: [] };
    states.push(state);
    return state;
  };
  const root = addState();
  for (const { text, position } of parts) {
    let state = root;
    for (let i = 0; i < text.length; i += 1) {
      const code = text.charCodeAt(i) & (CODES - 1);
      const below = state.below.get(code) ?? addState();
      state.below.set(code, below);
      state = below;
    }
    state.ends.push(position);
  }
  return states;
}

/** Fill in where every state goes, nearest to the root first: where its texts end, with its longest ending. */
function link(states: readonly State[]): Int32Array {
  const next = new Int32Array(states.length * CODES);
  const root = states[0] as State;
  const queue: { readonly state: State; readonly ending: number }[] = [{ state: root, ending: 0 }];
  for (const { state, ending } of queue) {
    const from = state.id * CODES;
    if (state !== root) {
      state.ends.push(...(states[ending] as State).ends);
      next.copyWithin(from, ending * CODES, (ending + 1) * CODES);
    }
    for (const [code, below] of state.below) {
      const endingBelow = state === root ? 0 : (next[from + code] as number);
      next[from + code] = below.id;
      queue.push({ state: below, ending: endingBelow });
    }
  }
  return next;
}
