import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinPath } from '../../src/state/path.js';
import { FdTable } from '../../src/state/fd-table.js';
import { FileDescriptor } from '../../src/state/file-descriptor.js';
import { PendingPaths } from '../../src/state/pending-paths.js';

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

/** A descriptor that an open made, by a path behind `/in/` or an absolute one. */
function opened(paths: PendingPaths, fd: number, path: string): FileDescriptor {
  const bytes = Buffer.from(`${path}\0`);
  expect(paths.take('/in/', bytes, 0, bytes.length)).toBe(true);
  const file = new FileDescriptor(fd);
  file.takeName(paths);
  return file;
}

/** Descriptors that come and go, and what they ought to be called. */
class Opens {
  readonly #paths = new PendingPaths();
  readonly #table = new FdTable();
  readonly #names = new Map<number, { name: string; raw: string }>();

  open(fd: number, serial: number): void {
    const isAbsolute = serial % 3 === 0;
    const raw = isAbsolute ? `/absolute/${serial}` : `relative-${serial}`;
    this.#table.set(opened(this.#paths, fd, raw));
    this.#names.set(fd, { name: isAbsolute ? raw : `/in/${raw}`, raw });
  }

  close(fd: number): void {
    this.#table.delete(fd);
    this.#names.delete(fd);
  }

  ask(fd: number): void {
    const known = this.#table.get(fd);
    expect([known?.name, known?.rawName]).toEqual([
      this.#names.get(fd)?.name,
      this.#names.get(fd)?.raw,
    ]);
  }

  rename(fd: number, serial: number): void {
    const known = this.#table.get(fd);
    if (known !== undefined) {
      known.name = `renamed-${serial}`;
      this.#names.set(fd, { name: known.name, raw: this.#names.get(fd)?.raw ?? '' });
    }
  }

  copy(fd: number): void {
    const known = this.#table.get(fd);
    if (known !== undefined) {
      this.#table.set(known.copy(fd));
    }
  }

  checkAll(): void {
    expect([...this.#table].map(({ number }) => number)).toEqual(
      [...this.#names.keys()].sort((a, b) => a - b),
    );
    for (const fd of this.#names.keys()) {
      this.ask(fd);
    }
  }
}

describe('the paths of opens', () => {
  it('are what joinPath makes, or are left to that', () => {
    const paths = new PendingPaths();
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
        if (paths.take(from, bytes, margin, text.length + 1)) {
          made += 1;
          const isRelative = !text.startsWith('/');
          expect(paths.directory).toBe(isRelative ? from : '');
          expect(paths.bytes.latin1Slice(paths.from, paths.to)).toBe(text);
          const file = new FileDescriptor(3);
          file.takeName(paths);
          expect(file.hasName).toBe(true);
          expect([file.name, file.rawName]).toEqual([joinPath(from, text), text]);
        }
      }),
      { numRuns: 1000 },
    );
    expect(made).toBeGreaterThan(50);
  });

  it('are given whenever somebody asks, however many were opened since', () => {
    const actions = fc.constantFrom('open', 'open', 'open', 'close', 'ask', 'rename', 'copy');
    const step = fc.tuple(actions, fc.nat(40));
    fc.assert(
      fc.property(fc.array(step, { minLength: 900, maxLength: 1500 }), (steps) => {
        const opens = new Opens();
        steps.forEach(([action, fd], i) => {
          opens[action](fd, i);
        });
        opens.checkAll();
      }),
      { numRuns: 40 },
    );
  });

  it('are gone, rather than wrong, when they were closed long ago', () => {
    const paths = new PendingPaths();
    const open = (name: string) => opened(paths, 3, name);
    const [kept, closed, late] = [open('kept'), open('closed'), open('late')];
    for (const file of [closed, late]) {
      const table = new FdTable();
      table.set(file);
      table.delete(file.number);
    }
    expect(late.name).toBe('/in/late');
    Array.from({ length: 2_000 }, (_, i) => open(`other-${i}`));
    expect([kept.name, closed.name, late.name]).toEqual(['/in/kept', '', '/in/late']);
  });

  it('are not those of a descriptor any more that was renamed', () => {
    const paths = new PendingPaths();
    const file = opened(paths, 3, 'before');
    expect(paths.lastOwner).toBe(file);
    file.name = 'after';
    expect([paths.lastOwner, file.name, file.rawName]).toEqual([undefined, 'after', 'before']);
  });

  it('start at a name with a slash behind it', () => {
    const paths = new PendingPaths();
    expect(['/a', '/a/', '', '/', '/a'].map((name) => paths.startIn(name))).toEqual([
      '/a/',
      '/a/',
      '',
      '/',
      '/a/',
    ]);
  });
});
