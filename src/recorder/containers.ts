/**
 * The containers of this machine, from every engine that answers: those that run, then each that starts.
 * An engine that cannot be asked costs names, not the recording: there is one notice, ids remain.
 */
import { existsSync } from 'node:fs';
import { openCri } from './cri.js';
import { openDocker } from './docker.js';
import type { ContainerFacts, Engine, OnStart } from './engine.js';

type OpenEngine = (socket: string, onStart: OnStart) => Promise<Engine>;

interface Place {
  readonly socket: string;
  readonly open: OpenEngine;
}

/** Where engines listen, unless the environment says otherwise. */
function places(): readonly Place[] {
  const { DOCKER_HOST, CONTAINER_HOST, CONTAINER_RUNTIME_ENDPOINT, XDG_RUNTIME_DIR } = process.env;
  const unix = (url: string | undefined): string[] =>
    url?.startsWith('unix://') === true ? [url.slice('unix://'.length)] : [];
  const docker = [
    ...unix(DOCKER_HOST),
    ...unix(CONTAINER_HOST),
    '/var/run/docker.sock',
    '/run/podman/podman.sock',
    ...(XDG_RUNTIME_DIR === undefined ? [] : [`${XDG_RUNTIME_DIR}/podman/podman.sock`]),
  ];
  const cri = [
    ...unix(CONTAINER_RUNTIME_ENDPOINT),
    '/run/containerd/containerd.sock',
    '/run/k3s/containerd/containerd.sock',
    '/run/crio/crio.sock',
  ];
  const all = [
    ...docker.map((socket) => ({ socket, open: openDocker })),
    ...cri.map((socket) => ({ socket, open: openCri })),
  ];
  const seen = new Set<string>();
  return all.filter(({ socket }) => {
    const isNew = !seen.has(socket) && existsSync(socket);
    seen.add(socket);
    return isNew;
  });
}

/** Containers, now and later. */
export interface ContainerWatch {
  readonly running: readonly ContainerFacts[];
  /** Set to be notified of those that start. */
  onStart: OnStart;
  /** Ask all engines for a container; `undefined` if none knows it. */
  describe(fullId: string): Promise<ContainerFacts | undefined>;
  /** Full id of the container with that name, id or beginning of an id; `undefined` if no engine knows it. */
  fullIdOf(nameOrId: string): string | undefined;
  close(): void;
}

/**
 * Ask every engine for its containers.
 *
 * @param notify - Called once if no engine, or not every one, can be asked.
 */
export async function watchContainers(notify: (text: string) => void): Promise<ContainerWatch> {
  const engines: Engine[] = [];
  const refusals: string[] = [];
  const known: ContainerFacts[] = [];
  const watch: ContainerWatch = {
    running: known,
    // those that start before anybody listens belong to those that run
    onStart: (facts) => known.push(facts),
    describe: async (fullId) =>
      (await Promise.all(engines.map((engine) => engine.describe(fullId)))).find(
        (facts) => facts !== undefined,
      ),
    fullIdOf: (nameOrId) =>
      (
        known.find(({ name }) => name === nameOrId) ??
        known.find(({ fullId }) => fullId.startsWith(nameOrId))
      )?.fullId,
    close: () => {
      for (const engine of engines) {
        engine.close();
      }
    },
  };
  await Promise.all(
    places().map(async ({ socket, open }) => {
      try {
        engines.push(
          await open(socket, (facts) => {
            watch.onStart(facts);
          }),
        );
      } catch (error) {
        refusals.push(`${socket}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }),
  );
  if (refusals.length > 0) {
    notify(`containers of these engines have ids, but no names: ${refusals.sort().join('; ')}`);
  } else if (engines.length === 0) {
    notify(
      'no container engine answers (docker, podman, containerd, CRI-O): containers have ids, but no names',
    );
  }
  known.push(...engines.flatMap(({ running }) => running));
  return watch;
}
