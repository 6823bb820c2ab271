/**
 * Fields of the container that a thread runs in; for events of container metadata, of the container that they
 * are about. The host counts as a container with the id `host`. What its engine does not say is empty.
 */
import type { ArgumentForm, Catalogue, FieldArgument, FieldRow, Value } from './field.js';
import { unlessZero } from './process-readers.js';
import type { Container, Moment, Mount } from '../state/index.js';
import { nanoseconds } from '../units.js';

type Read = FieldRow['read'];

/** The container whose fields an event has; absent where nothing is known of it. */
export function containerAt(moment: Moment): Container | undefined {
  return moment.container ?? (moment.thread && moment.world.containerOf(moment.thread));
}

/** Something that the metadata says. */
export function ofContainer(ask: (container: Container, moment: Moment) => Value): Read {
  return (moment) => {
    const container = containerAt(moment);
    return container && ask(container, moment);
  };
}

const never = (): undefined => undefined;

function mountText(mount: Mount): string {
  const { source, destination, mode, isWritable, propagation } = mount;
  return [source, destination, mode, String(isWritable), propagation].join(':');
}

/**
 * A mount by its number, or the first one of which `side` contains a match of the argument, which is a regular
 * expression; one that is none matches as it stands.
 */
function ofMount(
  side: 'source' | 'destination',
  ask: (mount: Mount) => string,
): NonNullable<FieldRow['bind']> {
  return (argument) => {
    const matches = mountTest(argument, side);
    return (moment) => {
      const mounts = containerAt(moment)?.mounts ?? [];
      const mount = argument?.index === undefined ? mounts.find(matches) : mounts[argument.index];
      return mount && ask(mount);
    };
  };
}

function mountTest(
  argument: FieldArgument | undefined,
  side: 'source' | 'destination',
): (mount: Mount) => boolean {
  const text = argument?.text ?? '';
  try {
    const pattern = new RegExp(text, 'm');
    return (mount) => pattern.test(mount[side]);
  } catch {
    return (mount) => mount[side].includes(text);
  }
}

/** Labels of the user; annotations and those that Kubernetes itself sets are left out. */
export function labelsText(labels: ReadonlyMap<string, string>): string {
  const texts: string[] = [];
  for (const [name, value] of labels) {
    if (!name.startsWith('annotation.') && !name.startsWith('io.kubernetes.')) {
      texts.push(value === '' ? name : `${name}:${value}`);
    }
  }
  return texts.join(', ');
}

/** The id alone is known of a thread whose container was never described. */
function containerId(moment: Moment): string | undefined {
  return containerAt(moment)?.id ?? moment.thread?.containerId;
}

function startOf({ container, thread }: Moment): bigint | undefined {
  return container === undefined && thread !== undefined
    ? unlessZero(thread.pidnsInitStart)
    : undefined;
}

const MOUNT: ArgumentForm = { isRequired: true, form: 'either' };
const LABEL: ArgumentForm = { isRequired: true, form: 'key', isDotted: true };
const DEPRECATED = { isDeprecated: true, subject: 'thread', read: never } as const;

// prettier-ignore
const ROWS: readonly FieldRow[] = [
  { name: 'container.id', type: 'charbuf', subject: 'thread', doc: 'First 12 characters of the container\'s id; `host` outside of containers.',
    read: containerId },
  { name: 'container.full_id', type: 'charbuf', subject: 'thread', absent: '', doc: 'The whole id.',
    read: ofContainer((container) => container.fullId) },
  { name: 'container.name', type: 'charbuf', subject: 'thread', absent: '', doc: 'Name of the container; `host` outside of containers.',
    read: ofContainer((container) => container.name) },
  { name: 'container.image', type: 'charbuf', subject: 'thread', absent: '', doc: 'Image, as the container was started with it: nginx:latest.',
    read: ofContainer((container) => container.image) },
  { name: 'container.image.id', type: 'charbuf', subject: 'thread', absent: '', doc: 'Id of the image.',
    read: ofContainer((container) => container.imageId) },
  { name: 'container.type', type: 'charbuf', subject: 'thread', absent: '', doc: 'Engine: docker, podman, containerd, cri-o ...; `host` outside of containers.',
    read: ofContainer((container) => container.type) },
  { name: 'container.privileged', type: 'bool', subject: 'thread', doc: 'Whether the container was started privileged.',
    read: ofContainer((container) => container.isPrivileged) },
  { name: 'container.mounts', type: 'charbuf', subject: 'thread', absent: '', doc: 'All mounts, with commas between them: source:dest:mode:rdwr:propagation.',
    read: ofContainer((container) => container.mounts.map(mountText).join(',')) },
  { name: 'container.mount', type: 'charbuf', subject: 'thread', argument: MOUNT, doc: 'One mount, by its number or by a pattern of its source: container.mount[/etc].',
    read: never, bind: ofMount('source', mountText) },
  { name: 'container.mount.source', type: 'charbuf', subject: 'thread', argument: MOUNT, doc: 'Source of a mount, by its number or by a pattern of its destination.',
    read: never, bind: ofMount('destination', (mount) => mount.source) },
  { name: 'container.mount.dest', type: 'charbuf', subject: 'thread', argument: MOUNT, doc: 'Destination of a mount, by its number or by a pattern of its source.',
    read: never, bind: ofMount('source', (mount) => mount.destination) },
  { name: 'container.mount.mode', type: 'charbuf', subject: 'thread', argument: MOUNT, doc: 'Mode of a mount, by its number or by a pattern of its source.',
    read: never, bind: ofMount('source', (mount) => mount.mode) },
  { name: 'container.mount.rdwr', type: 'charbuf', subject: 'thread', argument: MOUNT, doc: '`true` for a mount that can be written, by its number or by a pattern of its source.',
    read: never, bind: ofMount('source', (mount) => String(mount.isWritable)) },
  { name: 'container.mount.propagation', type: 'charbuf', subject: 'thread', argument: MOUNT, doc: 'Propagation of a mount, by its number or by a pattern of its source.',
    read: never, bind: ofMount('source', (mount) => mount.propagation) },
  { name: 'container.image.repository', type: 'charbuf', subject: 'thread', absent: '', doc: 'Image without tag and digest.',
    read: ofContainer((container) => container.imageRepository) },
  { name: 'container.image.tag', type: 'charbuf', subject: 'thread', absent: '', doc: 'Tag of the image.',
    read: ofContainer((container) => container.imageTag) },
  { name: 'container.image.digest', type: 'charbuf', subject: 'thread', absent: '', doc: 'Digest of the image in its registry.',
    read: ofContainer((container) => container.imageDigest) },
  { name: 'container.healthcheck', type: 'charbuf', ...DEPRECATED, doc: 'Nothing; kept so that old rules load.' },
  { name: 'container.liveness_probe', type: 'charbuf', ...DEPRECATED, doc: 'Nothing; kept so that old rules load.' },
  { name: 'container.readiness_probe', type: 'charbuf', ...DEPRECATED, doc: 'Nothing; kept so that old rules load.' },
  { name: 'container.start_ts', type: 'abstime', subject: 'thread', doc: 'When the container\'s pid namespace began, in nanoseconds since the epoch.',
    read: startOf },
  { name: 'container.duration', type: 'reltime', subject: 'event', doc: 'Nanoseconds since then.',
    read: (moment) => {
      const start = startOf(moment);
      const { event } = moment;
      return start === undefined ? undefined : BigInt.asUintN(64, nanoseconds(event.timeHigh, event.timeLow) - start);
    } },
  { name: 'container.ip', type: 'charbuf', subject: 'thread', absent: '', doc: 'IPv4 address that the engine reports.',
    read: ofContainer((container) => container.ip) },
  { name: 'container.cni.json', type: 'charbuf', subject: 'thread', absent: '', doc: 'Network configuration of the pod, as JSON.',
    read: ofContainer((container) => container.cniJson) },
  { name: 'container.host_pid', type: 'bool', subject: 'thread', doc: 'Whether the container shares the host\'s pid namespace.',
    read: ofContainer((container) => container.usesHostPid) },
  { name: 'container.host_network', type: 'bool', subject: 'thread', doc: 'Whether the container shares the host\'s network.',
    read: ofContainer((container) => container.usesHostNetwork) },
  { name: 'container.host_ipc', type: 'bool', subject: 'thread', doc: 'Whether the container shares the host\'s inter-process communication.',
    read: ofContainer((container) => container.usesHostIpc) },
  { name: 'container.label', type: 'charbuf', subject: 'thread', argument: LABEL, doc: 'Value of one label: container.label[maintainer].',
    read: (moment, argument) => containerAt(moment)?.labels.get(argument?.text ?? '') },
  { name: 'container.labels', type: 'charbuf', subject: 'thread', absent: '', doc: 'All labels: name:value, with commas between them.',
    read: ofContainer((container) => labelsText(container.labels)) },
  { name: 'proc.is_container_healthcheck', type: 'bool', ...DEPRECATED, doc: 'Nothing; kept so that old rules load.' },
  { name: 'proc.is_container_liveness_probe', type: 'bool', ...DEPRECATED, doc: 'Nothing; kept so that old rules load.' },
  { name: 'proc.is_container_readiness_probe', type: 'bool', ...DEPRECATED, doc: 'Nothing; kept so that old rules load.' },
];

export const CONTAINER_CATALOGUE: Catalogue = {
  name: 'container',
  doc: 'The container that the thread runs in.',
  sources: ['syscall'],
  rows: ROWS,
};
