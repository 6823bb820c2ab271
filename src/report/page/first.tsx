/** The first screen: what was not seen, and the incidents in the order of their urgency. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Data } from './data.js';
import type { Choice } from './state.js';
import { Text } from './text.jsx';
import type { Index } from './catalogue.js';
import type { View } from './view.js';
import { dateAndClock, grouped } from './words.js';

/** So many lines are shown before the rest is unfolded. */
const SHOWN = 3;

/** Losses and limits. Never hidden below, also where there are none. */
export function Unseen({ data }: { readonly data: Data }): VNode {
  const { lost, limits } = data.unseen;
  return (
    <section class={`unseen${lost.length > 0 ? ' lost' : ''}`} aria-labelledby="unseen">
      <h2 id="unseen">
        {lost.length > 0
          ? 'Something was lost'
          : limits.length > 0
            ? 'Nothing was lost; what could not be seen'
            : 'Nothing was lost, and every rule could fire'}
      </h2>
      <Lines of={[...lost, ...limits]} />
    </section>
  );
}

function Lines({ of }: { readonly of: readonly string[] }): VNode {
  const line = (text: string): VNode => (
    <li key={text}>
      <Text of={text} isWhole />
    </li>
  );
  return (
    <>
      <ul>{of.slice(0, SHOWN).map(line)}</ul>
      {of.length > SHOWN ? (
        <details>
          <summary>{grouped(of.length - SHOWN)} more</summary>
          <ul>{of.slice(SHOWN).map(line)}</ul>
        </details>
      ) : undefined}
    </>
  );
}

interface IncidentsProps {
  readonly data: Data;
  readonly index: Index;
  readonly view: View;
  readonly choice: Choice;
  readonly onChoose: (change: Partial<Choice>) => void;
}

/** Cards beyond these are folded away, and beyond the latter counted. */
const CARDS = 8;
const MAX_CARDS = 500;

/** One sentence each: who did what to what, how often. */
export function Incidents({ data, choice, onChoose }: IncidentsProps): VNode {
  const { incidents } = data.tables;
  const rank = (row: number): number => incidents.number('priority_rank', row) ?? 7;
  const count = (row: number): number => incidents.number('alert_count', row) ?? 0;
  const rows = useMemo(
    () => incidents.rows().sort((a, b) => rank(a) - rank(b) || count(b) - count(a)),
    [data],
  );
  const sentences = useMemo(
    () => new Map(data.sentences.map(({ incidentId, sentence }) => [incidentId, sentence])),
    [data],
  );
  const cards = rows
    .slice(0, MAX_CARDS)
    .map((row, at) => (
      <IncidentCard
        key={row}
        data={data}
        row={row}
        place={at + 1}
        sentence={sentences.get(incidents.number('incident_id', row) ?? 0) ?? ''}
        choice={choice}
        onChoose={onChoose}
      />
    ));
  return (
    <section aria-labelledby="incidents">
      <div class="bar">
        <h2 id="incidents">Incidents</h2>
        <span class="note">{grouped(rows.length)}, the most urgent first</span>
      </div>
      {rows.length === 0 ? (
        <p class="none">No alerts.</p>
      ) : (
        <ol class="cards">{cards.slice(0, CARDS)}</ol>
      )}
      {rows.length > CARDS ? (
        <details>
          <summary>{grouped(rows.length - CARDS)} more</summary>
          <ol class="cards">{cards.slice(CARDS)}</ol>
          {rows.length > MAX_CARDS ? (
            <p class="beyond">and {grouped(rows.length - MAX_CARDS)} more, all in the case</p>
          ) : undefined}
        </details>
      ) : undefined}
    </section>
  );
}

function IncidentCard({
  data,
  row,
  place,
  sentence,
  choice,
  onChoose,
}: Pick<IncidentsProps, 'data' | 'choice' | 'onChoose'> & {
  readonly row: number;
  readonly place: number;
  readonly sentence: string;
}): VNode {
  const { incidents } = data.tables;
  const id = String(incidents.number('incident_id', row) ?? 0);
  const isChosen = choice.incident === id;
  return (
    <li
      class={`card p${incidents.number('priority_rank', row) ?? 7}${isChosen ? ' selected' : ''}`}
    >
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={() => {
          onChoose({ incident: isChosen ? '' : id });
        }}
      >
        <span class="head">
          <span class="priority">
            {place}. <Text of={incidents.text('priority', row) ?? ''} />
          </span>{' '}
          <Text of={incidents.text('subject', row) ?? ''} />
        </span>
        <span class="sentence">
          <Text of={sentence === '' ? (incidents.text('title', row) ?? '') : sentence} />
        </span>
        <span class="note">
          {grouped(incidents.number('alert_count', row))} alerts,{' '}
          {dateAndClock(incidents.time('first_ns', row), data.zone)} to{' '}
          {dateAndClock(incidents.time('last_ns', row), data.zone)}.{' '}
          <Text of={incidents.text('why', row) ?? ''} />
        </span>
      </button>
    </li>
  );
}
