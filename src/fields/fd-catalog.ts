/**
 * Fields of the descriptor that an event is about. `fd` and `fd-name` fields depend on it alone; without one, the
 * name fields answer from the event (a failed open), so `rules` asks again at each such event. Reads of other
 * things of the thread make a field an `event` field.
 */
import { pathOfEvent } from './event-path.js';
import {
  BOTH_ADDRESSES,
  BOTH_PORTS,
  deviceMajor,
  deviceMinor,
  directoryOfPath,
  familyText,
  fdTypeText,
  fileNameOfPath,
  isFdEvent,
  isServerSocket,
  l4Text,
  letterOfEvent,
  NO_NAMES_OF_ADDRESSES,
  ofConnection,
  ofFd,
  serverAddress,
  serverPort,
  withoutRepeatedSlashes,
} from './fd-readers.js';
import { localEnd, isServerEnd, remoteEnd } from './fd-ends.js';
import type { Catalogue, FieldRow, Value } from './field.js';
import { FD_KINDS, type Moment } from '../state/index.js';

function fdName(moment: Moment): string | undefined {
  return moment.fd === undefined ? pathOfEvent(moment, 'resolved') : moment.fd.name;
}

function fdDirectory(moment: Moment): string | undefined {
  const { fd } = moment;
  if (fd !== undefined) {
    return fd.isFile ? directoryOfPath(fd.name) : fd.kind === 'directory' ? fd.name : undefined;
  }
  const path = pathOfEvent(moment, 'resolved');
  return path === undefined ? undefined : directoryOfPath(path);
}

function inContainer(moment: Moment, name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${moment.thread?.containerId ?? ''}:${name}`;
}

/** Kinds of all open descriptors, each once. */
function fdTypes(moment: Moment): Value {
  const { thread, world } = moment;
  if (thread === undefined || !isFdEvent(moment)) {
    return undefined;
  }
  const types = new Set<string>();
  for (const fd of world.fdTableOf(thread) ?? []) {
    types.add(fdTypeText(fd));
  }
  return [...types];
}

/** No name service is asked, so there never is a name. */
const noName = (): undefined => undefined;
const DNS = ['transformer', 'field'] as const;
const NO_NAMES = { refuses: DNS, filter: NO_NAMES_OF_ADDRESSES } as const;
const FILTER_ONLY = { usage: 'filter-only', refuses: DNS } as const;

// prettier-ignore
const FILES: readonly FieldRow[] = [
  { name: 'fd.num', type: 'int64', subject: 'event', doc: 'Number of the descriptor.',
    read: (moment) => (isFdEvent(moment) ? moment.thread?.lastEventFd : undefined) },
  { name: 'fd.type', type: 'charbuf', subject: 'fd', doc: 'What it is: file, directory, ipv4, ipv6, unix, pipe, event, signalfd, eventpoll, inotify, timerfd, netlink ...',
    read: ofFd(fdTypeText) },
  { name: 'fd.typechar', type: 'charbuf', subject: 'fd', doc: 'The same as one letter; `o` where it is not known.',
    read: (moment) => {
      if (moment.fd !== undefined) {
        return FD_KINDS[moment.fd.kind].letter;
      }
      return isFdEvent(moment) ? letterOfEvent(moment.event) : undefined;
    } },
  { name: 'fd.name', type: 'charbuf', subject: 'fd-name', doc: 'Full path of a file, or ends of a socket: 10.0.0.1:4242->10.0.0.2:80.',
    read: fdName, pathPart: 'path' },
  { name: 'fd.directory', type: 'charbuf', subject: 'fd-name', doc: 'Directory of a file; a directory itself.',
    read: fdDirectory, pathPart: 'directory' },
  { name: 'fd.filename', type: 'charbuf', subject: 'fd-name', doc: 'Name of a file without its directory.',
    read: ofFd((fd) => (fd.isFile ? fileNameOfPath(fd.name) : undefined)), pathPart: 'file' },
  { name: 'fd.nameraw', type: 'charbuf', subject: 'event', doc: 'Path as the program wrote it.',
    read: (moment) => {
      const name = moment.fd === undefined ? pathOfEvent(moment, 'raw') : moment.fd.rawName;
      return name === undefined ? undefined : withoutRepeatedSlashes(name);
    } },
  { name: 'fd.types', type: 'charbuf', isList: true, subject: 'event', argument: { isRequired: false, form: 'index' }, refuses: ['field'],
    doc: 'Kinds of all open descriptors of the process, or of the one with that number: fd.types[3].',
    read: (moment, argument) => {
      if (argument?.index === undefined) {
        return fdTypes(moment);
      }
      const { thread, world } = moment;
      const fd = thread && isFdEvent(moment) ? world.fdTableOf(thread)?.peek(argument.index) : undefined;
      return fd && [fdTypeText(fd)];
    } },
  { name: 'fd.uid', type: 'charbuf', subject: 'event', doc: 'Thread id and descriptor number, one after the other.',
    read: (moment) =>
      moment.thread && isFdEvent(moment) ? `${moment.thread.tid}${moment.thread.lastEventFd}` : undefined },
  { name: 'fd.containername', type: 'charbuf', subject: 'event', doc: 'Container id (empty on the host), a colon, and `fd.name`.',
    read: (moment) => inContainer(moment, fdName(moment)) },
  { name: 'fd.containerdirectory', type: 'charbuf', subject: 'event', doc: 'Container id (empty on the host), a colon, and `fd.directory`.',
    read: (moment) => inContainer(moment, fdDirectory(moment)) },
  { name: 'fd.name_changed', type: 'bool', subject: 'event', doc: 'Whether this event changed the name of the descriptor, as a connect or a datagram does.',
    read: ofFd((_fd, moment) => moment.isFdNameChanged) },
  { name: 'fd.dev', type: 'int32', format: 'hex', subject: 'event', absent: '0', doc: 'Device of the file, as major and minor number in one.',
    read: ofFd((fd) => fd.dev) },
  { name: 'fd.dev.major', type: 'int32', subject: 'event', absent: '0', doc: 'Major number of the device.',
    read: ofFd((fd) => deviceMajor(fd.dev)) },
  { name: 'fd.dev.minor', type: 'int32', subject: 'event', absent: '0', doc: 'Minor number of the device.',
    read: ofFd((fd) => deviceMinor(fd.dev)) },
  { name: 'fd.ino', type: 'int64', subject: 'event', absent: '0', doc: 'Inode of the file.',
    read: ofFd((fd) => BigInt.asIntN(64, fd.inode)) },
  { name: 'fd.is_upper_layer', type: 'bool', subject: 'fd', doc: 'Whether the file lies in the upper layer of an overlay file system.',
    read: ofFd((fd) => fd.isUpperLayer) },
  { name: 'fd.is_lower_layer', type: 'bool', subject: 'fd', doc: 'Whether the file lies in the lower layer of an overlay file system.',
    read: ofFd((fd) => fd.isLowerLayer) },
];

// prettier-ignore
const SOCKETS: readonly FieldRow[] = [
  { name: 'fd.ip', type: 'ipaddr', subject: 'fd', ...FILTER_ONLY, filter: BOTH_ADDRESSES, doc: 'Either end\'s address.', read: noName },
  { name: 'fd.cip', type: 'ipaddr', subject: 'fd', doc: 'Address of the client.', read: ofConnection((fd) => fd.sourceAddress) },
  { name: 'fd.sip', type: 'ipaddr', subject: 'fd', doc: 'Address of the server.', read: ofFd(serverAddress) },
  { name: 'fd.lip', type: 'ipaddr', subject: 'event', doc: 'Address of the recorded machine\'s end.',
    read: ofConnection((fd, moment) => localEnd(moment, fd).address) },
  { name: 'fd.rip', type: 'ipaddr', subject: 'event', doc: 'Address of the other end.',
    read: ofConnection((fd, moment) => remoteEnd(moment, fd).address) },
  { name: 'fd.port', type: 'port', subject: 'fd', ...FILTER_ONLY, filter: BOTH_PORTS, doc: 'Either end\'s port.', read: noName },
  { name: 'fd.cport', type: 'port', subject: 'fd', doc: 'Port of the client.', read: ofConnection((fd) => fd.sourcePort) },
  { name: 'fd.sport', type: 'port', subject: 'fd', doc: 'Port of the server.', read: ofFd(serverPort) },
  { name: 'fd.lport', type: 'port', subject: 'event', doc: 'Port of the recorded machine\'s end.',
    read: ofConnection((fd, moment) => localEnd(moment, fd).port) },
  { name: 'fd.rport', type: 'port', subject: 'event', doc: 'Port of the other end.',
    read: ofConnection((fd, moment) => remoteEnd(moment, fd).port) },
  { name: 'fd.l4proto', type: 'charbuf', subject: 'fd', doc: 'Transport: tcp, udp, icmp or raw.', read: ofFd(l4Text) },
  { name: 'fd.sockfamily', type: 'charbuf', subject: 'fd', doc: 'Family of a socket: ip or unix.', read: ofFd(familyText) },
  { name: 'fd.is_server', type: 'bool', subject: 'event', doc: 'Whether the process is the server of the connection.',
    read: ofFd((fd, moment) => isServerEnd(moment, fd)) },
  { name: 'fd.proto', type: 'port', format: 'none', subject: 'fd', ...FILTER_ONLY, filter: BOTH_PORTS, doc: 'Either end\'s port.', read: noName },
  { name: 'fd.cproto', type: 'charbuf', subject: 'fd', doc: 'Port of the client as text; no service names are looked up.',
    read: ofFd((fd) => (fd.hasNoRole ? undefined : String(fd.sourcePort ?? ''))) },
  { name: 'fd.sproto', type: 'charbuf', subject: 'fd', doc: 'Port of the server as text; empty for a server that listens.',
    read: ofFd((fd) => {
      const port = serverPort(fd);
      return port === undefined ? undefined : isServerSocket(fd) ? '' : String(port);
    }) },
  { name: 'fd.lproto', type: 'charbuf', subject: 'event', doc: '`fd.lport` as text.',
    read: ofConnection((fd, moment) => String(localEnd(moment, fd).port)) },
  { name: 'fd.rproto', type: 'charbuf', subject: 'event', doc: '`fd.rport` as text.',
    read: ofConnection((fd, moment) => String(remoteEnd(moment, fd).port)) },
  { name: 'fd.net', type: 'ipnet', subject: 'fd', ...FILTER_ONLY, filter: BOTH_ADDRESSES, doc: 'Network of either end.', read: noName },
  { name: 'fd.cnet', type: 'ipnet', subject: 'fd', ...FILTER_ONLY, doc: 'Network of the client.', read: ofConnection((fd) => fd.sourceAddress) },
  { name: 'fd.snet', type: 'ipnet', subject: 'fd', ...FILTER_ONLY, doc: 'Network of the server.', read: ofFd(serverAddress) },
  { name: 'fd.lnet', type: 'ipnet', subject: 'event', ...FILTER_ONLY, doc: 'Network of the recorded machine\'s end.',
    read: ofConnection((fd, moment) => localEnd(moment, fd).address) },
  { name: 'fd.rnet', type: 'ipnet', subject: 'event', ...FILTER_ONLY, doc: 'Network of the other end.',
    read: ofConnection((fd, moment) => remoteEnd(moment, fd).address) },
  { name: 'fd.connected', type: 'bool', subject: 'fd', doc: 'Whether the socket is connected.', read: ofFd((fd) => fd.isConnected) },
  { name: 'fd.cip.name', type: 'charbuf', subject: 'fd', ...NO_NAMES, doc: 'Domain of the client: never known, since a replay looks nothing up.', read: noName },
  { name: 'fd.sip.name', type: 'charbuf', subject: 'fd', ...NO_NAMES, doc: 'Domain of the server: never known, since a replay looks nothing up.', read: noName },
  { name: 'fd.lip.name', type: 'charbuf', subject: 'fd', ...NO_NAMES, doc: 'Domain of the recorded machine\'s end: never known, since a replay looks nothing up.', read: noName },
  { name: 'fd.rip.name', type: 'charbuf', subject: 'fd', ...NO_NAMES, doc: 'Domain of the other end: never known, since a replay looks nothing up.', read: noName },
];

export const FD_CATALOGUE: Catalogue = {
  name: 'fd',
  doc: 'The descriptor that the event makes, uses or closes.',
  sources: ['syscall'],
  rows: [...FILES, ...SOCKETS],
};
