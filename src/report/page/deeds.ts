/** What was done to a file, and whom a program talked to, in a few words. */
import type { Data } from './data.js';
import { bytes } from './words.js';

/** `written (4 kB), renamed from /tmp/x`. */
export function describeFile({ tables: { files } }: Data, row: number): string {
  const times = (count: number | undefined): string =>
    (count ?? 0) > 1 ? ` ${count ?? 0} times` : '';
  const deed = (count: number | undefined, words: string): string | undefined =>
    (count ?? 0) > 0 ? `${words}${times(count)}` : undefined;
  const from = files.text('renamed_from', row);
  const to = files.text('renamed_to', row);
  const failures = Object.entries(
    JSON.parse(files.text('failures', row) ?? '{}') as Record<string, number>,
  );
  return [
    deed(files.number('creations', row), 'created'),
    deed(files.number('writes', row), `written (${bytes(files.number('bytes_written', row))})`),
    deed(files.number('reads', row), `read (${bytes(files.number('bytes_read', row))})`),
    deed(files.number('executions', row), 'executed'),
    deed(files.number('removals', row), 'removed'),
    deed(
      files.number('renames', row),
      from === undefined ? `renamed${to === undefined ? '' : ` to ${to}`}` : `renamed from ${from}`,
    ),
    deed(files.number('links', row), `linked${linkTo(files.text('link_target', row))}`),
    deed(
      files.number('mode_changes', row),
      `mode changed to ${files.text('mode', row) ?? 'unknown'}`,
    ),
    deed(
      files.number('owner_changes', row),
      `owner changed to ${files.text('owner', row) ?? 'unknown'}`,
    ),
    ...failures.map(([error, count]) => `failed with ${error}${times(count)}`),
  ]
    .filter((words) => words !== undefined)
    .join(', ');
}

const linkTo = (target: string | undefined): string =>
  target === undefined ? '' : ` to ${target}`;

/** `tcp to 203.0.113.7:4443, 1.2 kB sent, 4 kB received`. */
export function describePeer(data: Data, row: number): string {
  const { connections } = data.tables;
  const direction = connections.text('direction', row);
  const word =
    direction === 'listening' ? 'listening on' : direction === 'incoming' ? 'from' : 'to';
  const result = connections.text('result', row) ?? 'ok';
  return [
    `${connections.text('protocol', row) ?? 'unknown protocol'} ${word} ${peerOf(data, row)}`,
    `${bytes(connections.number('bytes_sent', row))} sent`,
    `${bytes(connections.number('bytes_received', row))} received`,
    ...(result === 'ok' ? [] : [result]),
  ].join(', ');
}

/** The other end, or of a listening socket its own. */
export function peerOf({ tables: { connections } }: Data, row: number): string {
  const path = connections.text('path', row);
  const isListening = connections.text('direction', row) === 'listening';
  const address = connections.text(isListening ? 'local_address' : 'remote_address', row);
  const port = connections.number(isListening ? 'local_port' : 'remote_port', row);
  if (address === undefined) {
    return path ?? 'unknown';
  }
  const host = address.includes(':') ? `[${address}]` : address;
  return port === undefined ? host : `${host}:${port}`;
}
