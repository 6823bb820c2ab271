/** Alerts: equal ones (by rule and program) are one row with their number, which opens. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Groups, Lines, type Line } from './alert-groups.js';
import type { Index } from './catalogue.js';
import type { Data } from './data.js';
import { List } from './list.jsx';
import type { Choice } from './state.js';
import { Text } from './text.jsx';
import type { View } from './view.js';
import { usePrinting } from './printing.js';
import { clock, dateAndClock, grouped, PRIORITIES } from './words.js';

interface AlertsProps {
  readonly data: Data;
  readonly index: Index;
  readonly view: View;
  readonly choice: Choice;
  readonly onChoose: (change: Partial<Choice>) => void;
}

/** The most urgent first, then the most frequent. */
export function Alerts({ data, index, view, choice, onChoose }: AlertsProps): VNode {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const isPrinting = usePrinting();
  const groups = useMemo(() => new Groups(index, view.alerts), [index, view.alerts]);
  const lines = useMemo(() => new Lines(groups, isPrinting ? undefined : open), [groups, open, isPrinting]); // prettier-ignore
  const toggle = (group: number, isOpen: boolean): void => {
    const next = new Set(open);
    if (isOpen) {
      next.add(group);
    } else {
      next.delete(group);
    }
    setOpen(next);
  };
  const { alerts } = data.tables;
  return (
    <section aria-labelledby="alerts">
      <div class="bar">
        <h2 id="alerts">Alerts</h2>
        <span class="note">
          {grouped(view.alerts.length)} of {grouped(alerts.count)}, by rule and program
        </span>
      </div>
      {lines.count === 0 ? (
        <p class="none">{alerts.count === 0 ? 'No alerts.' : 'None of the alerts is chosen.'}</p>
      ) : (
        <List
          label="Alerts"
          count={lines.count}
          rowHeight={42}
          height={420}
          level={(at) => {
            const { group, alert } = lines.at(at);
            return alert === undefined
              ? { level: 1, isOpen: group.rows.length > 1 ? open.has(group.number) : undefined }
              : { level: 2 };
          }}
          onToggle={(at, isOpen) => {
            toggle(lines.at(at).group.number, isOpen);
          }}
          isSelected={(at) => {
            const { group, alert } = lines.at(at);
            const single = group.rows.length === 1 ? group.rows[0] : undefined;
            return choice.selected === `a${alert ?? single ?? ''}`;
          }}
          onSelect={(at) => {
            const { group, alert } = lines.at(at);
            onChoose({ selected: `a${alert ?? group.rows[0] ?? 0}` });
            if (alert === undefined && group.rows.length > 1) {
              toggle(group.number, !open.has(group.number));
            }
          }}
          render={(at) => <AlertLine data={data} index={index} line={lines.at(at)} />}
        />
      )}
    </section>
  );
}

function AlertLine({
  data,
  index,
  line,
}: {
  readonly data: Data;
  readonly index: Index;
  readonly line: Line;
}): VNode {
  const { alerts, rules, processes, containers } = data.tables;
  const { group, alert } = line;
  const row = alert ?? group.rows[0] ?? 0;
  const rule = index.alertRule[row] ?? -1;
  const process = index.alertProcess[row] ?? -1;
  const container = index.alertContainer[row] ?? -1;
  const last = group.rows.at(-1) ?? row;
  const from = dateAndClock(alerts.time('time_ns', row), data.zone);
  const isMany = alert === undefined && group.rows.length > 1;
  return (
    <div class={`alert p${group.rank}${alert === undefined ? '' : ' single'}`}>
      <span class="priority">{PRIORITIES[group.rank] ?? ''}</span>
      {alert === undefined ? (
        <b class="rule">
          <Text of={rules.text('name', rule) ?? ''} />
        </b>
      ) : (
        <span class="rule">
          <Text of={data.alertTexts.line(row)} />
        </span>
      )}
      <span class="where">
        <Text of={containers.text('name', container) ?? containers.text('id', container) ?? ''} />
      </span>
      <span class="when">
        {isMany
          ? `×${grouped(group.rows.length)}, ${from} to ${clock(alerts.time('time_ns', last), data.zone)}`
          : from}
      </span>
      <code class="command">
        <Text of={processes.text('cmdline', process) ?? data.alertTexts.line(row)} />
      </code>
    </div>
  );
}
