/** When: alerts by priority, and what programs did, over time. */
import type { VNode } from 'preact';
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Data } from './data.js';
import { timeScale, type TimeScale } from './scale.js';
import type { Choice } from './state.js';
import type { Index } from './catalogue.js';
import type { View } from './view.js';
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
  const places = useMemo(() => {
    const { alerts, processes, files, connections } = data.tables;
    return {
      alerts: partsOf(index, placesOf(alerts.times('time_ns'), scale)),
      processes: placesOf(processes.times('start_ns'), scale),
      files: placesOf(files.times('first_ns'), scale),
      connections: placesOf(connections.times('first_ns'), scale),
    };
  }, [data, index, scale]);
  const bars = useMemo(() => barsOf(view.alerts, places.alerts, width), [view.alerts, places]);
  const strips = useMemo(
    () => [
      { name: 'programs', path: marksOf(view.processes, places.processes) },
      { name: 'files', path: marksOf(view.files, places.files) },
      { name: 'network', path: marksOf(view.connections, places.connections) },
    ],
    [view, places],
  );
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
        <Background data={data} scale={scale} bottom={bottom} />
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

/** What was recorded, what was not, and where events were lost. */
function Background({
  data,
  scale,
  bottom,
}: Pick<TimelineProps, 'data'> & {
  readonly scale: TimeScale;
  readonly bottom: number;
}): VNode {
  return (
    <>
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
    </>
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

/** Places of times on the axis, in px; made once for each width. */
function placesOf(times: Float64Array, scale: TimeScale): Float64Array {
  return times.map((ms) => (Number.isNaN(ms) ? ms : scale.place(ms)));
}

const KINDS = PRIORITIES.length;

/** Of each alert, which of the bars it is part of: bin and priority as one number. */
function partsOf({ alertRule, ruleRank }: Index, places: Float64Array): Int32Array {
  const parts = new Int32Array(places.length);
  for (let row = 0; row < places.length; row += 1) {
    const rank = ruleRank[alertRule[row] ?? -1] ?? KINDS - 1;
    parts[row] = Math.floor((places[row] ?? 0) / BIN) * KINDS + rank;
  }
  return parts;
}

/** One path a priority, of bars that stand on each other. */
function barsOf(alerts: readonly number[], parts: Int32Array, width: number): readonly string[] {
  const counts = new Int32Array((Math.floor(width / BIN) + 1) * KINDS);
  for (const row of alerts) {
    const part = parts[row] ?? 0;
    counts[part] = (counts[part] ?? 0) + 1;
  }
  let most = 1;
  for (let part = 0; part < counts.length; part += KINDS) {
    const total = counts.subarray(part, part + KINDS).reduce((sum, count) => sum + count, 0);
    most = Math.max(most, total);
  }
  const unit = (BARS - 12) / most;
  const tops = new Float64Array(counts.length / KINDS).fill(BARS);
  return PRIORITIES.map((_, rank) => {
    let path = '';
    for (let bin = 0; bin < tops.length; bin += 1) {
      const count = counts[bin * KINDS + rank] ?? 0;
      if (count > 0) {
        const high = Math.max(2, count * unit);
        const top = (tops[bin] ?? 0) - high;
        tops[bin] = top;
        path += `M${bin * BIN} ${top.toFixed(1)}h${BIN - 1}v${high.toFixed(1)}h${1 - BIN}z`;
      }
    }
    return path;
  });
}

/** Something at a time, as marks below the bars. */
function marksOf(rows: readonly number[], places: Float64Array): string {
  const marked = new Set<number>();
  for (const row of rows) {
    const px = places[row] ?? Number.NaN;
    if (!Number.isNaN(px)) {
      marked.add(Math.round(px));
    }
  }
  return [...marked].map((px) => `M${px} 1h1.5v7h-1.5z`).join('');
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
