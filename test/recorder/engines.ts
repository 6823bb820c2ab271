/** Real container engines for tests: dockerd and podman, started in a folder of their own, and stopped again. */
import { execFile, execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** An engine that runs, with its command-line client. */
export interface TestEngine {
  readonly socket: string;
  /** Run the client; what it prints, trimmed. */
  run(...args: readonly string[]): Promise<string>;
  stop(): Promise<void>;
}

/** Whether all of the programs are installed; the names of those that are not. */
export function missingPrograms(...names: readonly string[]): readonly string[] {
  return names.filter((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
}

/** A root file system with one static program and the given text files, as a tar. */
export function makeImageTar(folder: string, files: Readonly<Record<string, string>> = {}): string {
  const bin = join(folder, 'rootfs/bin');
  mkdirSync(bin, { recursive: true });
  copyFileSync('/bin/busybox', join(bin, 'busybox'));
  for (const name of ['sh', 'ls', 'cat', 'sleep', 'id']) {
    symlinkSync('busybox', join(bin, name));
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'rootfs', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const tar = join(folder, 'rootfs.tar');
  execFileSync('tar', ['-C', join(folder, 'rootfs'), '-cf', tar, '.']);
  return tar;
}

/** Start dockerd, without a network but those that a test makes. */
export async function startDocker(folder: string): Promise<TestEngine> {
  const socket = join(folder, 'docker.sock');
  const daemon = spawn(
    'dockerd',
    ['--data-root', join(folder, 'docker'), '--exec-root', join(folder, 'docker-exec'), '-H', `unix://${socket}`,
      '--pidfile', join(folder, 'docker.pid'), '--bridge=none', '--iptables=false'],
    { stdio: 'ignore' },
  ); // prettier-ignore
  const run = client('docker', [], { DOCKER_HOST: `unix://${socket}` });
  await until(
    () =>
      existsSync(socket) && spawnSync('docker', ['-H', `unix://${socket}`, 'version']).status === 0,
  );
  return { socket, run, stop: () => end(daemon) };
}

/** A registry of images that runs. */
interface TestRegistry {
  /** Host and port, as they begin an image's name. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Start a registry on a port that is free, without encryption, as engines allow it on 127.0.0.1. */
export async function startRegistry(folder: string): Promise<TestRegistry> {
  const address = `127.0.0.1:${await freePort()}`;
  const settings = join(folder, 'registry.yml');
  writeFileSync(
    settings,
    `version: 0.1\nstorage: {filesystem: {rootdirectory: ${join(folder, 'registry')}}}\nhttp: {addr: "${address}"}\n`,
  );
  const server = spawn('docker-registry', ['serve', settings], { stdio: 'ignore' });
  await untilAnswered(`http://${address}/v2/`);
  return { address, stop: () => end(server) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilAnswered(url: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const isThere = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isThere) {
      return;
    }
    if (Date.now() > end) {
      throw new Error(`nobody answers at ${url}`);
    }
    await sleep(100);
  }
}

/** Start podman's service, as this kind of machine needs it. */
export async function startPodman(folder: string): Promise<TestEngine> {
  const socket = join(folder, 'podman.sock');
  const settings = join(folder, 'containers.conf');
  writeFileSync(
    settings,
    '[containers]\ndefault_ulimits=["nofile=20000:20000","nproc=32768:32768"]\n[engine]\nruntime="runc"\ncgroup_manager="cgroupfs"\nevents_logger="file"\n',
  );
  const where = ['--root', join(folder, 'podman'), '--runroot', join(folder, 'podman-run')];
  const env = { CONTAINERS_CONF: settings };
  const service = spawn('podman', [...where, 'system', 'service', '-t', '0', `unix://${socket}`], {
    stdio: 'ignore',
    env: { ...process.env, ...env },
  });
  await until(() => existsSync(socket));
  return {
    socket,
    run: client('podman', where, env),
    stop: async () => {
      await end(service);
      // podman leaves its storage bound onto itself
      spawnSync('umount', ['-l', join(folder, 'podman/overlay')]);
    },
  };
}

function client(
  program: string,
  before: readonly string[],
  env: Readonly<Record<string, string>>,
): TestEngine['run'] {
  return async (...args) => {
    const { stdout } = await execute(program, [...before, ...args], {
      encoding: 'utf8',
      env: { ...process.env, CONTAINER_HOST: undefined, ...env },
    });
    return stdout.trim();
  };
}

/** End a container of podman's, and remove it: its own clean-up may be in the way for a moment. */
export async function removeFromPodman(podman: TestEngine, name: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await podman.run('rm', '-f', '-t', '0', name);
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await sleep(200);
    }
  }
}

const PATIENCE_MS = 30_000;

/** Wait until it holds. */
export async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > end) {
      throw new Error(`it does not hold after ${PATIENCE_MS / 1000} s`);
    }
    await sleep(100);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
  }
}
