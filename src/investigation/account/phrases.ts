/**
 * What the case says of processes, files, connections and requests, as short sentences: the same ones in `story`, `tree` and
 * wherever a person reads. Whatever others wrote goes through `quote`, which makes it harmless for the target.
 */
import { PRIORITIES } from '../../rules/index.js';
import type { ConnectionFacts, FileFacts, ProcessFacts, RequestFacts } from '../../store/index.js';
import { counted } from '../words/counted.js';

/** Makes text of others harmless where the sentence is to stand. */
export type Quote = (text: string) => string;

/** A priority. Cases are handed on, so it may be anything. */
export function priorityText(priority: string, quote: Quote): string {
  return (PRIORITIES as readonly string[]).includes(priority) ? priority : quote(priority);
}

/** `root, login 1000`; who ran a program. */
function userText({ user, uid, loginUid }: ProcessFacts, quote: Quote): string {
  const name =
    user !== null && user !== '' ? quote(user) : uid === null ? 'user unknown' : `uid ${uid}`;
  return loginUid === null || loginUid === uid ? name : `${name}, login ${loginUid}`;
}

/** `container web (341be781204b)`; `undefined` on the host. */
function containerText(
  { containerId, containerName }: ProcessFacts,
  quote: Quote,
): string | undefined {
  if (containerId === null) {
    return undefined;
  }
  return containerName === null || containerName === ''
    ? `container ${quote(containerId)}`
    : `container ${quote(containerName)} (${quote(containerId)})`;
}

/** The command line of a program. */
export function commandText({ cmdline, name }: ProcessFacts, quote: Quote): string {
  return quote(cmdline === '' ? name : cmdline);
}

/** `curl http://x (pid 12, root, container web (341be781204b))`. */
export function processText(process: ProcessFacts, quote: Quote): string {
  const container = containerText(process, quote);
  const parts = [
    `pid ${process.pid}`,
    userText(process, quote),
    ...(container === undefined ? [] : [container]),
  ];
  return `${commandText(process, quote)} (${parts.join(', ')})`;
}

/** `wget, pid 12`: a process that is described elsewhere. */
export function briefProcess(process: ProcessFacts | undefined, quote: Quote): string {
  return process === undefined ? 'unknown process' : `${quote(process.name)}, pid ${process.pid}`;
}

/** How the case calls what was never named: no path is that. */
export const UNNAMED = 'unknown';

/** What was done to a file: `created /tmp/x, wrote 6 bytes`. */
export function fileText(file: FileFacts, quote: Quote): string {
  const did = [
    ...(file.creations > 0n ? ['created'] : []),
    ...(file.writes > 0n ? [`wrote ${counted(file.bytesWritten, 'byte')}`] : []),
    ...(file.mode === null ? [] : [`mode ${quote(file.mode)}`]),
    ...(file.owner === null ? [] : [`owner ${quote(file.owner)}`]),
    ...(file.linkTarget === null ? [] : [`linked to ${quote(file.linkTarget)}`]),
    ...(file.renamedFrom === null ? [] : [`renamed from ${quote(file.renamedFrom)}`]),
    ...(file.renamedTo === null ? [] : [`renamed to ${quote(file.renamedTo)}`]),
    ...(file.removals > 0n ? ['removed'] : []),
  ];
  const path = file.path === UNNAMED ? 'something without a name' : quote(file.path);
  return `${path}: ${did.length === 0 ? 'changed' : did.join(', ')}`;
}

/** One word for it, the gravest first. */
export function fileVerb(file: FileFacts): string {
  if (file.removals > 0n) {
    return 'removed';
  }
  if (file.renamedTo !== null || file.renamedFrom !== null) {
    return 'renamed';
  }
  return file.writes + file.creations > 0n ? 'wrote' : 'changed';
}

const CONNECTION_VERBS: Readonly<Record<string, string>> = {
  outgoing: 'connected',
  incoming: 'accepted',
  listening: 'listened',
};

/** One word for what a program did with it. */
export function connectionVerb({ direction, result }: ConnectionFacts): string {
  const verb = CONNECTION_VERBS[direction ?? ''] ?? 'talked';
  return result === 'ok' || result === 'EINPROGRESS' ? verb : 'failed';
}

/** `tcp 10.0.0.2:40902 -> 203.0.113.7:80, sent 147 bytes, received 256 bytes`. */
export function connectionText(connection: ConnectionFacts, quote: Quote): string {
  const { protocol, direction, result, bytesSent, bytesReceived } = connection;
  const arrow = direction === 'incoming' ? '<-' : '->';
  const local = endText(connection.localAddress, connection.localPort, quote);
  const remote = endText(connection.remoteAddress, connection.remotePort, quote);
  const way =
    connection.path !== null
      ? quote(connection.path)
      : direction === 'listening'
        ? `on ${local}`
        : `${local} ${arrow} ${remote}`;
  const outcome =
    result === 'ok'
      ? []
      : [result === 'EINPROGRESS' ? 'nothing shows whether it was answered' : quote(result)];
  const traffic =
    direction === 'listening' || bytesSent + bytesReceived === 0n
      ? []
      : [`sent ${counted(bytesSent, 'byte')}`, `received ${counted(bytesReceived, 'byte')}`];
  return [`${quote(protocol ?? 'socket')} ${way}`, ...outcome, ...traffic].join(', ');
}

function endText(address: string | null, port: bigint | null, quote: Quote): string {
  if (address === null || address === '') {
    return 'unknown';
  }
  const host = address.includes(':') ? `[${address}]` : address;
  return quote(port === null ? host : `${host}:${port}`);
}

/** `alice asked to create pods/exec web-0 in namespace shop, from 10.0.0.9: 101`. */
export function requestText(request: RequestFacts, quote: Quote): string {
  const { user, verb, resource, subresource, name, namespace, sourceAddress, command, outcome } =
    request;
  const what = [resource, subresource].filter((part) => part !== null && part !== '').join('/');
  return [
    `${user === null ? 'somebody' : quote(user)} asked to ${quote(verb ?? 'do something')}`,
    ...(what === '' ? [] : [` ${quote(what)}`]),
    ...(name === null ? [] : [` ${quote(name)}`]),
    ...(namespace === null ? [] : [` in ${quote(namespace)}`]),
    ...(command === null ? [] : [`, command ${quote(command)}`]),
    ...(sourceAddress === null ? [] : [`, from ${quote(sourceAddress)}`]),
    ...(outcome === null ? [] : [`: ${quote(outcome)}`]),
  ].join('');
}
