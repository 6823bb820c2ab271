import { describe, expect, it } from 'vitest';
import { storyOf } from '../../src/investigation/failure.js';
import { caseError } from '../../src/store/case.js';

describe('a native module of another Node.js', () => {
  // as Node 20 says it of a better-sqlite3 that Node 18 built
  const error = Object.assign(
    new Error(
      "The module 'better_sqlite3.node' was compiled against a different Node.js version using NODE_MODULE_VERSION 108.",
    ),
    { code: 'ERR_DLOPEN_FAILED' },
  );

  it('is rebuilt by the command that the message names, and is no bug of ours', () => {
    expect(storyOf(caseError('case.db', error))).toMatchObject({
      code: 'REBUILD_NEEDED',
      fix: expect.stringContaining('npm rebuild better-sqlite3') as string,
    });
  });
});
