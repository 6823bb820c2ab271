/** Who talked to whom: a map of the busiest, and all in a table. */
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { peerOf } from './deeds.js';
import { Grid, type Column } from './grid.jsx';
import { describeProcess, Panel, type SectionProps } from './panel.jsx';
import { Text } from './text.jsx';
import { bytes, clock, grouped } from './words.js';

/** Who talked to whom: a map of the busiest, and all in a table. */
export function Connections(props: SectionProps): VNode {
  const { data, index, view, onChoose } = props;
  const { connections } = data.tables;
  const of = describeProcess(props);
  const columns: Column[] = [
    {
      name: 'first',
      share: 1.3,
      text: (row) => clock(connections.time('first_ns', row), data.zone),
      sort: (row) => connections.time('first_ns', row),
    },
    { name: 'program', share: 3, text: (row) => of(index.connectionProcess[row]).command },
    { name: 'where', share: 1.3, text: (row) => of(index.connectionProcess[row]).place },
    { name: 'protocol', share: 0.8, text: (row) => connections.text('protocol', row) ?? '' },
    {
      name: 'direction',
      share: 0.9,
      text: (row) => connections.text('direction', row) ?? 'unknown',
    },
    { name: 'other end', share: 2.2, text: (row) => peerOf(data, row) },
    {
      name: 'sent',
      share: 0.8,
      text: (row) => bytes(connections.number('bytes_sent', row)),
      sort: (row) => connections.number('bytes_sent', row),
    },
    {
      name: 'received',
      share: 0.8,
      text: (row) => bytes(connections.number('bytes_received', row)),
      sort: (row) => connections.number('bytes_received', row),
    },
    { name: 'result', share: 1, text: (row) => connections.text('result', row) ?? '' },
  ];
  return (
    <Panel id="connections" title="Connections" note={grouped(view.connections.length)}>
      {[
        <PeerMap key="map" {...props} />,
        <Grid
          key="grid"
          label="Connections"
          rows={view.connections}
          columns={columns}
          onSelect={(row) => {
            const process = index.connectionProcess[row] ?? -1;
            if (process >= 0) {
              onChoose({ selected: `p${process}` });
            }
          }}
        />,
      ]}
    </Panel>
  );
}

const MAP_ROWS = 12;
const MAP_ROW = 22;

/** Programs at the left, other ends at the right: the pairs with most bytes or connections. */
function PeerMap({ data, index, view }: SectionProps): VNode | undefined {
  const { connections, processes } = data.tables;
  const pairs = useMemo(() => {
    const found = new Map<
      string,
      { program: string; peer: string; count: number; bytes: number; failed: number }
    >();
    for (const row of view.connections) {
      if (connections.text('protocol', row) === 'unix') {
        continue;
      }
      const process = index.connectionProcess[row] ?? -1;
      const program = processes.text('name', process) ?? 'unknown';
      const peer = `${connections.text('direction', row) === 'listening' ? 'listens on ' : ''}${peerOf(data, row)}`;
      const key = JSON.stringify([program, peer]);
      const pair = found.get(key) ?? { program, peer, count: 0, bytes: 0, failed: 0 };
      pair.count += 1;
      pair.bytes +=
        (connections.number('bytes_sent', row) ?? 0) +
        (connections.number('bytes_received', row) ?? 0);
      pair.failed += connections.text('result', row) === 'ok' ? 0 : 1;
      found.set(key, pair);
    }
    return [...found.values()].sort((a, b) => b.bytes - a.bytes || b.count - a.count);
  }, [data, index, view.connections]);
  const shown = pairs.slice(0, MAP_ROWS);
  if (shown.length === 0) {
    return undefined;
  }
  const programs = [...new Set(shown.map(({ program }) => program))];
  const peers = [...new Set(shown.map(({ peer }) => peer))];
  const height = Math.max(programs.length, peers.length) * MAP_ROW;
  const y = (list: readonly string[], name: string): number =>
    ((list.indexOf(name) + 0.5) * height) / list.length;
  return (
    <div class="map">
      <ul>
        {programs.map((name) => (
          <li key={name} style={{ height: `${height / programs.length}px` }}>
            <code>
              <Text of={name} />
            </code>
          </li>
        ))}
      </ul>
      <svg
        width={220}
        height={height}
        role="img"
        aria-label={`The ${shown.length} busiest pairs of program and other end; all are in the table below.`}
      >
        {shown.map(({ program, peer, bytes: size, failed, count }) => (
          <line
            key={`${program} ${peer}`}
            class={failed === count ? 'failed' : undefined}
            x1={0}
            x2={220}
            y1={y(programs, program)}
            y2={y(peers, peer)}
            stroke-width={1 + Math.min(8, Math.log10(1 + size))}
          />
        ))}
      </svg>
      <ul>
        {peers.map((name) => (
          <li key={name} style={{ height: `${height / peers.length}px` }}>
            <Text of={name} />{' '}
            <span class="note">{describePair(shown.filter(({ peer }) => peer === name))}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function describePair(pairs: readonly { count: number; bytes: number; failed: number }[]): string {
  const sum = (of: 'count' | 'bytes' | 'failed'): number =>
    pairs.reduce((total, pair) => total + pair[of], 0);
  const failed = sum('failed');
  return `${sum('count')} × ${bytes(sum('bytes'))}${failed === 0 ? '' : `, ${failed} failed`}`;
}
