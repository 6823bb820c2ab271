import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinPath } from '../../src/state/path.js';
import { PathJoiner } from '../../src/state/path-joiner.js';

describe('joinPath', () => {
  it.each([
    ['an absolute path stands alone', '/home/', '/etc/passwd', '/etc/passwd'],
    ['a relative path is seen from the directory', '/home/', 'a/b', '/home/a/b'],
    ['a dot is nothing', '/home/', './a/./b/.', '/home/a/b'],
    ['two dots take a segment back', '/home/', 'a/../../b/..', '/'],
    ['the root has no parent', '/', '../../..', '/'],
    ['slashes are not repeated', '/home/', 'a//b///', '/home/a/b'],
    ['the root is a slash', '/home/', '/', '/'],
    ['names may begin with dots', '/home/', '.a/..b/...', '/home/.a/..b/...'],
    ['nothing stays nothing', '/home/', '', ''],
    ['control characters are replaced', '/', 'a\nb', '/a\xef\xbf\xbdb'],
    ['whole UTF-8 stays', '/', 'gr\xc3\xbcn', '/gr\xc3\xbcn'],
    ['broken UTF-8 is replaced', '/', 'a\xc3', '/a\xef\xbf\xbd'],
    ['a directory that is not known stands in front', '<UNKNOWN>', 'a', '<UNKNOWN>a'],
  ])('%s', (_why, directory, path, joined) => {
    expect(joinPath(directory, path)).toBe(joined);
  });

  it('says so where a path is too long to hold', () => {
    expect(joinPath('/', 'x'.repeat(1023))).toBe('/DIR_TOO_LONG/FILENAME_TOO_LONG');
    expect(joinPath('/', 'x'.repeat(1022))).toHaveLength(1023);
  });

  it('gives an absolute path that joins to itself, whatever the path', () => {
    const bytes = fc.string({
      unit: fc.integer({ min: 1, max: 255 }).map((n) => String.fromCharCode(n)),
      maxLength: 60,
    });
    const dots = fc
      .array(fc.constantFrom('.', '..', '', 'a', '.b', 'c.'), { maxLength: 12 })
      .map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.oneof(bytes, dots), (path) => {
        const joined = joinPath('/base/', path);
        expect(joinPath('/other/', joined)).toBe(joined);
        expect(joined === '' || joined.startsWith('/')).toBe(true);
      }),
    );
  });
});

describe('the path joiner', () => {
  it('makes what joinPath makes, or leaves it to that', () => {
    const joiner = new PathJoiner();
    const directory = fc.constantFrom(
      '/',
      '/home/',
      '/a b/',
      '<UNKNOWN>',
      '',
      './',
      'x'.repeat(900),
    );
    const part = fc.constantFrom(
      'a',
      'bc',
      '.d',
      '.',
      '..',
      '',
      '(NULL)',
      'e\x07',
      'gr\xc3\xbc',
      'f g',
    );
    const path = fc
      .tuple(fc.constantFrom('', '/'), fc.array(part, { maxLength: 5 }))
      .map(([start, parts]) => start + parts.join('/'));
    let made = 0;
    fc.assert(
      fc.property(directory, path, fc.nat(9), (from, text, margin) => {
        const bytes = Buffer.concat([
          Buffer.alloc(margin, 0x2f),
          Buffer.from(`${text}\0`, 'latin1'),
        ]);
        const joined = joiner.join(from, bytes, margin, text.length + 1);
        if (joined !== undefined) {
          made += 1;
          expect(joined).toBe(joinPath(from, text));
          expect(joiner.text).toBe(joined);
          expect(joiner.bytes.latin1Slice(0, joined.length)).toBe(joined);
        }
      }),
      { numRuns: 1000 },
    );
    expect(made).toBeGreaterThan(50);
  });

  it('starts relative paths at a name with a slash behind it', () => {
    const joiner = new PathJoiner();
    expect(['/a', '/a/', '', '/', '/a'].map((name) => joiner.startIn(name))).toEqual([
      '/a/',
      '/a/',
      '',
      '/',
      '/a/',
    ]);
  });
});
