/** Who started what, each with its lane of time and its alerts. */
import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Data } from './data.js';
import { treeRows, type TreeRow } from './forest.js';
import { List } from './list.jsx';
import { timeScale, type TimeScale } from './scale.js';
import type { Choice } from './state.js';
import { usePrinting } from './printing.js';
import { Text } from './text.jsx';
import type { Index, View } from './view.js';
import { duration, grouped, PRIORITIES } from './words.js';

const LANE = 260;

interface TreeProps {
  readonly data: Data;
  readonly index: Index;
  readonly view: View;
  readonly choice: Choice;
  readonly spans: readonly (readonly [number, number])[];
  readonly onChoose: (change: Partial<Choice>) => void;
}

/** Processes with alerts and their ancestors, or all. */
export function Tree({ data, index, view, choice, spans, onChoose }: TreeProps): VNode {
  const [toggled, setToggled] = useState<ReadonlyMap<number, boolean>>(new Map());
  const { all, container, selected } = choice;
  const isPrinting = usePrinting();
  const rows = useMemo(
    () => treeRows(data, index, view, { all, toggled, container, isUnfolded: isPrinting }),
    [data, index, view, all, toggled, container, isPrinting],
  );
  const scale = useMemo(() => timeScale(spans, LANE), [spans]);
  const shownAlerts = useMemo(() => new Set(view.alerts), [view.alerts]);
  return (
    <section aria-labelledby="processes">
      <div class="bar">
        <h2 id="processes">Processes</h2>
        <span class="note">
          {all ? 'all that were recorded' : 'with alerts, and their ancestors'}; equal siblings are
          one row
        </span>
        <button
          type="button"
          aria-pressed={all}
          onClick={() => {
            onChoose({ all: !all });
          }}
        >
          {all ? 'Only with alerts' : `Show all ${grouped(data.tables.processes.count)}`}
        </button>
      </div>
      {rows.length === 0 ? (
        <p class="none">None.</p>
      ) : (
        <List
          label="Process tree"
          count={rows.length}
          rowHeight={24}
          height={420}
          level={(at) => ({ level: rows[at]?.level ?? 1, isOpen: rows[at]?.isOpen })}
          onToggle={(at, isOpen) => {
            const first = rows[at]?.processes[0];
            if (first !== undefined) {
              setToggled(new Map(toggled).set(first, isOpen));
            }
          }}
          isSelected={(at) => rows[at]?.processes.some((row) => selected === `p${row}`) === true}
          onSelect={(at) => {
            onChoose({ selected: `p${rows[at]?.processes[0] ?? 0}` });
          }}
          render={(at) => {
            const row = rows[at];
            return row === undefined ? undefined : (
              <Row
                data={data}
                index={index}
                row={row}
                scale={scale}
                shownAlerts={shownAlerts}
                onToggle={(isOpen) => {
                  setToggled(new Map(toggled).set(row.processes[0] ?? 0, isOpen));
                }}
              />
            );
          }}
        />
      )}
    </section>
  );
}

interface RowProps {
  readonly data: Data;
  readonly index: Index;
  readonly row: TreeRow;
  readonly scale: TimeScale;
  readonly shownAlerts: ReadonlySet<number>;
  readonly onToggle: (isOpen: boolean) => void;
}

function Row({ data, index, row, scale, shownAlerts, onToggle }: RowProps): VNode {
  const { processes, containers } = data.tables;
  const [first = 0] = row.processes;
  const parent = index.processRow.get(processes.number('parent_id', first) ?? -1);
  const key = processes.number('container_key', first);
  const isNew = parent === undefined || processes.number('container_key', parent) !== key;
  const container = key === undefined ? undefined : index.containerRow.get(key);
  const alerts = row.processes
    .flatMap((process) => index.alertsOf.get(process) ?? [])
    .filter((alert) => shownAlerts.has(alert));
  const worst = Math.min(...alerts.slice(0, 1000).map((alert) => rankOf(data, index, alert)));
  const command = processes.text('cmdline', first) ?? '';
  return (
    <div class="process">
      <span class="name" style={{ paddingLeft: `${Math.min(row.level - 1, 20) * 14}px` }}>
        {row.isOpen === undefined ? (
          <span class="twist" />
        ) : (
          <button
            type="button"
            class="twist"
            tabIndex={-1}
            aria-hidden="true"
            onClick={(event) => {
              event.stopPropagation();
              onToggle(row.isOpen !== true);
            }}
          >
            {row.isOpen ? '▾' : '▸'}
          </button>
        )}
        {container !== undefined && isNew ? (
          <b class="container">
            ⬡{' '}
            <Text
              of={containers.text('name', container) ?? containers.text('id', container) ?? ''}
            />
          </b>
        ) : undefined}
        {row.processes.length > 1 ? <b>×{row.processes.length}</b> : undefined}
        <code>
          <Text of={command === '' ? (processes.text('name', first) ?? '') : command} />
        </code>
        <span class="user">
          <Text of={processes.text('user', first) ?? ''} />
        </span>
      </span>
      <span class={`chip ${alerts.length === 0 ? 'empty' : `p${worst}`}`}>
        {alerts.length === 0 ? '' : `${PRIORITIES[worst] ?? ''} ${grouped(alerts.length)}`}
      </span>
      <Lane data={data} index={index} processes={row.processes} alerts={alerts} scale={scale} />
    </div>
  );
}

function rankOf({ tables: { alerts, rules } }: Data, index: Index, alert: number): number {
  const rule = index.ruleRow.get(alerts.number('rule_id', alert) ?? -1) ?? -1;
  return rules.number('priority_rank', rule) ?? 7;
}

interface LaneProps {
  readonly data: Data;
  readonly index: Index;
  readonly processes: readonly number[];
  readonly alerts: readonly number[];
  readonly scale: TimeScale;
}

/** Most marks that one lane gets: more would not be told apart. */
const MAX_MARKS = 200;

function Lane({ data, index, processes, alerts, scale }: LaneProps): VNode {
  const { processes: table, alerts: alertTable } = data.tables;
  const bars = processes.slice(0, MAX_MARKS).map((row) => {
    const from = table.time('start_ns', row);
    const to = table.time('end_ns', row);
    const left = from === undefined ? 0 : scale.place(from);
    const right = to === undefined ? LANE : scale.place(to);
    return {
      row,
      left,
      width: Math.max(1.5, right - left),
      ms: from === undefined || to === undefined ? undefined : to - from,
    };
  });
  return (
    <svg class="lane" width={LANE} height={20} aria-hidden="true">
      {bars.map(({ row, left, width, ms }) => (
        <rect key={row} x={left} y={7} width={width} height={6}>
          <title>
            {ms === undefined ? 'its begin or end is not in the evidence' : duration(ms)}
          </title>
        </rect>
      ))}
      {alerts.slice(0, MAX_MARKS).map((alert) => {
        const x = scale.place(alertTable.time('time_ns', alert) ?? 0);
        return (
          <path key={alert} class={`p${rankOf(data, index, alert)}`} d={`M${x} 4l5 6l-5 6l-5-6z`} />
        );
      })}
    </svg>
  );
}
