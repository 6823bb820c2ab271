/**
 * Which of many texts does a text contain? A few are looked for in strides (after Horspool): a character that stands in
 * none of them lets the search pass over as many as the shortest has. Many are looked for in one pass over all characters,
 * by the automaton of Aho and Corasick, whose time does not grow with their number.
 */
import type { Holding } from './holding.js';

/** Texts are byte strings: a character is a byte. */
const CODES = 256;
/** So many are found sooner in strides, if the shortest is not too short for that. */
const FEW = 8;
const SHORTEST_STRIDE = 2;

interface Part {
  readonly text: string;
  readonly position: number;
}

interface Search {
  find(bytes: Uint8Array, from: number, to: number, holding: Holding): void;
}

/** The texts of several questions, each with a position. */
export class TextParts {
  readonly #parts: Part[] = [];
  #search: Search | undefined = undefined;

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  add(text: string, position: number): void {
    this.#parts.push({ text, position });
    this.#search = undefined;
  }

  /** Add to `holding` the position of each question that the text from `from` up to `to` answers with yes. */
  find(bytes: Uint8Array, from: number, to: number, holding: Holding): void {
    this.#search ??= searchFor(this.#parts);
    this.#search.find(bytes, from, to, holding);
  }
}

function searchFor(parts: readonly Part[]): Search {
  const shortest = Math.min(...parts.map(({ text }) => text.length));
  return parts.length <= FEW && shortest >= SHORTEST_STRIDE
    ? new Strides(parts, shortest)
    : new Automaton(parts);
}

/** Looks at every n-th character only, where n is the length of the shortest part, while none of the parts is near. */
class Strides implements Search {
  readonly #parts: readonly { readonly codes: Uint8Array; readonly position: number }[];
  readonly #shortest: number;
  /** By character: how far on the first `#shortest` of some part may end; 0 where they may end here. */
  readonly #strides: Uint8Array;

  constructor(parts: readonly Part[], shortest: number) {
    const window = Math.min(shortest, CODES - 1);
    this.#parts = parts.map(({ text, position }) => ({
      codes: Buffer.from(text, 'latin1'),
      position,
    }));
    this.#shortest = window;
    this.#strides = new Uint8Array(CODES).fill(window);
    for (const { codes } of this.#parts) {
      for (let i = 0; i < window; i += 1) {
        const code = codes[i] as number;
        this.#strides[code] = Math.min(this.#strides[code] as number, window - 1 - i);
      }
    }
  }

  find(bytes: Uint8Array, from: number, to: number, holding: Holding): void {
    const strides = this.#strides;
    for (let last = from + this.#shortest - 1; last < to;) {
      const stride = strides[bytes[last] as number] as number;
      if (stride === 0) {
        this.#compare(bytes, last - this.#shortest + 1, to, holding);
        last += 1;
      } else {
        last += stride;
      }
    }
  }

  #compare(bytes: Uint8Array, at: number, to: number, holding: Holding): void {
    for (const { codes, position } of this.#parts) {
      let i = 0;
      while (i < codes.length && at + i < to && bytes[at + i] === codes[i]) {
        i += 1;
      }
      if (i === codes.length) {
        holding.add(position);
      }
    }
  }
}

/** What was read so far is a state: the longest end of it that is the beginning of some part. */
class Automaton implements Search {
  /** By state and character: the state that follows. */
  readonly #next: Int32Array;
  /** By state: positions of the questions whose text ends there. */
  readonly #ends: readonly (readonly number[] | undefined)[];

  constructor(parts: readonly Part[]) {
    const states = beginnings(parts);
    this.#next = link(states);
    this.#ends = states.map(({ ends }) => (ends.length > 0 ? ends : undefined));
  }

  find(bytes: Uint8Array, from: number, to: number, holding: Holding): void {
    const next = this.#next;
    const ends = this.#ends;
    let state = 0;
    for (let i = from; ; i += 1) {
      const here = ends[state];
      if (here !== undefined) {
        holding.addAll(here);
      }
      if (i === to) {
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
