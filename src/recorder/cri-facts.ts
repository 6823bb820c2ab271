/** Containers and pods as the container runtime interface describes them, and as `crictl` prints that. */
import type { ContainerFacts, EngineName } from './engine.js';
import { listOf, numberText, objectOf, textOf, textsOf, type Json } from './json-value.js';

const HOST_NAMESPACE = 'NODE';

const DIGITS = /^\d{1,30}$/;

/** Seconds of a time: nanoseconds as a text of digits in the interface, ISO 8601 where crictl prints it. */
function secondsOf(time: unknown): number {
  const text = textOf(time);
  return DIGITS.test(text)
    ? Number(BigInt(text) / 1_000_000_000n)
    : Math.floor(Date.parse(text) / 1000) || 0;
}

/** What a pod's namespaces share with the host. */
function sharing(
  pod: Json,
): Pick<ContainerFacts, 'usesHostNetwork' | 'usesHostPid' | 'usesHostIpc'> {
  const options = objectOf(objectOf(objectOf(pod['linux'])['namespaces'])['options']);
  return {
    usesHostNetwork: options['network'] === HOST_NAMESPACE,
    usesHostPid: options['pid'] === HOST_NAMESPACE,
    usesHostIpc: options['ipc'] === HOST_NAMESPACE,
  };
}

/** A pod's own container: its status, and what the runtime reports beside it. */
export function criPodFacts(engine: EngineName, pod: Json, info: Json): ContainerFacts {
  const id = textOf(pod['id']);
  const labels = podLabels(pod);
  return {
    engine,
    fullId: id,
    name: textOf(objectOf(pod['metadata'])['name']),
    image: textOf(info['image']),
    imageId: '',
    imageDigest: '',
    labels,
    mounts: [],
    isPrivileged: false,
    ...sharing(pod),
    ip: textOf(objectOf(pod['network'])['ip']),
    user: '',
    createdTime: secondsOf(pod['createdAt']),
    isPodSandbox: true,
    podSandboxId: id,
    podSandboxLabels: labels,
  };
}

/** Labels as Kubernetes gives them, completed from the pod's own metadata where they are missing. */
function podLabels(pod: Json): Readonly<Record<string, string>> {
  const metadata = objectOf(pod['metadata']);
  return {
    'io.kubernetes.pod.name': textOf(metadata['name']),
    'io.kubernetes.pod.uid': textOf(metadata['uid']),
    'io.kubernetes.pod.namespace': textOf(metadata['namespace']),
    ...textsOf(pod['labels']),
  };
}

/** Whether the container was made privileged: containerd gives its request, CRI-O its result. */
function isPrivileged(info: Json): boolean {
  const context = objectOf(objectOf(objectOf(info['config'])['linux'])['security_context']);
  return context['privileged'] === true || info['privileged'] === true;
}

/** A container: its status, what the runtime reports beside it, and the status of its pod. */
export function criFacts(
  engine: EngineName,
  status: Json,
  { info, pod }: { readonly info: Json; readonly pod: Json },
): ContainerFacts {
  const process = objectOf(objectOf(info['runtimeSpec'])['process']);
  const reference = textOf(status['imageRef']);
  return {
    engine,
    fullId: textOf(status['id']),
    name: textOf(objectOf(status['metadata'])['name']),
    image: textOf(objectOf(status['image'])['image']),
    imageId: reference.includes('@') ? '' : reference,
    imageDigest: reference.split('@')[1] ?? '',
    labels: { ...podLabels(pod), ...textsOf(status['labels']) },
    mounts: listOf(status['mounts'])
      .map(objectOf)
      .map((mount) => ({
        destination: textOf(mount['containerPath']),
        source: textOf(mount['hostPath']),
        mode: '',
        isWritable: mount['readonly'] !== true,
        propagation: '',
      })),
    isPrivileged: isPrivileged(info),
    ...sharing(pod),
    ip: textOf(objectOf(pod['network'])['ip']),
    user: numberText(objectOf(process['user'])['uid']),
    createdTime: secondsOf(status['createdAt']),
    isPodSandbox: false,
    podSandboxId: textOf(pod['id']),
    podSandboxLabels: podLabels(pod),
  };
}
