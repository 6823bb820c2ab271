#!/usr/bin/env node
// Makes dist/bundle, with which tiercel starts in a third of the time: the program in one file, the code that V8 makes of it for
// the Node.js that this runs on, and the shipped rules as they are when they are loaded. Part of "npm run build"; whatever is
// missing there is done without.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { loadRules, readRulesFiles } from '../dist/rules/index.js';
import { packRuleSet } from '../dist/rules/packed.js';
import { makeCode } from './code.mjs';
import { writeLicences } from './licences.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const FOLDER = join(DIST, 'bundle');

/** Modules find files beside them (workers, rules, package.json): in the bundle they do so where they were. */
const places = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, ({ path }) => {
      const text = path.startsWith(DIST) ? readFileSync(path, 'utf8') : '';
      const url = `distUrl(${JSON.stringify(relative(DIST, path))})`;
      return text.includes('import.meta.url')
        ? { contents: text.replaceAll('import.meta.url', url), loader: 'js' }
        : undefined;
    });
  },
};

rmSync(FOLDER, { recursive: true, force: true }); // code of another bundle would be taken for this one's
const { metafile } = await build({
  absWorkingDir: ROOT,
  metafile: true,
  entryPoints: [join(DIST, 'commands/program.js')],
  outfile: join(FOLDER, 'tiercel.cjs'),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20.19',
  charset: 'ascii',
  supported: { 'dynamic-import': false }, // scripts have none before Node.js 22 without a warning; `require` does
  // native, optional, or oclif's own way to commands, which loads them from dist
  external: [
    'better-sqlite3',
    '@grpc/*',
    '@duckdb/*',
    'hyparquet-writer',
    '@oclif/core/run',
    'typescript',
    'ts-node',
  ],
  plugins: [places],
  logLevel: 'warning',
});
writeLicences(metafile, join(FOLDER, 'LICENSES.txt'));

const rules = join(ROOT, 'rules');
const { ruleSet, files } = loadRules(readRulesFiles([rules]));
if (
  ruleSet !== undefined &&
  files.every(({ warnings, notices }) => warnings.length + notices.length === 0)
) {
  writeFileSync(join(FOLDER, 'rules.json'), packRuleSet(ruleSet, rules));
}

process.stderr.write(makeCode(process.execPath, ROOT, join(ROOT, 'fixtures/exam.scap')));
