import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { checkFiles, loadResultsJson, readRulesFiles } from '../../src/rules/index.js';
import { atOnce } from '../../src/steps.js';
import { ruleText } from './helpers.js';

const folder = mkdtempSync(join(tmpdir(), 'rules-'));
const file = (name: string, text: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('readRulesFiles', () => {
  it('reads files in order and folders by name, each file once', () => {
    mkdirSync(join(folder, 'd.d'));
    const b = file('d.d/b.yml', 'b');
    const a = file('d.d/a.yaml', 'a');
    file('d.d/readme.txt', 'no rules');
    const z = file('z.yaml', 'z');
    const read = readRulesFiles([z, join(folder, 'd.d'), z]);
    expect(read.map(({ path }) => path)).toEqual([z, a, b]);
  });

  it('says what the files were', () => {
    const [input] = readRulesFiles([file('sum.yaml', 'abc')]);
    expect(input?.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('passes over a byte order mark', () => {
    expect(readRulesFiles([file('bom.yaml', '\uFEFF- a: b\n')])[0]?.text).toBe('- a: b\n');
  });

  it.each([
    ['is not there', () => join(folder, 'nothing.yaml'), 'there is no such file'],
    [
      'is a folder without rules',
      () => {
        const path = join(folder, 'empty');
        mkdirSync(path, { recursive: true });
        return path;
      },
      'the folder has no .yaml or .yml file; rules files were expected in it',
    ],
    ['lies behind a file', () => join(file('plain', ''), 'x'), /ENOTDIR/],
  ])('refuses what %s', (_why, path, why) => {
    const attempt = (): unknown => readRulesFiles([path()]);
    expect(attempt).toThrow(UserError);
    expect(attempt).toThrow(why);
  });

  it.skipIf(process.getuid?.() === 0)('refuses what may not be read', () => {
    const path = file('secret.yaml', '');
    chmodSync(path, 0);
    expect(() => readRulesFiles([path])).toThrow('you may not read it');
  });
});

describe('checkFiles', () => {
  it('tells of a file that cannot be read, and goes on', () => {
    const good = file('good.yaml', ruleText('evt.type = open'));
    const { files, ruleSet } = atOnce(checkFiles([join(folder, 'nothing.yaml'), good]));
    expect(
      files.map(({ name, successful, errors }) => [name, successful, errors[0]?.code]),
    ).toEqual([
      [join(folder, 'nothing.yaml'), false, 'LOAD_ERR_FILE_READ'],
      [good, true, undefined],
    ]);
    expect(ruleSet).toBeUndefined();
  });

  it('refuses nothing because of its bytes', () => {
    const path = file('bytes.yaml', Buffer.from([0xff, 0xfe, 0x00, 0x2d, 0x20, 0xc3]));
    expect(atOnce(checkFiles([path])).files).toHaveLength(1);
  });
});

describe('loadResultsJson', () => {
  it("has the shape of Falco's own results", () => {
    const path = file('bad.yaml', ruleText('evt.type = open and proc.nme = x', '  colour: red\n'));
    const position = (line: number, column: number) => ({ name: path, line, column });
    expect(loadResultsJson(atOnce(checkFiles([path])))).toEqual({
      falco_load_results: [
        {
          name: path,
          successful: false,
          schema_valid: false,
          schema_warnings: ['failed for <root>[0]: the key "colour" is unknown'],
          errors: [
            {
              code: 'LOAD_ERR_COMPILE_CONDITION',
              codedesc: 'a condition does not make sense',
              message: 'no field is called "proc.nme"',
              fix: 'did you mean "proc.name" or "proc.aname"?',
              position: position(3, 34),
              context: {
                locations: [
                  { item_type: 'rules content', item_name: '', position: position(1, 1) },
                  { item_type: 'rule', item_name: 'R', position: position(1, 3) },
                  { item_type: 'rule condition', item_name: '', position: position(3, 14) },
                  { item_type: 'condition expression', item_name: '', position: position(3, 34) },
                ],
                snippet:
                  '  condition: evt.type = open and proc.nme = x\n                                 ^~~~~~~~\n',
              },
            },
          ],
          notices: [],
          warnings: [
            {
              code: 'LOAD_UNKNOWN_KEY',
              codedesc: 'a key that no item of this kind has; it is passed over',
              message: '"colour" is no key of such an item: it is passed over',
              fix: expect.stringContaining('the keys are rule, condition') as string,
              position: position(6, 3),
              context: {
                locations: [
                  { item_type: 'rules content', item_name: '', position: position(1, 1) },
                  { item_type: 'rule', item_name: 'R', position: position(1, 3) },
                ],
                snippet: '  colour: red\n  ^~~~~~\n',
              },
            },
          ],
        },
      ],
    });
  });
});
