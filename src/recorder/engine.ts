/** What is known of a container, whichever engine reports it; and the form in which captures hold it. */

import { CONTAINER_ENGINES } from '../state/index.js';

/** The engines that are asked. */
export type EngineName = Extract<
  keyof typeof CONTAINER_ENGINES,
  'docker' | 'containerd' | 'cri-o' | 'podman'
>;

/** A directory or volume that a container sees. */
export interface MountFacts {
  readonly source: string;
  readonly destination: string;
  readonly mode: string;
  readonly isWritable: boolean;
  readonly propagation: string;
}

/** What an engine says of a container. Texts are empty where it does not know. */
export interface ContainerFacts {
  readonly engine: EngineName;
  /** 64 hexadecimal digits, or whatever the engine calls its containers. */
  readonly fullId: string;
  readonly name: string;
  /** As it was asked for: `nginx:1.19`. */
  readonly image: string;
  readonly imageId: string;
  /** `sha256:...` */
  readonly imageDigest: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly mounts: readonly MountFacts[];
  readonly isPrivileged: boolean;
  readonly usesHostPid: boolean;
  readonly usesHostNetwork: boolean;
  readonly usesHostIpc: boolean;
  readonly ip: string;
  readonly user: string;
  /** Seconds since the epoch. */
  readonly createdTime: number;
  readonly isPodSandbox: boolean;
  readonly podSandboxId: string;
  readonly podSandboxLabels: Readonly<Record<string, string>>;
}

/** Called for each container that starts from now on. */
export type OnStart = (facts: ContainerFacts) => void;

/** An engine that answers. */
export interface Engine {
  readonly running: readonly ContainerFacts[];
  /** What is known of the container with that full id now; `undefined` if it is not of this engine. */
  describe(fullId: string): Promise<ContainerFacts | undefined>;
  close(): void;
}

const SHORT_ID = 12;

/** Repository and tag of an image's name; a digest in it is neither. */
function splitImage(image: string): { repository: string; tag: string } {
  const name = image.split('@')[0] ?? '';
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/')
    ? { repository: name.slice(0, colon), tag: name.slice(colon + 1) }
    : { repository: name, tag: '' };
}

/** One line of JSON, as an asynchronous `container` event holds it. */
export function containerJson(facts: ContainerFacts): string {
  const { repository, tag } = splitImage(facts.image);
  return JSON.stringify({
    container: {
      type: CONTAINER_ENGINES[facts.engine],
      id: facts.fullId.slice(0, SHORT_ID),
      full_id: facts.fullId,
      name: facts.name,
      image: facts.image,
      imagerepo: repository,
      imagetag: tag,
      imageid: facts.imageId.replace(/^sha256:/, ''),
      imagedigest: facts.imageDigest,
      User: facts.user,
      privileged: facts.isPrivileged,
      host_pid: facts.usesHostPid,
      host_network: facts.usesHostNetwork,
      host_ipc: facts.usesHostIpc,
      ip: facts.ip,
      cni_json: '',
      created_time: facts.createdTime,
      is_pod_sandbox: facts.isPodSandbox,
      pod_sandbox_id: facts.podSandboxId,
      pod_sandbox_labels: facts.podSandboxLabels,
      labels: facts.labels,
      lookup_state: 1,
      Mounts: facts.mounts.map((mount) => ({
        Source: mount.source,
        Destination: mount.destination,
        Mode: mount.mode,
        RW: mount.isWritable,
        Propagation: mount.propagation,
      })),
      env: [],
      port_mappings: [],
    },
  });
}
