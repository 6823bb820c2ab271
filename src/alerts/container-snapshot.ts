/**
 * A container as an alert names it, with what Kubernetes put on its labels: pod, namespace, and the owner
 * that would start the pod again, as far as labels let it be known. Text is byte strings.
 */
import type { Container, Moment, Mount, Thread, World } from '../state/index.js';

/** Empty texts: the metadata does not say. */
export interface ContainerSnapshot {
  readonly id: string;
  readonly fullId: string;
  readonly name: string;
  readonly type: string;
  readonly image: string;
  readonly imageDigest: string;
  /** `undefined`: nobody says. */
  readonly isPrivileged: boolean | undefined;
  readonly hasMetadata: boolean;
  /** Number of the metadata file that filled in what the capture does not say; 0 where none did. */
  readonly metadataFile: number;
  readonly labels: ReadonlyMap<string, string>;
  readonly mounts: readonly Mount[];
  readonly pod: string | undefined;
  readonly namespace: string | undefined;
  readonly owner: Owner | undefined;
}

/** What keeps a pod running. */
export interface Owner {
  readonly kind: 'deployment' | 'statefulset' | 'daemonset' | 'job';
  readonly name: string;
}

const HOST = 'host';
const NOTHING: ReadonlyMap<string, string> = new Map();
const kept = new WeakMap<Container, ContainerSnapshot>();

/** The container that something happened in; `undefined` on the host. */
export function containerAt({ world, thread, container }: Moment): ContainerSnapshot | undefined {
  return thread === undefined ? snapshotContainer(container) : containerOfThread(world, thread);
}

/** The container that `thread` runs in; `undefined` on the host. */
export function containerOfThread(world: World, thread: Thread): ContainerSnapshot | undefined {
  const { containerId } = thread;
  if (containerId === '') {
    return undefined;
  }
  const container = world.containers.get(containerId);
  return container === undefined ? bare(containerId) : snapshotContainer(container);
}

/** What alerts say of `container`; `undefined` for the host. Containers never change: each is made once. */
function snapshotContainer(container: Container | undefined): ContainerSnapshot | undefined {
  if (container === undefined || container.id === '' || container.id === HOST) {
    return undefined;
  }
  let made = kept.get(container);
  if (made === undefined) {
    made = describe(container);
    kept.set(container, made);
  }
  return made;
}

/** A container that only a cgroup names. */
function bare(id: string): ContainerSnapshot {
  return {
    id,
    fullId: '',
    name: '',
    type: '',
    image: '',
    imageDigest: '',
    isPrivileged: undefined,
    hasMetadata: false,
    metadataFile: 0,
    labels: NOTHING,
    mounts: [],
    pod: undefined,
    namespace: undefined,
    owner: undefined,
  };
}

function describe(container: Container): ContainerSnapshot {
  const label = (name: string): string | undefined =>
    container.labels.get(name) ?? container.podSandboxLabels.get(name);
  const pod = label('io.kubernetes.pod.name');
  return {
    id: container.id,
    fullId: container.fullId,
    name: container.name,
    type: container.type,
    image: container.image,
    imageDigest: container.imageDigest,
    isPrivileged: container.isPrivileged,
    hasMetadata: container.hasMetadata,
    metadataFile: container.metadataFile,
    labels: container.labels,
    mounts: container.mounts,
    pod,
    namespace: label('io.kubernetes.pod.namespace'),
    owner: pod === undefined ? undefined : ownerOf(pod, label),
  };
}

/** Controllers leave marks: a hash in the pod's name and labels, or their own name as a label. */
function ownerOf(pod: string, label: (name: string) => string | undefined): Owner | undefined {
  const template = label('pod-template-hash');
  const at = template === undefined ? -1 : pod.lastIndexOf(`-${template}-`);
  if (at > 0) {
    return { kind: 'deployment', name: pod.slice(0, at) };
  }
  if (label('statefulset.kubernetes.io/pod-name') === pod) {
    return { kind: 'statefulset', name: pod.replace(/-\d+$/, '') };
  }
  const job = label('batch.kubernetes.io/job-name') ?? label('job-name');
  if (job !== undefined) {
    return { kind: 'job', name: job };
  }
  const isDaemon =
    label('pod-template-generation') !== undefined &&
    label('controller-revision-hash') !== undefined;
  return isDaemon ? { kind: 'daemonset', name: pod.replace(/-[^-]+$/, '') } : undefined;
}
