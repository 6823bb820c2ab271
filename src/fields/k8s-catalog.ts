/** Fields of the Kubernetes pod that a container belongs to, as its engine's metadata gives it. */
import { containerAt, labelsText, ofContainer } from './container-catalog.js';
import type { ArgumentForm, Catalogue, FieldRow } from './field.js';
import type { Container, Moment } from '../state/index.js';

const SHORT_ID = 12;
const LABEL: ArgumentForm = { isRequired: true, form: 'key', isDotted: true };

function ofLabel(label: string): FieldRow['read'] {
  return ofContainer((container) => container.labels.get(label));
}

/** The pod's own container, which carries what is the pod's; a container with network data has it itself. */
function sandboxOf({ world }: Moment, container: Container): Container | undefined {
  return container.cniJson === ''
    ? world.containers.get(container.podSandboxId.slice(0, SHORT_ID))
    : undefined;
}

/** What is the pod's: in the container that has network data, else in the pod's own container. */
function ofPod(ask: (pod: Container) => string): FieldRow['read'] {
  return ofContainer((container, moment) => {
    const pod = container.cniJson === '' ? sandboxOf(moment, container) : container;
    return pod && ask(pod);
  });
}

function podLabel(moment: Moment, name: string): string | undefined {
  const container = containerAt(moment);
  return (
    container &&
    (sandboxOf(moment, container)?.podSandboxLabels.get(name) ??
      container.podSandboxLabels.get(name))
  );
}

const DEPRECATED = {
  type: 'charbuf',
  subject: 'thread',
  isDeprecated: true,
  doc: 'Nothing; kept so that old rules load.',
  read: () => undefined,
} as const satisfies Partial<FieldRow>;

/** Objects that Falco knew before it left them to a plugin, and what could be asked of them. */
const FORMER: readonly FieldRow[] = [
  ...['rc', 'svc'].flatMap((object) => former(object, ['name', 'id', 'label', 'labels'])),
  ...former('ns', ['id', 'label', 'labels']),
  ...['rs', 'deployment'].flatMap((object) => former(object, ['name', 'id', 'label', 'labels'])),
];

function former(object: string, details: readonly string[]): FieldRow[] {
  return details.map((detail) => ({
    ...DEPRECATED,
    name: `k8s.${object}.${detail}`,
    ...(detail === 'label' ? { argument: LABEL } : {}),
  }));
}

// prettier-ignore
const ROWS: readonly FieldRow[] = [
  { name: 'k8s.pod.name', type: 'charbuf', subject: 'thread', doc: 'Name of the pod.', read: ofLabel('io.kubernetes.pod.name') },
  { name: 'k8s.ns.name', type: 'charbuf', subject: 'thread', doc: 'Namespace of the pod.', read: ofLabel('io.kubernetes.pod.namespace') },
  { name: 'k8s.pod.id', type: 'charbuf', subject: 'thread', doc: 'Unique id of the pod (older name of `k8s.pod.uid`).', read: ofLabel('io.kubernetes.pod.uid') },
  { name: 'k8s.pod.uid', type: 'charbuf', subject: 'thread', doc: 'Unique id of the pod.', read: ofLabel('io.kubernetes.pod.uid') },
  { name: 'k8s.pod.sandbox_id', type: 'charbuf', subject: 'thread', absent: '', doc: 'First 12 characters of the id of the pod\'s own container.',
    read: ofContainer((container) => container.podSandboxId.slice(0, SHORT_ID)) },
  { name: 'k8s.pod.full_sandbox_id', type: 'charbuf', subject: 'thread', absent: '', doc: 'The whole id of the pod\'s own container.',
    read: ofContainer((container) => container.podSandboxId) },
  { name: 'k8s.pod.label', type: 'charbuf', subject: 'thread', argument: LABEL, doc: 'Value of one label of the pod: k8s.pod.label[app].',
    read: (moment, argument) => podLabel(moment, argument?.text ?? '') },
  { name: 'k8s.pod.labels', type: 'charbuf', subject: 'thread', absent: '', doc: 'All labels of the pod: name:value, with commas between them.',
    read: ofContainer((container, moment) =>
      labelsText((sandboxOf(moment, container) ?? container).podSandboxLabels)) },
  { name: 'k8s.pod.ip', type: 'charbuf', subject: 'thread', absent: '', doc: 'IPv4 address of the pod.', read: ofPod((pod) => pod.ip) },
  { name: 'k8s.pod.cni.json', type: 'charbuf', subject: 'thread', absent: '', doc: 'Network configuration of the pod, as JSON.', read: ofPod((pod) => pod.cniJson) },
  ...FORMER,
];

export const K8S_CATALOGUE: Catalogue = {
  name: 'k8s',
  doc: 'The Kubernetes pod that the container belongs to.',
  sources: ['syscall'],
  rows: ROWS,
};
