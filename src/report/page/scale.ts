/** The axis of time: captures may lie hours apart, so what lies between them takes little room. */
import { scaleLinear, scaleUtc } from 'd3-scale';
import type { Data } from './data.js';

/** A span in which something was recorded. */
export interface Segment {
  readonly from: number;
  readonly to: number;
  /** Its place on the axis, in px. */
  readonly left: number;
  readonly right: number;
}

/** Time to place, and back. */
export interface TimeScale {
  readonly segments: readonly Segment[];
  readonly place: (ms: number) => number;
  readonly time: (px: number) => number;
  readonly ticks: readonly { readonly at: number; readonly ms: number }[];
}

/** Room for what lies between segments, in px. */
const GAP = 26;
/** Between segments nothing was recorded for at least this share of all that was. */
const GAP_SHARE = 0.05;
const MIN_SEGMENT = 40;
const TICK_EVERY = 120;
/** Width of a label, in px. */
const LABEL = 70;

/** Spans of all evidence, joined where they overlap or nearly touch. */
export function spansOf({
  tables: { evidence, alerts },
}: Data): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  for (const row of evidence.rows()) {
    const first = evidence.time('first_event_ns', row);
    const last = evidence.time('last_event_ns', row);
    if (first !== undefined && last !== undefined) {
      spans.push([Math.min(first, last), Math.max(first, last)]);
    }
  }
  if (spans.length === 0) {
    const times = alerts.rows().map((row) => alerts.time('time_ns', row) ?? 0);
    const [first] = times;
    if (first === undefined) {
      return [];
    }
    const bounds = { from: first, to: first };
    for (const time of times) {
      bounds.from = Math.min(bounds.from, time);
      bounds.to = Math.max(bounds.to, time);
    }
    return [[bounds.from, bounds.to]];
  }
  spans.sort(([a], [b]) => a - b);
  const recorded = spans.reduce((sum, [from, to]) => sum + to - from, 0);
  const joined: [number, number][] = [];
  for (const [from, to] of spans) {
    const before = joined.at(-1);
    if (before !== undefined && from - before[1] <= recorded * GAP_SHARE) {
      before[1] = Math.max(before[1], to);
    } else {
      joined.push([from, to]);
    }
  }
  return joined;
}

/** An axis of `width` px over spans in order. */
export function timeScale(spans: readonly (readonly [number, number])[], width: number): TimeScale {
  const total = spans.reduce((sum, [from, to]) => sum + Math.max(to - from, 0.001), 0);
  const room = Math.max(1, width - GAP * (spans.length - 1) - MIN_SEGMENT * spans.length);
  let left = 0;
  const segments = spans.map(([from, to]): Segment => {
    const right = left + MIN_SEGMENT + (room * Math.max(to - from, 0.001)) / total;
    const segment = { from, to: Math.max(to, from + 0.001), left, right };
    left = right + GAP;
    return segment;
  });
  return {
    segments,
    place: (ms) => placeOf(segments, ms),
    time: (px) => timeOf(segments, px),
    ticks: apart(segments.flatMap((segment) => ticksOf(segment))),
  };
}

/** Within segments in proportion, between them too, and never outside. Asked for each of 200,000 alerts. */
function placeOf(segments: readonly Segment[], ms: number): number {
  let before = segments[0];
  if (before === undefined || ms <= before.from) {
    return before?.left ?? 0;
  }
  for (const segment of segments) {
    if (ms < segment.from) {
      return between(ms, [before.to, segment.from], [before.right, segment.left]);
    }
    if (ms <= segment.to) {
      return between(ms, [segment.from, segment.to], [segment.left, segment.right]);
    }
    before = segment;
  }
  return before.right;
}

function timeOf(segments: readonly Segment[], px: number): number {
  let before = segments[0];
  if (before === undefined || px <= before.left) {
    return before?.from ?? 0;
  }
  for (const segment of segments) {
    if (px < segment.left) {
      return between(px, [before.right, segment.left], [before.to, segment.from]);
    }
    if (px <= segment.right) {
      return between(px, [segment.left, segment.right], [segment.from, segment.to]);
    }
    before = segment;
  }
  return before.to;
}

function between(
  value: number,
  [from, to]: readonly [number, number],
  [low, high]: readonly [number, number],
): number {
  return low + ((value - from) / (to - from)) * (high - low);
}

function ticksOf({ from, to, left, right }: Segment): readonly { at: number; ms: number }[] {
  const count = Math.max(1, Math.floor((right - left) / TICK_EVERY));
  const place = (ms: number): number => left + ((ms - from) / (to - from)) * (right - left);
  const times =
    to - from > 3000
      ? scaleUtc().domain([from, to]).ticks(count).map(Number)
      : scaleLinear()
          .domain([0, to - from])
          .ticks(count)
          .map((offset) => from + offset);
  return times.slice(0, 2 * count + 1).map((ms) => ({ at: place(ms), ms }));
}

/** Only ticks whose labels do not lie over each other. */
function apart<T extends { readonly at: number }>(ticks: readonly T[]): readonly T[] {
  const kept: T[] = [];
  for (const tick of ticks) {
    const before = kept.at(-1);
    if (before === undefined || tick.at - before.at >= LABEL) {
      kept.push(tick);
    }
  }
  return kept;
}
