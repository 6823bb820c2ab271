/** Packages that only hunts need: everything else works without them. */
import { UserError } from '../errors.js';

/** Loads a package once, when it is first needed. */
export function optionalModule<Module>(
  name: string,
  load: () => Promise<Module>,
): () => Promise<Module> {
  let loaded: Promise<Module> | undefined;
  return () => {
    loaded ??= load().catch((error: unknown) => {
      const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      throw new UserError({
        code: 'HUNT_PACKAGE_MISSING',
        what: 'Cannot work on a hunt',
        where: name,
        why: `this package cannot be loaded: ${why}`,
        fix: 'run "npm install --include=optional" in the folder of tiercel; all other commands work without it',
      });
    });
    return loaded;
  };
}
