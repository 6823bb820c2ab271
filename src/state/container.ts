/** A container as its engine (or, without metadata, its cgroup path) describes it. */
export interface Container {
  /** Short id: the first 12 characters. */
  readonly id: string;
  readonly fullId: string | undefined;
  /** Engine: `docker`, `podman`, `containerd`, `cri-o` ... as the reference prints it. */
  readonly type: string;
  readonly name: string | undefined;
  readonly image: string | undefined;
  readonly imageId: string | undefined;
  readonly imageRepository: string | undefined;
  readonly imageTag: string | undefined;
  readonly imageDigest: string | undefined;
  readonly isPrivileged: boolean | undefined;
  readonly mounts: readonly Mount[];
  readonly labels: ReadonlyMap<string, string>;
  readonly ip: string | undefined;
  /** Whether an engine's metadata was seen, rather than a cgroup path alone. */
  readonly hasMetadata: boolean;
  /** The metadata object as recorded, for fields that are rarely asked for. */
  readonly json: Readonly<Record<string, unknown>> | undefined;
}

/** A mount of a container. */
export interface Mount {
  readonly source: string;
  readonly destination: string;
  readonly mode: string;
  readonly isWritable: boolean;
  readonly propagation: string;
}
