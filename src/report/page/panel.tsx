/** A section of the page, and what all sections get. */
import type { VNode } from 'preact';
import type { Data } from './data.js';
import type { Choice } from './state.js';
import type { Index } from './catalogue.js';
import type { View } from './view.js';

/** What sections are made from. */
export interface SectionProps {
  readonly data: Data;
  readonly index: Index;
  readonly view: View;
  readonly onChoose: (change: Partial<Choice>) => void;
}

interface PanelProps {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly children: VNode | readonly (VNode | undefined)[];
}

/** A section with its heading. */
export function Panel({ id, title, note, children }: PanelProps): VNode {
  return (
    <section aria-labelledby={id}>
      <div class="bar">
        <h2 id={id}>{title}</h2>
        {note === undefined ? undefined : <span class="note">{note}</span>}
      </div>
      {children}
    </section>
  );
}

/** Command line and place of the process in a row, for tables. */
export function describeProcess({ data, index }: Pick<SectionProps, 'data' | 'index'>): (
  row: number | undefined,
) => {
  command: string;
  place: string;
} {
  const { processes, containers } = data.tables;
  return (row = -1) => {
    const container = index.processContainer[row] ?? -1;
    return {
      command: processes.text('cmdline', row) ?? 'unknown',
      place: containers.text('name', container) ?? containers.text('id', container) ?? 'host',
    };
  };
}
