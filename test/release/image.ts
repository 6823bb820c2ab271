/** A container engine and a base for the image, in folders of their own. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingPrograms } from '../recorder/engines.js';

const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tiercel-build');
const SUITE = 'bookworm';
const MIRROR = 'http://deb.debian.org/debian';
/** What this machine may be short of: limits that cannot be raised, systemd. */
const SETTINGS = `[containers]
default_ulimits=["nofile=20000:20000","nproc=32768:32768"]
[engine]
runtime="runc"
cgroup_manager="cgroupfs"
events_logger="file"
`;

/** Why no image can be made here; `undefined` where it can. */
export function whyNoImage(): string | undefined {
  if (process.getuid?.() !== 0) {
    return 'recording needs root, and so do images';
  }
  const [missing] = missingPrograms('podman', 'runc', 'debootstrap');
  return missing === undefined ? undefined : `no ${missing}`;
}

/** A Debian of the essential packages, as a tar that is kept; `undefined` where its packages cannot be had. */
export function makeBase(): string | undefined {
  const kept = join(CACHE, `base-${SUITE}.tar`);
  if (existsSync(kept)) {
    return kept;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tiercel-base-'));
  const words = ['--variant=minbase', '--include=libstdc++6', SUITE, folder, MIRROR];
  const isMade = spawnSync('debootstrap', words).status === 0;
  if (isMade) {
    mkdirSync(CACHE, { recursive: true });
    spawnSync('tar', ['-C', folder, '-cf', `${kept}.new`, '.']);
    renameSync(`${kept}.new`, kept);
  }
  rmSync(folder, { recursive: true });
  return isMade ? kept : undefined;
}

/** Runs podman: what it printed, and how it ended. */
export type Podman = (...words: readonly string[]) => {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
};

/** Podman with its storage below `folder`. */
export function podmanIn(folder: string): Podman {
  const settings = join(folder, 'containers.conf');
  writeFileSync(settings, SETTINGS);
  const where = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run')];
  return (...words) => {
    const { status, stdout, stderr } = spawnSync('podman', [...where, ...words], {
      encoding: 'utf8',
      env: { ...process.env, CONTAINERS_CONF: settings },
    });
    return { status, out: stdout, err: stderr };
  };
}

/** Podman leaves its storage bound onto itself. */
export function removeStorage(folder: string): void {
  spawnSync('umount', ['-l', join(folder, 'storage/overlay')]);
}
