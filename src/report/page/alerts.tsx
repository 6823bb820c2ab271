/** Alerts: equal ones (by rule and program) are one row with their number, which opens. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Data } from './data.js';
import { List } from './list.jsx';
import type { Choice } from './state.js';
import { Text } from './text.jsx';
import type { Index, View } from './view.js';
import { usePrinting } from './printing.js';
import { clock, dateAndClock, grouped, PRIORITIES } from './words.js';

interface Group {
  readonly key: string;
  readonly rows: readonly number[];
  readonly rank: number;
}

interface Line {
  readonly group: Group;
  /** Missing where the line stands for all of the group. */
  readonly alert?: number;
}

interface AlertsProps {
  readonly data: Data;
  readonly index: Index;
  readonly view: View;
  readonly choice: Choice;
  readonly onChoose: (change: Partial<Choice>) => void;
}

/** The most urgent first, then the most frequent. */
export function Alerts({ data, index, view, choice, onChoose }: AlertsProps): VNode {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const isPrinting = usePrinting();
  const groups = useMemo(() => groupsOf(data, index, view.alerts), [data, index, view.alerts]);
  const lines = useMemo(
    () =>
      groups.flatMap((group): Line[] => [
        { group },
        ...((isPrinting || open.has(group.key)) && group.rows.length > 1
          ? group.rows.map((alert) => ({ group, alert }))
          : []),
      ]),
    [groups, open, isPrinting],
  );
  const toggle = (key: string, isOpen: boolean): void => {
    const next = new Set(open);
    if (isOpen) {
      next.add(key);
    } else {
      next.delete(key);
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
      {lines.length === 0 ? (
        <p class="none">{alerts.count === 0 ? 'No alerts.' : 'None of the alerts is chosen.'}</p>
      ) : (
        <List
          label="Alerts"
          count={lines.length}
          rowHeight={42}
          height={420}
          level={(at) => {
            const line = lines[at];
            const isGroup = line?.alert === undefined;
            return {
              level: isGroup ? 1 : 2,
              isOpen:
                isGroup && (line?.group.rows.length ?? 0) > 1
                  ? open.has(line?.group.key ?? '')
                  : undefined,
            };
          }}
          onToggle={(at, isOpen) => {
            toggle(lines[at]?.group.key ?? '', isOpen);
          }}
          isSelected={(at) => {
            const line = lines[at];
            const rows = line?.alert === undefined ? (line?.group.rows ?? []) : [line.alert];
            return (
              (line?.alert !== undefined || rows.length === 1) &&
              rows.some((row) => choice.selected === `a${row}`)
            );
          }}
          onSelect={(at) => {
            const line = lines[at];
            if (line !== undefined) {
              onChoose({ selected: `a${line.alert ?? line.group.rows[0] ?? 0}` });
              if (line.alert === undefined && line.group.rows.length > 1) {
                toggle(line.group.key, !open.has(line.group.key));
              }
            }
          }}
          render={(at) => {
            const line = lines[at];
            return line === undefined ? undefined : (
              <AlertLine data={data} index={index} line={line} />
            );
          }}
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
  const rule = index.ruleRow.get(alerts.number('rule_id', row) ?? -1) ?? -1;
  const process = index.processRow.get(alerts.number('process_id', row) ?? -1) ?? -1;
  const container = index.containerRow.get(alerts.number('container_key', row) ?? -1) ?? -1;
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
          <Text of={alerts.text('output', row) ?? ''} />
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
        <Text of={processes.text('cmdline', process) ?? alerts.text('output', row) ?? ''} />
      </code>
    </div>
  );
}

function groupsOf(
  { tables: { alerts, rules, processes } }: Data,
  index: Index,
  rows: readonly number[],
): readonly Group[] {
  const groups = new Map<string, { rows: number[]; rank: number }>();
  for (const row of rows) {
    const rule = index.ruleRow.get(alerts.number('rule_id', row) ?? -1) ?? -1;
    const process = index.processRow.get(alerts.number('process_id', row) ?? -1) ?? -1;
    const words = [
      rules.text('name', rule),
      processes.text('cmdline', process),
      alerts.number('container_key', row),
    ];
    const key = JSON.stringify(words);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, { rows: [row], rank: rules.number('priority_rank', rule) ?? 7 });
    } else {
      group.rows.push(row);
    }
  }
  return [...groups]
    .map(([key, group]) => ({ key, ...group }))
    .sort((a, b) => a.rank - b.rank || b.rows.length - a.rows.length);
}
