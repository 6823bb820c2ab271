/**
 * The layers of the host side, from below: a file may include headers of its own layer and of those below. Prints
 * each arrow that runs upwards, and each prototype that a source declares by hand, and fails.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of native/host, lowest first; files of host itself (main.c) are above all. */
const LAYERS = ['base', 'system', 'file', 'lists', 'registry', 'recording'];
const HOST = join(import.meta.dirname, 'host');

const layerOf = (path) => {
  const index = LAYERS.indexOf(path.split('/')[0]);
  return index >= 0 ? index : LAYERS.length;
};

const problems = [];
for (const entry of readdirSync(HOST, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) {
    continue;
  }
  const path = join(entry.parentPath, entry.name).slice(HOST.length + 1);
  if (path.includes('/') && layerOf(path) === LAYERS.length) {
    problems.push(`${path} is in no layer: add its folder to check-layers.mjs`);
  }
  readFileSync(join(HOST, path), 'utf8')
    .split('\n')
    .forEach((line, index) => {
      const target = /^#include "(.+)"/.exec(line)?.[1];
      const isOfHost = target !== undefined && LAYERS.includes(target.split('/')[0]);
      if (isOfHost && layerOf(target) > layerOf(path)) {
        problems.push(`${path}:${index + 1}: ${target} is above it`);
      }
      if (path.endsWith('.c') && /^extern /.test(line)) {
        problems.push(`${path}:${index + 1}: declare it in a header, so that the arrow shows`);
      }
    });
}
problems.forEach((problem) => process.stderr.write(`native/host/${problem}\n`));
process.exitCode = problems.length === 0 ? 0 : 1;
