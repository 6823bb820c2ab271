/**
 * A container as its engine (or, without metadata, its cgroup path) describes it. What the metadata does
 * not say is empty, 0 or false, as in the reference. Text is a byte string.
 */
export interface Container {
  /** Short id: the first 12 characters; `host` for the host itself. */
  readonly id: string;
  readonly fullId: string;
  /** Engine: `docker`, `podman`, `containerd`, `cri-o` ... as `container.type` prints it. */
  readonly type: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly imageRepository: string;
  readonly imageTag: string;
  readonly imageDigest: string;
  readonly user: string;
  /** The four are `undefined` where a file of names does not say; a capture always does. */
  readonly isPrivileged: boolean | undefined;
  readonly usesHostPid: boolean | undefined;
  readonly usesHostNetwork: boolean | undefined;
  readonly usesHostIpc: boolean | undefined;
  readonly mounts: readonly Mount[];
  /** Sorted by name. */
  readonly labels: ReadonlyMap<string, string>;
  readonly ip: string;
  readonly cniJson: string;
  readonly isPodSandbox: boolean;
  readonly podSandboxId: string;
  /** Sorted by name. */
  readonly podSandboxLabels: ReadonlyMap<string, string>;
  /** Seconds since the epoch; 0 where not reported. */
  readonly createdTime: number;
  readonly healthProbes: readonly HealthProbe[];
  /** Whether metadata was seen, rather than a cgroup path alone. */
  readonly hasMetadata: boolean;
  /** Number of the metadata file that filled in what the capture does not say; 0 where none did. See `supplement.ts`. */
  readonly metadataFile: number;
}

/** A mount of a container. */
export interface Mount {
  readonly source: string;
  readonly destination: string;
  readonly mode: string;
  readonly isWritable: boolean;
  readonly propagation: string;
}

/** A command by which an engine asks whether a container is well. */
export interface HealthProbe {
  readonly kind: 'healthcheck' | 'liveness-probe' | 'readiness-probe';
  readonly exe: string;
  readonly args: readonly string[];
}
