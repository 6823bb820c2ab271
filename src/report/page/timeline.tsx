/** When: alerts by priority, and what programs did, over time. */
import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Data } from './data.js';
import { timeScale, type TimeScale } from './scale.js';
import type { Choice } from './state.js';
import type { Index, View } from './view.js';
import { clock, dateAndClock, duration, PRIORITIES } from './words.js';
import { useWidth } from './width.js';

const BARS = 72;
const STRIP = 9;
const BIN = 4;
const AXIS = 18;

interface TimelineProps {
  readonly data: Data;
  readonly index: Index;
  readonly view: View;
  readonly choice: Choice;
  readonly spans: readonly (readonly [number, number])[];
  readonly onChoose: (change: Partial<Choice>) => void;
}

/** Drag to choose a span; everything else follows. */
export function Timeline({ data, index, view, choice, spans, onChoose }: TimelineProps): VNode {
  const [box, width] = useWidth();
  const scale = useMemo(() => timeScale(spans, width), [spans, width]);
  const bars = useMemo(() => barsOf(data, index, view.alerts, scale), [data, view.alerts, scale]);
  const strips = useMemo(() => stripsOf(data, view, scale), [data, view, scale]);
  const start = useRef<number | undefined>(undefined);
  const [drag, setDrag] = useState<readonly [number, number] | undefined>(undefined);
  const { zone } = data;
  const px = (event: PointerEvent): number =>
    event.clientX - (event.currentTarget as SVGElement).getBoundingClientRect().left;
  const chosen =
    drag ??
    (choice.from === undefined && choice.to === undefined
      ? undefined
      : ([
          choice.from === undefined ? 0 : scale.place(choice.from),
          choice.to === undefined ? width : scale.place(choice.to),
        ] as const));
  const bottom = BARS + 3 * STRIP + 4;
  return (
    <div ref={box}>
      <svg
        class="timeline"
        width={width}
        height={bottom + AXIS}
        role="img"
        aria-label={`Timeline: ${view.alerts.length} alerts. The fields “from” and “to” choose a span without a mouse.`}
        onPointerDown={(event) => {
          start.current = px(event);
          (event.currentTarget as SVGElement).setPointerCapture(event.pointerId);
          setDrag([start.current, start.current]);
        }}
        onPointerMove={(event) => {
          if (start.current !== undefined) {
            const at = px(event);
            setDrag([Math.min(start.current, at), Math.max(start.current, at)]);
          }
        }}
        onPointerUp={() => {
          if (drag !== undefined && drag[1] - drag[0] > 3) {
            onChoose({ from: scale.time(drag[0]), to: scale.time(drag[1]) });
          } else {
            onChoose({ from: undefined, to: undefined });
          }
          start.current = undefined;
          setDrag(undefined);
        }}
      >
        <defs>
          <pattern
            id="hatch"
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <line x1="0" y1="0" x2="0" y2="6" class="hatch" />
          </pattern>
        </defs>
        {scale.segments.map(({ left, right }) => (
          <rect key={left} class="recorded" x={left} y={0} width={right - left} height={bottom} />
        ))}
        {gapsOf(scale).map(({ left, right, ms }) => (
          <g key={left}>
            <rect fill="url(#hatch)" x={left} y={0} width={right - left} height={bottom} />
            <text
              class="gap"
              transform={`translate(${(left + right) / 2 + 4} ${bottom - 4}) rotate(-90)`}
            >
              {duration(ms)}
            </text>
          </g>
        ))}
        {dropsOf(data, scale).map(([left, right]) => (
          <rect key={left} class="drop" x={left} y={0} width={right - left} height={bottom}>
            <title>Events were lost here</title>
          </rect>
        ))}
        {bars.map((path, priority) => (
          <path key={priority} d={path} class={`p${priority}`} />
        ))}
        {strips.map(({ name, path }, at) => (
          <g key={name}>
            <path d={path} class="strip" transform={`translate(0 ${BARS + 4 + at * STRIP})`} />
            <text class="strip-name" x={2} y={BARS + 4 + at * STRIP + 8}>
              {name}
            </text>
          </g>
        ))}
        <Ticks scale={scale} width={width} bottom={bottom} zone={zone} />
        {chosen === undefined ? undefined : (
          <rect
            class="chosen"
            x={chosen[0]}
            y={0}
            width={Math.max(1, chosen[1] - chosen[0])}
            height={bottom}
          />
        )}
      </svg>
      <p class="span">
        {choice.from === undefined && choice.to === undefined
          ? 'Drag to choose a span. Hatched: nothing was recorded.'
          : `From ${dateAndClock(choice.from, zone)} to ${dateAndClock(choice.to, zone)}`}
      </p>
    </div>
  );
}

interface TicksProps {
  readonly scale: TimeScale;
  readonly width: number;
  readonly bottom: number;
  readonly zone: string;
}

function Ticks({ scale, width, bottom, zone }: TicksProps): VNode {
  return (
    <>
      {scale.ticks.map(({ at, ms }) => (
        <g key={ms}>
          <line class="tick" x1={at} x2={at} y1={bottom} y2={bottom + 4} />
          <text class="tick" x={Math.max(24, Math.min(width - 24, at))} y={bottom + 15}>
            {clock(ms, zone).replace(/\.000$/, '')}
          </text>
        </g>
      ))}
    </>
  );
}

/** One path a priority, of bars that stand on each other. */
function barsOf(
  data: Data,
  index: Index,
  alerts: readonly number[],
  scale: TimeScale,
): readonly string[] {
  const bins = new Map<number, number[]>();
  let most = 1;
  for (const row of alerts) {
    const bin = Math.floor(scale.place(data.tables.alerts.time('time_ns', row) ?? 0) / BIN);
    const rule = index.ruleRow.get(data.tables.alerts.number('rule_id', row) ?? -1) ?? -1;
    const rank = data.tables.rules.number('priority_rank', rule) ?? 7;
    const counts = bins.get(bin) ?? PRIORITIES.map(() => 0);
    counts[rank] = (counts[rank] ?? 0) + 1;
    bins.set(bin, counts);
    most = Math.max(
      most,
      counts.reduce((sum, count) => sum + count, 0),
    );
  }
  const unit = (BARS - 12) / most;
  const paths = PRIORITIES.map(() => [] as string[]);
  for (const [bin, counts] of bins) {
    let top = BARS;
    counts.forEach((count, rank) => {
      if (count > 0) {
        const high = Math.max(2, count * unit);
        top -= high;
        paths[rank]?.push(
          `M${bin * BIN} ${top.toFixed(1)}h${BIN - 1}v${high.toFixed(1)}h${1 - BIN}z`,
        );
      }
    });
  }
  return paths.map((path) => path.join(''));
}

/** Programs that began, files that were changed, connections. */
function stripsOf(
  { tables }: Data,
  view: View,
  scale: TimeScale,
): readonly { name: string; path: string }[] {
  const { processes, files, connections } = tables;
  const marks = (times: readonly (number | undefined)[]): string =>
    [...new Set(times.flatMap((time) => (time === undefined ? [] : Math.round(scale.place(time)))))]
      .map((px) => `M${px} 1h1.5v7h-1.5z`)
      .join('');
  return [
    {
      name: 'programs',
      path: marks(processes.rows().map((row) => processes.time('start_ns', row))),
    },
    { name: 'files', path: marks(view.files.map((row) => files.time('first_ns', row))) },
    {
      name: 'network',
      path: marks(view.connections.map((row) => connections.time('first_ns', row))),
    },
  ];
}

function gapsOf({ segments }: TimeScale): readonly { left: number; right: number; ms: number }[] {
  return segments.slice(1).map((segment, at) => {
    const before = segments[at];
    return {
      left: before?.right ?? 0,
      right: segment.left,
      ms: segment.from - (before?.to ?? segment.from),
    };
  });
}

function dropsOf(
  { tables: { drops } }: Data,
  scale: TimeScale,
): readonly (readonly [number, number])[] {
  return drops.rows().flatMap((row) => {
    const from = drops.time('from_ns', row) ?? drops.time('to_ns', row);
    const to = drops.time('to_ns', row) ?? from;
    if (from === undefined || to === undefined) {
      return [];
    }
    const left = scale.place(from);
    return [[left, Math.max(left + 2, scale.place(to))] as const];
  });
}
