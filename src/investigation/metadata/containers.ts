/** What an entry of a metadata file says of a container, and the container that the machine makes of it. */
import { containerJson, textsOf, type ContainerFacts } from '../../recorder/index.js';
import { parseContainer, type DescribedContainer } from '../../state/index.js';
import { bytesOfText } from '../../units.js';

/** Facts of one container; what the file does not say is absent, or empty. */
export type SaidOfContainer = Partial<ContainerFacts> & Pick<ContainerFacts, 'fullId'>;

const NOTHING: ContainerFacts = {
  engine: 'docker',
  fullId: '',
  name: '',
  image: '',
  imageId: '',
  imageDigest: '',
  labels: {},
  mounts: [],
  isPrivileged: false,
  usesHostPid: false,
  usesHostNetwork: false,
  usesHostIpc: false,
  ip: '',
  user: '',
  createdTime: 0,
  isPodSandbox: false,
  podSandboxId: '',
  podSandboxLabels: {},
};

/** `containerd://` and the like, which Kubernetes puts before ids. */
const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const WHOLE_LENGTH = 64;
/** As much as a capture may say of one container. */
const MAX_JSON_LENGTH = 1024 * 1024;

/** An id without the scheme in front of it. */
export function plainId(id: string): string {
  return id.trim().replace(SCHEME, '');
}

/** The container of number `file`'s entry; `undefined` where it has no id, or is longer than anything real. */
export function describedContainer(
  said: SaidOfContainer,
  file: number,
): DescribedContainer | undefined {
  const id = plainId(said.fullId);
  const json = containerJson({
    ...NOTHING,
    ...said,
    fullId: id.length >= WHOLE_LENGTH ? id : '',
    labels: withoutEmpty(said.labels),
    podSandboxLabels: withoutEmpty(said.podSandboxLabels),
  });
  const container = json.length > MAX_JSON_LENGTH ? undefined : parseContainer(bytesOfText(json));
  if (id === '' || container === undefined) {
    return undefined;
  }
  return {
    id: bytesOfText(id),
    container: {
      ...container,
      type: said.engine === undefined ? '' : container.type,
      isPrivileged: said.isPrivileged,
      usesHostPid: said.usesHostPid,
      usesHostNetwork: said.usesHostNetwork,
      usesHostIpc: said.usesHostIpc,
      metadataFile: file,
    },
  };
}

/** Labels that are not known are none. */
function withoutEmpty(labels: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kubernetes = (name: string): boolean => name.startsWith('io.kubernetes.');
  return Object.fromEntries(
    Object.entries(textsOf(labels)).filter(([name, value]) => value !== '' || !kubernetes(name)),
  );
}
