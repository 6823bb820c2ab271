/** What the reader chose: kept in the address, so that a reload keeps it. */

/** All that can be chosen. Empty texts and `undefined` are no restriction. */
export interface Choice {
  /** Words that must be somewhere in what is shown. */
  readonly search: string;
  readonly rule: string;
  readonly priority: string;
  readonly tag: string;
  /** Key of a container; `host` for none. */
  readonly container: string;
  readonly incident: string;
  /** Milliseconds since the epoch. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** What is shown in detail: `a` and the row of an alert, `p` and that of a process. */
  readonly selected: string;
  /** Whether processes without alerts are shown, too. */
  readonly all: boolean;
}

export const NOTHING_CHOSEN: Choice = {
  search: '',
  rule: '',
  priority: '',
  tag: '',
  container: '',
  incident: '',
  from: undefined,
  to: undefined,
  selected: '',
  all: false,
};

/** Read the part of the address behind `#`. What cannot be understood is left out. */
export function choiceOf(hash: string): Choice {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  const text = (name: string): string => words.get(name) ?? '';
  const time = (name: string): number | undefined => {
    const value = Number(words.get(name) ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  return {
    search: text('search'),
    rule: text('rule'),
    priority: text('priority'),
    tag: text('tag'),
    container: text('container'),
    incident: text('incident'),
    from: time('from'),
    to: time('to'),
    selected: /^[ap]\d+$/.test(text('selected')) ? text('selected') : '',
    all: words.has('all'),
  };
}

/** The address for a choice, without what is not chosen. */
export function hashOf(choice: Choice): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(choice) as [
    string,
    string | number | boolean | undefined,
  ][]) {
    if (value !== '' && value !== undefined && value !== false) {
      words.set(name, value === true ? '1' : String(value));
    }
  }
  const text = words.toString();
  return text === '' ? '#' : `#${text}`;
}

/** Whether anything restricts what is shown. */
export function isRestricted(choice: Choice): boolean {
  return hashOf({ ...choice, selected: '', all: false }) !== '#';
}
