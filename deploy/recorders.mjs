#!/usr/bin/env node
/**
 * Makes native/prebuilt: the recorder for x64 and arm64, stripped, which the packages hold. Run by `npm pack` (`prepack`), which
 * fails where what is there was made from other sources and cannot be made anew. `--check` only looks.
 *
 * `sources.json` in it has a digest of what the recorders were made from, and one of each recorder.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const NATIVE = fileURLToPath(new URL('../native', import.meta.url));
const PREBUILT = join(NATIVE, 'prebuilt');
const STATEMENT = join(PREBUILT, 'sources.json');
const WHOLE_BUILD = 'build/package';

/** What is made, by Node's name of the machine: where make leaves it, and what strips it. */
const RECORDERS = [
  { machine: 'x64', goal: 'all', built: 'tiercel-recorder', strip: 'strip' },
  {
    machine: 'arm64',
    goal: 'arm64',
    built: 'arm64/tiercel-recorder',
    strip: 'aarch64-linux-gnu-strip',
  },
];
/** Sources, beside what generate.mjs makes of src/events. */
const SOURCES = ['Makefile', 'wire.h', 'bpf', 'host'];
/** Debian's packages whose code is in the recorders. */
const LIBRARIES = ['libbpf-dev', 'libelf-dev', 'libzstd-dev', 'zlib1g-dev', 'libc6-dev'];
const LICENCES = ['LGPL-2.1', 'LGPL-3', 'GPL-2', 'GPL-3'];

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const problem = staleness();
if (problem !== undefined && values.check) {
  refuse(problem);
} else if (problem !== undefined) {
  process.stderr.write(`making the recorders: ${problem}\n`);
  makeRecorders();
}

/** Why native/prebuilt is not what these sources make; `undefined` where it is. */
function staleness() {
  let statement;
  try {
    statement = JSON.parse(readFileSync(STATEMENT, 'utf8'));
  } catch {
    return 'native/prebuilt holds none';
  }
  if (statement.sources !== digestOfSources()) {
    return 'those in native/prebuilt were made from other sources than these';
  }
  const other = RECORDERS.find(
    ({ machine }) => statement.recorders[machine] !== digestOf(pathOf(machine)),
  );
  return other && `the one for ${other.machine} in native/prebuilt is not the one that was made`;
}

function refuse(why) {
  process.stderr.write(
    `Error: Cannot pack the recorders\n  why: ${why}\n  Code: PACK_STALE_RECORDER\n` +
      '  Try this: node deploy/recorders.mjs, on Linux on x86-64 with what native/Makefile names at its top\n',
  );
  process.exitCode = 2;
}

/** Build them from nothing, as times of files do not show which sources an object was made from. */
function makeRecorders() {
  rmSync(PREBUILT, { recursive: true, force: true });
  rmSync(join(NATIVE, WHOLE_BUILD), { recursive: true, force: true });
  const sources = digestOfSources();
  const libraries = join(NATIVE, 'build/arm64/packages/root');
  const isMade =
    process.arch === 'x64' &&
    make('arm64-libraries') &&
    RECORDERS.every(({ goal }) => make(goal, `BUILD=${WHOLE_BUILD}`, `ARM64_ROOT=${libraries}`));
  if (!isMade) {
    refuse(process.arch === 'x64' ? 'make failed, see above' : `this machine is ${process.arch}`);
    return;
  }
  for (const { machine, built, strip } of RECORDERS) {
    mkdirSync(join(PREBUILT, `linux-${machine}`), { recursive: true });
    copyFileSync(join(NATIVE, WHOLE_BUILD, built), pathOf(machine));
    execFileSync(strip, [pathOf(machine)]);
    chmodSync(pathOf(machine), 0o755);
  }
  writeFileSync(join(PREBUILT, 'LICENSES.txt'), licences());
  const recorders = RECORDERS.map(({ machine }) => [machine, digestOf(pathOf(machine))]);
  writeFileSync(
    STATEMENT,
    `${JSON.stringify({ sources, recorders: Object.fromEntries(recorders), libraries: versions() }, null, 2)}\n`,
  );
}

function make(...words) {
  return spawnSync('make', ['-s', ...words], { cwd: NATIVE, stdio: ['ignore', 2, 2] }).status === 0;
}

function pathOf(machine) {
  return join(PREBUILT, `linux-${machine}`, 'tiercel-recorder');
}

/** Digest of the sources and of the tables that are generated for them: comments in src/events make no other recorder. */
function digestOfSources() {
  const tables = mkdtempSync(join(tmpdir(), 'tiercel-tables-'));
  try {
    execFileSync(process.execPath, [join(NATIVE, 'generate.mjs'), tables], {
      stdio: ['ignore', 2, 2],
    });
    const hash = createHash('sha256');
    for (const path of [...SOURCES.map((name) => join(NATIVE, name)), tables].flatMap(filesBelow)) {
      hash.update(digestOf(path));
    }
    return hash.digest('hex');
  } finally {
    rmSync(tables, { recursive: true });
  }
}

/** `path`, or the files below it, in the order of their names. */
function filesBelow(path) {
  if (!statSync(path).isDirectory()) {
    return [path];
  }
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

function digestOf(path) {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('hex');
  } catch {
    return undefined;
  }
}

/** Versions of the libraries, by Debian's names. */
function versions() {
  return Object.fromEntries(
    LIBRARIES.map((name) => {
      const words = ['-W', '-f', '${Version}', name];
      return [name, execFileSync('dpkg-query', words, { encoding: 'utf8' })];
    }),
  );
}

/** Under which terms the libraries inside may be passed on, as Debian states them. */
function licences() {
  const texts = [
    'The recorders are static programs: beside tiercel (Apache-2.0) they hold the libraries below. Whoever wants to link them\n' +
      'with other versions of these can do so: the sources, and how they are built, are in native/ of the repository.\n',
    ...LIBRARIES.map(
      (name) => `== ${name}\n\n${readFileSync(`/usr/share/doc/${name}/copyright`, 'utf8')}`,
    ),
    ...LICENCES.map(
      (name) => `== ${name}\n\n${readFileSync(`/usr/share/common-licenses/${name}`, 'utf8')}`,
    ),
  ];
  return texts.join('\n\n');
}
