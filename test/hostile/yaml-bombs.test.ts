/** Collections inside collections, in every kind of YAML file that the program reads: refused before anything recurses. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFalcoDocument } from '../../src/investigation/configuration/falco-document.js';
import { expandCaptures } from '../../src/investigation/tests/find-files.js';
import { parseTestFile } from '../../src/expectations/index.js';
import { compileGlob, loadRules } from '../../src/rules/index.js';
import { scratchFolder } from '../commands/run.js';

const TOO_DEEP = 'collections are nested more than 200 deep here';
const folder = scratchFolder();

/** One level of nesting on one line, and how deep it is. */
const LEVELS: readonly (readonly [text: string, depth: number])[] = [
  ['[', 1],
  ['{a: ', 1],
  ['[{a: ', 2],
  ['- ', 1],
  ['? ', 1],
  ['? [', 1],
  ['&a [', 1],
  ['!!seq [', 1],
  [': ', 1],
];
const bombs = fc
  .record({ level: fc.constantFrom(...LEVELS), extra: fc.integer({ min: 10, max: 30_000 }) })
  .map(({ level: [text, depth], extra }) => text.repeat(Math.ceil((200 + extra) / depth)));

/** Keys on lines, each further in than the one before. */
const STAIRS = Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');

const storyOf = (work: () => unknown): string => {
  try {
    work();
    return '';
  } catch (error) {
    return (error as { story: { why: string } }).story.why;
  }
};

function messageInRules(text: string): string | undefined {
  return loadRules([{ path: 'r.yaml', text }]).files[0]?.errors[0]?.message;
}

describe('collections nested too deeply are refused', () => {
  it('in rules files, and in rules inside Helm values', () => {
    fc.assert(
      fc.property(bombs, (bomb) => {
        expect(messageInRules(bomb)).toBe(TOO_DEEP);
        expect(messageInRules(`customRules:\n  a.yaml: |-\n    ${bomb}`)).toBe(TOO_DEEP);
      }),
      { numRuns: 40 },
    );
    expect(messageInRules(STAIRS)).toBe(TOO_DEEP);
  });

  it('in test files', () => {
    fc.assert(
      fc.property(bombs, (bomb) => {
        expect(storyOf(() => parseTestFile('t.test.yaml', bomb))).toBe(TOO_DEEP);
      }),
      { numRuns: 40 },
    );
    expect(storyOf(() => parseTestFile('t.test.yaml', STAIRS))).toBe(TOO_DEEP);
  });

  it('in Falco configurations and their overrides', () => {
    const path = join(folder, 'falco.yaml');
    fc.assert(
      fc.property(bombs, (bomb) => {
        writeFileSync(path, bomb);
        expect(storyOf(() => readFalcoDocument(path, []))).toContain(TOO_DEEP);
        // Falco takes an override that is no YAML as a text
        expect(readFalcoDocument(undefined, [`a=${bomb}`])).toEqual({ a: bomb });
      }),
      { numRuns: 40 },
    );
  });

  it('and 200 levels are not too many', () => {
    expect(messageInRules(`${'['.repeat(200)}${']'.repeat(200)}`)).not.toBe(TOO_DEEP);
  });
});

describe('patterns', () => {
  it('of captures match names in proportion to both lengths', () => {
    const name = 'a'.repeat(200);
    writeFileSync(join(folder, name), '');
    const pattern = join(folder, `${'*a'.repeat(60)}b`);
    expect(() => expandCaptures([pattern], 't.test.yaml')).toThrow('Cannot run a test');
    expect(expandCaptures([join(folder, '*a'.repeat(60))], 't.test.yaml')).toHaveLength(1);
  });

  it('of captures find a file once, however many "**" lead to it', () => {
    const stars = Array.from({ length: 12 }, () => '**').join('/');
    expect(expandCaptures([join(folder, stars, 'falco.y*')], 't')).toEqual([
      join(folder, 'falco.yaml'),
    ]);
  });

  it('take [ and \\ in names of captures literally', () => {
    writeFileSync(join(folder, 'odd[1].scap'), '');
    expect(expandCaptures([join(folder, 'odd[1]*')], 't')).toHaveLength(1);
    expect(() => expandCaptures([join(folder, 'odd[12]]*')], 't')).toThrow();
  });

  it('of nothing but opened brackets are read once, and match themselves', () => {
    const brackets = '['.repeat(100_000);
    expect(compileGlob(brackets, false)(brackets)).toBe(true);
    expect(compileGlob(`${brackets}\\]`, false)(`${brackets}]`)).toBe(true);
  });
});
