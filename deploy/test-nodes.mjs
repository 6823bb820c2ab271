#!/usr/bin/env node
/**
 * `npm run test:nodes [-- --node RANGE]... [TEST PATH]...`: the core of the suite under other versions of Node.js. Each gets a copy
 * of the project with a better-sqlite3 of its own, so that nothing here has to be built again afterwards.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeOf, ROOT, sqliteFor } from './nodes.mjs';

const SQLITE = 'node_modules/better-sqlite3';
/** The oldest that is supported, and the lines that are maintained. */
const SUPPORTED = ['20.19', '22', '24', '26'];

const { values, positionals } = parseArgs({
  options: { node: { type: 'string', multiple: true, default: SUPPORTED } },
  allowPositionals: true,
});

const results = values.node.map((range) => {
  const node = nodeOf(range);
  const scratch = mkdtempSync(join(tmpdir(), `tiercel-node-${node.version}-`));
  try {
    return { version: node.version, status: testUnder(node, scratch) };
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
for (const { version, status } of results) {
  process.stdout.write(`Node.js ${version}: ${status === 0 ? 'passed' : 'FAILED'}\n`);
}
process.exitCode = results.every(({ status }) => status === 0) ? 0 : 1;

/** Exit code of vitest under `node`, in a copy of the project below `scratch`. */
function testUnder(node, scratch) {
  const project = join(scratch, 'tiercel');
  copyProject(project);
  linkPackages(join(project, 'node_modules'), sqliteFor(node));
  const shared = join(ROOT, '../shared');
  if (existsSync(shared)) {
    symlinkSync(shared, join(scratch, 'shared'));
  }
  const run = (...words) =>
    spawnSync(node.program, words, {
      cwd: project,
      stdio: 'inherit',
      env: {
        ...process.env,
        PATH: `${dirname(node.program)}${delimiter}${process.env.PATH}`,
        ...(isLike(node) ? {} : { TIERCEL_SQLITE_OF_ANOTHER_NODE: join(ROOT, SQLITE) }),
      },
    }).status;
  process.stdout.write(`\nNode.js ${node.version}\n`);
  const isBundled = run('deploy/bundle.mjs') === 0; // with the code that this V8 makes
  return isBundled
    ? run('node_modules/vitest/vitest.mjs', 'run', '--project', 'core', ...positionals)
    : 1;
}

/** Whether native modules of `node` are those of the Node.js that runs this. */
function isLike(node) {
  const modules = execFileSync(node.program, ['-p', 'process.versions.modules'], {
    encoding: 'utf8',
  });
  return modules.trim() === process.versions.modules;
}

/** What git knows or would add, and what was built. */
function copyProject(to) {
  const listed = execFileSync('git', ['ls-files', '-coz', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const built = ['dist', 'native/build'];
  for (const path of [...listed.split('\0').filter(Boolean), ...built]) {
    if (existsSync(join(ROOT, path))) {
      mkdirSync(dirname(join(to, path)), { recursive: true });
      cpSync(join(ROOT, path), join(to, path), { recursive: true, preserveTimestamps: true });
    }
  }
}

/** The packages that are here, but for better-sqlite3: that one is `sqlite`. */
function linkPackages(to, sqlite) {
  mkdirSync(to);
  const here = join(ROOT, 'node_modules');
  for (const name of readdirSync(here)) {
    if (name !== 'better-sqlite3') {
      symlinkSync(join(here, name), join(to, name));
    }
  }
  symlinkSync(sqlite, join(to, 'better-sqlite3'));
}
