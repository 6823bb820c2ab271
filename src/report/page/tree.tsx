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
import type { Index } from './catalogue.js';
import type { View } from './view.js';
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
  const { all, selected } = choice;
  const isPrinting = usePrinting();
  const rows = useMemo(
    () => treeRows(index, view, { all, toggled, isUnfolded: isPrinting }),
    [index, view, all, toggled, isPrinting],
  );
  const scale = useMemo(() => timeScale(spans, LANE), [spans]);
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
                isLast={rows[at + 1]?.frame !== row.frame}
                isFirst={rows[at - 1]?.frame !== row.frame}
                scale={scale}
                view={view}
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
  /** Whether its container begins or ends with it. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly scale: TimeScale;
  readonly view: View;
  readonly onToggle: (isOpen: boolean) => void;
}

function Row({ data, index, row, isFirst, isLast, scale, view, onToggle }: RowProps): VNode {
  const { processes, containers } = data.tables;
  const [first = 0] = row.processes;
  const { frame } = row;
  const { count, worst, marked } = alertsOf(row.processes, index, view);
  const command = processes.text('cmdline', first) ?? '';
  return (
    <div class="process">
      {frame === undefined ? undefined : (
        <span
          class={`frame${isFirst ? ' first' : ''}${isLast ? ' last' : ''}`}
          style={{ left: `${indentOf(frame.level)}px` }}
        />
      )}
      <span class="name" style={{ paddingLeft: `${indentOf(row.level)}px` }}>
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
        {frame !== undefined && isFirst ? (
          <b class="container">
            ⬡ <Text of={nameOf(containers, frame.container)} />
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
      <span class={`chip ${count === 0 ? 'empty' : `p${worst}`}`}>
        {count === 0 ? '' : `${PRIORITIES[worst] ?? ''} ${grouped(count)}`}
      </span>
      <Lane data={data} index={index} processes={row.processes} alerts={marked} scale={scale} />
    </div>
  );
}

/** Deep processes do not leave their row. */
const indentOf = (level: number): number => Math.min(level - 1, 20) * 14;

/** `web, image nginx:1.27, pod shop/web-0`. */
function nameOf(containers: Data['tables']['containers'], row: number): string {
  const image = containers.text('image', row) ?? '';
  const pod = [containers.text('namespace', row), containers.text('pod', row)]
    .filter((word) => word !== undefined && word !== '')
    .join('/');
  return [
    containers.text('name', row) ?? containers.text('id', row) ?? '',
    ...(image === '' ? [] : [`image ${image}`]),
    ...(pod === '' ? [] : [`pod ${pod}`]),
  ].join(', ');
}

/** Most marks that one lane gets: no eye separates more. */
const MAX_MARKS = 200;

/** Alerts of a row's processes in this view: how many, how urgent, and those that get a mark. */
function alertsOf(
  rows: readonly number[],
  index: Index,
  { alertCounts, isAlertShown }: View,
): { readonly count: number; readonly worst: number; readonly marked: readonly number[] } {
  const marked: number[] = [];
  let count = 0;
  let worst = 7;
  for (const row of rows.filter((each) => (alertCounts[each] ?? 0) > 0)) {
    const shown = index.alertsOf.of(row).filter((alert) => isAlertShown[alert] === 1);
    count += shown.length;
    worst = shown.reduce((most, alert) => Math.min(most, rankOf(index, alert)), worst);
    marked.push(...shown.slice(0, Math.max(0, MAX_MARKS - marked.length)));
  }
  return { count, worst, marked };
}

function rankOf(index: Index, alert: number): number {
  return index.ruleRank[index.alertRule[alert] ?? -1] ?? 7;
}

interface LaneProps {
  readonly data: Data;
  readonly index: Index;
  readonly processes: readonly number[];
  readonly alerts: readonly number[];
  readonly scale: TimeScale;
}

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
      {alerts.map((alert) => {
        const x = scale.place(alertTable.time('time_ns', alert) ?? 0);
        return <path key={alert} class={`p${rankOf(index, alert)}`} d={`M${x} 4l5 6l-5 6l-5-6z`} />;
      })}
    </svg>
  );
}
