/**
 * The program in one file, with the code that V8 made of it when it was built: 440 modules need not be found, read and
 * compiled at each start (0.3 s of processor time). `deploy/bundle.mjs` makes both. Whatever is missing or does not fit this
 * Node.js is done without.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

const DIST = new URL('../dist/', import.meta.url);
const BUNDLE = fileURLToPath(new URL('bundle/tiercel.cjs', DIST));
/** In stack traces. It is part of the code that V8 made, which is to be the same wherever it is made. */
const NAME = 'dist/bundle/tiercel.cjs';

/** Code that V8 made is for one version of it, and one kind of processor. */
export const CODE_CACHE = `${BUNDLE}.${process.version}-${process.arch}`;

/** What the bundle exports; `undefined` without one, as while tiercel itself is being changed. */
export function loadBundle() {
  return compileBundle()?.run();
}

/** The bundle as a script, and how to run it; `undefined` without one. */
export function compileBundle() {
  const text = bytesAt(BUNDLE)?.latin1Slice(); // it is ASCII
  if (text === undefined) {
    return undefined;
  }
  const script = new Script(`(function (module, require, distUrl) {${text}\n})`, {
    filename: NAME,
    cachedData: bytesAt(CODE_CACHE),
  });
  const run = () => {
    const module = { exports: {} };
    const distUrl = (path) => new URL(path, DIST).href;
    script.runInThisContext()(module, createRequire(BUNDLE), distUrl);
    return module.exports;
  };
  return { script, run };
}

function bytesAt(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
