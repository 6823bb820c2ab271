/** What is chosen, where it can be seen and changed, also without a mouse. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Data } from './data.js';
import type { Choice } from './state.js';
import type { Index } from './catalogue.js';
import { tagsOf, type View } from './view.js';
import { showHidden } from '../hidden.js';
import { dateAndClock, grouped, PRIORITIES } from './words.js';

interface FiltersProps {
  readonly data: Data;
  readonly index: Index;
  readonly view: View;
  readonly choice: Choice;
  readonly isRestricted: boolean;
  readonly onChoose: (change: Partial<Choice>) => void;
  readonly onReset: () => void;
}

/** A line of fields. */
export function Filters({
  data,
  view,
  choice,
  isRestricted,
  onChoose,
  onReset,
}: FiltersProps): VNode {
  const { rules, containers, alerts } = data.tables;
  const options = useMemo(() => {
    const fired = rules.rows().filter((row) => (rules.number('alert_count', row) ?? 0) > 0);
    const distinct = (words: readonly string[]): readonly string[] => [...new Set(words)].sort();
    return {
      rules: distinct(fired.map((row) => rules.text('name', row) ?? '')),
      priorities: PRIORITIES.filter((priority) =>
        fired.some((row) => rules.text('priority', row) === priority),
      ),
      tags: distinct(fired.flatMap((row) => tagsOf(data, row))),
      containers: containers
        .rows()
        .map(
          (row) =>
            [
              String(containers.number('container_key', row) ?? ''),
              containers.text('name', row) ?? containers.text('id', row) ?? '',
            ] as const,
        ),
    };
  }, [data]);
  const choices = (words: readonly string[]): readonly (readonly [string, string])[] =>
    words.map((word) => [word, word]);
  return (
    <form
      class="filters"
      aria-label="Filters"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      <label>
        search (/)
        <input
          id="search"
          type="search"
          value={choice.search}
          onInput={(event) => {
            onChoose({ search: event.currentTarget.value });
          }}
        />
      </label>
      <Select
        name="rule"
        value={choice.rule}
        options={choices(options.rules)}
        onChange={(rule) => {
          onChoose({ rule });
        }}
      />
      <Select
        name="priority"
        value={choice.priority}
        options={choices(options.priorities)}
        onChange={(priority) => {
          onChoose({ priority });
        }}
      />
      <Select
        name="tag"
        value={choice.tag}
        options={choices(options.tags)}
        onChange={(tag) => {
          onChoose({ tag });
        }}
      />
      <Select
        name="container"
        value={choice.container}
        options={[['host', 'the host'], ...options.containers]}
        onChange={(container) => {
          onChoose({ container });
        }}
      />
      <Time
        name="from"
        value={choice.from}
        zone={data.zone}
        onChange={(from) => {
          onChoose({ from });
        }}
      />
      <Time
        name="to"
        value={choice.to}
        zone={data.zone}
        onChange={(to) => {
          onChoose({ to });
        }}
      />
      <button type="button" disabled={!isRestricted} onClick={onReset}>
        Show everything
      </button>
      <output>
        {grouped(view.alerts.length)} of {grouped(alerts.count)} alerts
      </output>
    </form>
  );
}

interface SelectProps {
  readonly name: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly onChange: (value: string) => void;
}

function Select({ name, value, options, onChange }: SelectProps): VNode {
  return (
    <label>
      {name}
      <select
        name={name}
        value={value}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
      >
        <option value="">any</option>
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {showHidden(text.slice(0, 80))}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TimeProps {
  readonly name: string;
  readonly value: number | undefined;
  readonly zone: string;
  readonly onChange: (value: number | undefined) => void;
}

/** A time in UTC, or with a zone behind it; what cannot be read changes nothing. */
function Time({ name, value, zone, onChange }: TimeProps): VNode {
  return (
    <label>
      {name}
      <input
        type="text"
        size={23}
        placeholder="2026-11-22 04:49:00"
        title={`UTC unless a zone stands behind it; the page shows times in ${zone}`}
        value={value === undefined ? '' : dateAndClock(value, 'UTC')}
        onChange={(event) => {
          const text = event.currentTarget.value.trim();
          const read = Date.parse(
            /(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`,
          );
          if (text === '' || !Number.isNaN(read)) {
            onChange(text === '' ? undefined : read);
          }
        }}
      />
    </label>
  );
}
