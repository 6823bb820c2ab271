/** The terms of packages whose code is inside a file that esbuild made: they have to come with it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PACKAGE = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)\b/i;

/** Write name, version and licence of each package in a bundle, in the order of their names. */
export function writeLicences(metafile, path) {
  const folders = Object.keys(metafile.inputs).flatMap((input) => PACKAGE.exec(input)?.[0] ?? []);
  writeFileSync(
    path,
    [...new Set(folders)]
      .map((folder) => termsOf(join(ROOT, folder)))
      .sort()
      .join('\n'),
  );
}

/** What `folder`, a package, may be passed on under. */
export function termsOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder)
    .filter((file) => LICENCE_FILE.test(file))
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`== ${name} ${version} (${license})`, ...texts, ''].join('\n\n');
}
