/**
 * The JSON that container engines and Kubernetes print: a row a form, by which an object is recognised and what it says of
 * containers. To read another form, add a row.
 */
import {
  criFacts,
  criPodFacts,
  dockerFacts,
  listOf,
  objectOf,
  textOf,
  textsOf,
  type ContainerFacts,
  type Json,
} from '../../recorder/index.js';
import type { SaidOfContainer } from './containers.js';

/** A form of JSON. */
interface JsonForm {
  /** What prints it: for people. */
  readonly name: string;
  readonly fits: (object: Json) => boolean;
  readonly read: (object: Json) => readonly SaidOfContainer[];
}

type Engine = ContainerFacts['engine'];

/** Engines by the scheme that Kubernetes puts before ids. */
const ENGINES: Readonly<Record<string, Engine>> = {
  docker: 'docker',
  containerd: 'containerd',
  'cri-o': 'cri-o',
};

const POD_NAME = 'io.kubernetes.pod.name';
const POD_NAMESPACE = 'io.kubernetes.pod.namespace';
const POD_UID = 'io.kubernetes.pod.uid';
const CONTAINER_NAME = 'io.kubernetes.container.name';

// prettier-ignore
export const JSON_FORMS: readonly JsonForm[] = [
  { name: 'podman inspect', fits: (object) => isInspection(object) && 'ImageName' in object, read: ofPodman },
  { name: 'docker inspect', fits: isInspection, read: (object) => [dockerFacts('docker', object, '')] },
  { name: 'kubectl get pods', fits: ({ kind }) => kind === 'Pod', read: ofPod },
  { name: 'kubectl get pods', fits: ({ kind, items }) => (kind === 'List' || kind === 'PodList') && Array.isArray(items),
    read: ({ items }) => listOf(items).map(objectOf).filter(({ kind }) => kind === 'Pod' || kind === undefined).flatMap(ofPod) },
  { name: 'crictl inspectp', fits: ({ status }) => isCriStatus(status) && isCriPod(objectOf(status)), read: ofCriPod },
  { name: 'crictl inspect', fits: ({ status }) => isCriStatus(status), read: ofCriContainer },
  { name: 'crictl pods', fits: ({ items, kind }) => kind === undefined && Array.isArray(items),
    read: ({ items }) => listOf(items).map(objectOf).map(podListed) },
  { name: 'crictl ps', fits: ({ containers }) => Array.isArray(containers),
    read: ({ containers }) => listOf(containers).map(objectOf).map(containerListed) },
];

function isInspection({ Id, Config }: Json): boolean {
  return typeof Id === 'string' && typeof Config === 'object' && Config !== null;
}

/** Podman calls its image by id where Docker has the name, and gives digests. */
function ofPodman(object: Json): readonly SaidOfContainer[] {
  const facts = dockerFacts('podman', object, textOf(object['ImageDigest']));
  return [{ ...facts, image: textOf(object['ImageName']) || facts.image }];
}

function isCriStatus(status: unknown): boolean {
  return typeof objectOf(status)['id'] === 'string';
}

function isCriPod({ metadata, image }: Json): boolean {
  return image === undefined && typeof objectOf(metadata)['namespace'] === 'string';
}

/** containerd says which of its runtimes it uses, CRI-O whether the container is privileged. */
function engineOf(info: Json): Engine | undefined {
  if ('runtimeType' in info || 'snapshotter' in info || 'runtimeHandler' in info) {
    return 'containerd';
  }
  return 'privileged' in info ? 'cri-o' : undefined;
}

/** What crictl does not print is not known, whatever a form has for it. */
type Unsaid = { readonly [Key in keyof ContainerFacts]?: undefined };

function without(
  facts: ContainerFacts,
  unsaid: readonly (keyof ContainerFacts)[],
): SaidOfContainer {
  const nothing: Unsaid = Object.fromEntries(unsaid.map((key) => [key, undefined]));
  return { ...facts, ...nothing, fullId: facts.fullId } as SaidOfContainer;
}

const SHARING = ['usesHostPid', 'usesHostNetwork', 'usesHostIpc'] as const;

function ofCriContainer({ status, info }: Json): readonly SaidOfContainer[] {
  const details = objectOf(info);
  const engine = engineOf(details);
  const facts = criFacts(engine ?? 'containerd', objectOf(status), { info: details, pod: {} });
  const unsaid = [
    ...SHARING,
    ...(engine === undefined ? (['engine', 'isPrivileged'] as const) : []),
  ];
  return [{ ...without(facts, unsaid), podSandboxId: textOf(details['sandboxID']) }];
}

function ofCriPod({ status, info }: Json): readonly SaidOfContainer[] {
  const details = objectOf(info);
  const engine = engineOf(details);
  const facts = criPodFacts(engine ?? 'containerd', objectOf(status), details);
  return [without(facts, engine === undefined ? ['engine', 'isPrivileged'] : ['isPrivileged'])];
}

function podListed(pod: Json): SaidOfContainer {
  return without(criPodFacts('containerd', pod, {}), ['engine', 'isPrivileged', ...SHARING]);
}

function containerListed(container: Json): SaidOfContainer {
  const facts = criFacts('containerd', container, { info: {}, pod: {} });
  const unsaid = without(facts, ['engine', 'isPrivileged', ...SHARING]);
  return { ...unsaid, podSandboxId: textOf(container['podSandboxId']) };
}

const STATUSES = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'];
const SPECS = ['containers', 'initContainers', 'ephemeralContainers'];

/** The containers of a pod, also those that ran before them under the same name. */
function ofPod(pod: Json): readonly SaidOfContainer[] {
  const status = objectOf(pod['status']);
  const spec = objectOf(pod['spec']);
  const specs = new Map(
    SPECS.flatMap((key) => listOf(spec[key]))
      .map(objectOf)
      .map((each) => [each['name'], each]),
  );
  return STATUSES.flatMap((key) => listOf(status[key]))
    .map(objectOf)
    .flatMap((container) => {
      const name = textOf(container['name']);
      const own = specs.get(name);
      return idsOf(container).map((id) => containerOfPod(pod, { id, container, own }));
    });
}

/** A container that waits has none yet. */
function idsOf({ containerID, state, lastState }: Json): readonly string[] {
  const ended = [state, lastState].map((each) => objectOf(objectOf(each)['terminated']));
  const ids = [containerID, ...ended.map((each) => each['containerID'])].map(textOf);
  return [...new Set(ids.filter((id) => id !== ''))];
}

interface OfPod {
  readonly id: string;
  /** Its status. */
  readonly container: Json;
  /** What was asked for, if the pod still says. */
  readonly own: Json | undefined;
}

function containerOfPod(pod: Json, { id, container, own }: OfPod): SaidOfContainer {
  const [metadata, spec, status] = [pod['metadata'], pod['spec'], pod['status']].map(objectOf) as [Json, Json, Json]; // prettier-ignore
  const engine = ENGINES[id.split('://')[0] ?? ''];
  const imageId = textOf(container['imageID']);
  const names = {
    [POD_NAME]: textOf(metadata['name']),
    [POD_NAMESPACE]: textOf(metadata['namespace']),
    [POD_UID]: textOf(metadata['uid']),
  };
  return {
    fullId: id,
    name: textOf(container['name']),
    image: textOf(container['image']),
    imageDigest: imageId.split('@')[1] ?? '',
    labels: { ...names, [CONTAINER_NAME]: textOf(container['name']) },
    podSandboxLabels: { ...textsOf(metadata['labels']), ...names },
    ip: textOf(status['podIP']),
    usesHostPid: spec['hostPID'] === true,
    usesHostNetwork: spec['hostNetwork'] === true,
    usesHostIpc: spec['hostIPC'] === true,
    ...(own === undefined
      ? {}
      : { isPrivileged: objectOf(own['securityContext'])['privileged'] === true }),
    ...(engine === undefined ? {} : { engine }),
  };
}
