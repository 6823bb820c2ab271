/** Two descriptions of one container: what they contradict each other in, and one completed by the other. */
import { textOfBytes } from '../units.js';
import type { Container } from './container.js';

/** Something that two descriptions say differently. Texts, not byte strings. */
interface Contradiction {
  readonly what: string;
  readonly own: string;
  readonly other: string;
}

const POD = 'io.kubernetes.pod.name';
const NAMESPACE = 'io.kubernetes.pod.namespace';

/** What is compared; empty texts say nothing. */
const COMPARED: readonly (readonly [string, (container: Container) => string])[] = [
  ['name', ({ name }) => name],
  ['image', ({ image }) => plainImage(image)],
  ['pod', ({ labels }) => labels.get(POD) ?? ''],
  ['namespace', ({ labels }) => labels.get(NAMESPACE) ?? ''],
];

/** Engines call one image by different names: `nginx`, `docker.io/library/nginx:latest`. */
function plainImage(image: string): string {
  if (image.startsWith('sha256:')) {
    return '';
  }
  const named = image.split('@')[0] ?? '';
  return named.replace(/^docker\.io\//, '').replace(/^library\//, '').replace(/:latest$/, ''); // prettier-ignore
}

/** What Docker calls a container of Kubernetes: `k8s_NAME_POD_NAMESPACE_UID_ATTEMPT`. */
function isDockersNameOf(long: string, short: string): boolean {
  return long.startsWith(`k8s_${short}_`);
}

/** What `own` and `other` say differently. */
export function contradictionsOf(own: Container, other: Container): readonly Contradiction[] {
  return COMPARED.flatMap(([what, read]) => {
    const [mine, others] = [read(own), read(other)];
    const isSame =
      mine === '' ||
      others === '' ||
      mine === others ||
      (what === 'name' && (isDockersNameOf(mine, others) || isDockersNameOf(others, mine)));
    return isSame ? [] : [{ what, own: textOfBytes(mine), other: textOfBytes(others) }];
  });
}

/** Texts that stand for themselves, and those that are about the image, which only make sense together. */
const TEXTS = ['fullId', 'type', 'name', 'user', 'ip', 'cniJson', 'podSandboxId'] as const;
const IMAGE_TEXTS = ['imageId', 'imageRepository', 'imageTag', 'imageDigest'] as const;
const FLAGS = ['isPrivileged', 'usesHostPid', 'usesHostNetwork', 'usesHostIpc'] as const;

type Changes = { -readonly [Key in keyof Container]?: Container[Key] };

/** `own`, completed by what only `other` says. */
export function completeContainer(own: Container, other: Container): Container {
  const changes: Changes = {};
  addTexts(changes, TEXTS, own, other);
  addTexts(changes, ['image'], own, other);
  if (own.image === '' || plainImage(own.image) === plainImage(other.image)) {
    addTexts(changes, IMAGE_TEXTS, own, other);
  }
  addFlags(changes, own, other);
  addLists(changes, own, other);
  return Object.keys(changes).length === 0
    ? own
    : { ...own, ...changes, hasMetadata: true, metadataFile: other.metadataFile };
}

function addTexts(
  changes: Changes,
  keys: readonly ('image' | (typeof TEXTS)[number] | (typeof IMAGE_TEXTS)[number])[],
  own: Container,
  other: Container,
): void {
  for (const key of keys) {
    if (own[key] === '' && other[key] !== '') {
      changes[key] = other[key];
    }
  }
}

/** An engine that described the container said these; one that only gave an id did not. */
function addFlags(changes: Changes, own: Container, other: Container): void {
  const isDescribed = own.hasMetadata && (own.name !== '' || own.image !== '');
  for (const key of FLAGS) {
    if ((!isDescribed || own[key] === undefined) && other[key] !== undefined) {
      changes[key] = other[key];
    }
  }
}

function addLists(changes: Changes, own: Container, other: Container): void {
  for (const key of ['labels', 'podSandboxLabels'] as const) {
    if ([...other[key].keys()].some((name) => !own[key].has(name))) {
      changes[key] = union(own[key], other[key]);
    }
  }
  if (own.mounts.length === 0 && other.mounts.length > 0) {
    changes.mounts = other.mounts;
  }
  if (own.healthProbes.length === 0 && other.healthProbes.length > 0) {
    changes.healthProbes = other.healthProbes;
  }
  if (own.createdTime === 0 && other.createdTime !== 0) {
    changes.createdTime = other.createdTime;
  }
}

/** Sorted by name; what the first says counts. */
function union(
  own: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map([...other, ...own].sort(([a], [b]) => (a < b ? -1 : Number(a > b))));
}

/** What every container of a pod has of the pod's own labels: its name, namespace and id. */
const OF_POD: readonly string[] = [POD, NAMESPACE, 'io.kubernetes.pod.uid'];

/** `container` with the names that its pod's own container has. */
export function labelledFrom(container: Container, pod: Container): Container {
  const names = new Map([...pod.labels].filter(([name]) => OF_POD.includes(name)));
  return {
    ...container,
    labels: union(container.labels, names),
    podSandboxLabels: union(container.podSandboxLabels, pod.podSandboxLabels),
    ip: container.ip === '' ? pod.ip : container.ip,
  };
}
