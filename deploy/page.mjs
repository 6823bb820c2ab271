#!/usr/bin/env node
// Makes dist/report/assets: the script and the style of the report's page, each one file. Part of "npm run build" and "npm run dev".
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeLicences } from './licences.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ASSETS = join(ROOT, 'dist/report/assets');
const PAGE = join(ROOT, 'src/report/page');

const { metafile } = await build({
  absWorkingDir: ROOT,
  metafile: true,
  entryPoints: { page: join(PAGE, 'main.tsx'), style: join(PAGE, 'style.css') },
  outdir: ASSETS,
  entryNames: '[name]',
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: ['chrome111', 'firefox115', 'safari16.4'],
  charset: 'ascii', // and so no matter in what encoding it is read
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  logLevel: 'warning',
});
writeLicences(metafile, join(ASSETS, 'LICENSES.txt'));
