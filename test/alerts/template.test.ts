import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileTemplate, templateOfWords } from '../../src/alerts/index.js';
import { UserError } from '../../src/errors.js';
import { FIELDS } from '../../src/fields/index.js';
import { loadRules } from '../../src/rules/index.js';
import { executed } from './moments.js';

const moment = executed('Curl', ['-s', 'http://x']);
const render = (text: string): string | undefined =>
  compileTemplate(text, 'syscall').render(moment);
const storyOf = (text: string) => {
  try {
    compileTemplate(text, 'syscall');
  } catch (error) {
    return error instanceof UserError ? error.story : undefined;
  }
  return undefined;
};

describe('a template', () => {
  it.each([
    ['text alone', 'no field', 'no field'],
    ['a field between texts', 'a %proc.name b', 'a Curl b'],
    ['fields in brackets', '[%proc.name],[%proc.pid]', '[Curl],[7]'],
    ['fields side by side', '%proc.name%proc.pid', 'Curl7'],
    ['a field that is the longest known beginning of a word', '%proc.namex', 'Curlx'],
    ['a field in front of a sentence end', 'by %proc.name.', 'by Curl.'],
    ['brackets that are no argument', '%proc.name[0]', 'Curl[0]'],
    ['an argument', '%evt.arg[0] %evt.arg.exe', '0 Curl'],
    ['a width that pads', '<%6proc.name>', '<Curl  >'],
    ['a width that cuts', '<%2proc.name>', '<Cu>'],
    ['a transformer', '%toupper(proc.name) %tolower( proc.name )', 'CURL curl'],
    ['transformers inside each other', '%toupper(basename(proc.name))', 'CURL'],
    ['a bracket that is never closed', '%proc.name[0', 'Curl[0'],
    ['a letter behind the name of an argument', '%evt.arg.exex', 'Curlx'],
    ['a function of a text', '%toupper("x")', 'X'],
    [
      'options of a command line',
      '%getopt((proc.name, "-s"), "s") %getopt(("-o", "x"), "o:")[o]',
      '() x',
    ],
    ['brackets behind a function that takes none', '%toupper(proc.name)[0]', 'CURL[0]'],
    ['a width of many digits', '%00000000003proc.name', 'Cur'],
    ['texts joined', '%concat(proc.name, "-", evt.type)', 'Curl-execve'],
    ['an escape in quotes, as conditions have it', '%join("\\t", (proc.name, "x"))', 'Curl\tx'],
    [
      'forty functions inside each other',
      `%${'toupper('.repeat(40)}proc.name${')'.repeat(40)}`,
      'CURL',
    ],
  ])('may have %s', (_what, text, line) => {
    expect(render(text)).toBe(line);
  });

  it('can be rendered whenever the rules that it stands in were found right', () => {
    const names = ['proc.name', 'evt.arg.exe', 'evt.arg', 'proc.aname[1]', 'fd.types', 'proc.nme'];
    const piece = fc.oneof(
      fc.constantFrom(...names, ...names.map((name) => `%${name}`)),
      fc.constantFrom(
        '%',
        '%5',
        '(',
        ')',
        '[',
        ']',
        ',',
        '"x"',
        ' ',
        'x',
        '.',
        '%toupper(',
        '%len(',
      ),
      fc.constantFrom('%getopt(', '%concat(', '%join(', '%b64(', '%basename('),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), (pieces) => {
        const output = pieces.join('');
        const text = `- rule: R\n  desc: d\n  condition: evt.type = open\n  output: ${JSON.stringify(output)}\n  priority: INFO\n`;
        const { ruleSet } = loadRules([{ path: 'r.yaml', text }]);
        expect(storyOf(output.trim()) === undefined || ruleSet === undefined).toBe(true);
      }),
    );
  });

  it('without * has no line where a value is missing, with * it shows <NA>', () => {
    expect(render('%proc.name %fd.name')).toBeUndefined();
    expect(render('*%proc.name %fd.name')).toBe('Curl <NA>');
  });

  it('prints the length of a text as the reference does, which is not at all', () => {
    expect(render('*%len(proc.name) %len(evt.res)')).toBe('<NA> 7');
  });

  it('gives its values by name, sorted, with exact numbers, and fields instead of what is made of them', () => {
    const values = compileTemplate('%toupper(proc.name) %evt.time %fd.name %proc.pid', 'syscall');
    expect(values.values(moment)).toEqual([
      { name: 'evt.time', value: 0n },
      { name: 'fd.name', value: null },
      { name: 'proc.name', value: 'Curl' },
      { name: 'proc.pid', value: 7 },
    ]);
  });

  it.each([
    ['an unknown field, with the nearest one', '%proc.nme', 'TEMPLATE_UNKNOWN_FIELD', 'proc.name'],
    ['a % at its end', '100%', 'TEMPLATE_SYNTAX', 'proc.name'],
    ['a % without a name', '5 % of', 'TEMPLATE_SYNTAX', 'proc.name'],
    ['an unknown transformer', '%upper(proc.name)', 'TEMPLATE_SYNTAX', 'proc.name'],
    ['a transformer of the wrong type', '%toupper(proc.pid)', 'TEMPLATE_SYNTAX', 'proc.name'],
    ['a missing argument', '%evt.arg', 'TEMPLATE_UNKNOWN_FIELD', 'evt.arg'],
  ])('with %s is refused', (_what, text, code, told) => {
    const story = storyOf(text);
    expect(story?.code).toBe(code);
    expect(story?.fix).toContain(told);
  });

  it('with a function that exists, but not for such arguments, is refused with what it takes', () => {
    expect(storyOf('%getopt(proc.name)')?.why).toMatch(/^getopt takes two arguments/);
    expect(storyOf('%join("-", proc.name)')?.why).toBe('the second argument of join is a list');
    expect(storyOf('%join("-", ((proc.name)))')?.why).toMatch(/cannot hold a list$/);
    expect(storyOf('%toupper("\\d")')?.why).toMatch(/is not an escape/);
    expect(storyOf('%upper(proc.name)')?.why).toMatch(/^there is no transformer "upper"/);
  });

  it('never crashes, whatever it is', () => {
    const piece = fc.constantFrom(
      ...[
        '%',
        '%%',
        '[',
        ']',
        '(',
        ')',
        ',',
        '"',
        'toupper(',
        'join(',
        '%12',
        'proc.name',
        '*',
        ' ',
        '\n',
        '\u00ff',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          compileTemplate(pieces.join(''), 'syscall').render(moment);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });

  it('gives a field the same value whatever stands beside it', () => {
    const names = [...FIELDS.values()]
      .filter(
        ({ row, catalogue }) =>
          catalogue.sources?.includes('syscall') !== false && row.argument?.isRequired !== true,
      )
      .map(({ row }) => row.name);
    const alone = new Map(names.map((name) => [name, render(`*%${name}`)]));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 30 }),
        (chosen) => {
          const line = render(`*${chosen.map((name) => `%${name}`).join('\u001f')}`);
          expect(line?.split('\u001f')).toEqual(chosen.map((name) => alone.get(name)));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('words', () => {
  it('stand for fields, and field names for themselves', () => {
    expect(templateOfWords('time, container-id,proc.aname[2],%evt.type', 'syscall')).toBe(
      '*%evt.time.s,%container.id,%proc.aname[2],%evt.type',
    );
    expect(templateOfWords('user-name,namespace', 'k8s_audit')).toBe(
      '*%ka.user.name,%ka.target.namespace',
    );
  });
});
