/** Which packages the program needs when it runs. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Needed by what installs a dependency, or by its types. */
const NOT_AT_RUN_TIME = new Set(['prebuild-install', '@types/node']);

/** Folders of all packages that `root` depends on, directly or not, relative to it (`node_modules/yaml`), sorted. */
export function packagesAtRunTime(root) {
  const found = new Set();
  const visit = (folder) => {
    const { dependencies, optionalDependencies } = manifestOf(join(root, folder));
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const path = NOT_AT_RUN_TIME.has(name) ? undefined : nearest(root, folder, name);
      if (path !== undefined && !found.has(path)) {
        found.add(path);
        visit(path);
      }
    }
  };
  visit('');
  return [...found].sort();
}

/** Where Node.js finds `name` from `folder`; `undefined` for an optional package that is not installed. */
function nearest(root, folder, name) {
  for (let at = folder; ; at = dirname(at) === '.' ? '' : dirname(at)) {
    const path = join(at, 'node_modules', name);
    if (existsSync(join(root, path, 'package.json'))) {
      return path;
    }
    if (at === '') {
      return undefined;
    }
  }
}

export function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
