import { describe, expect, it } from 'vitest';
import { UserError, type Story } from '../../src/errors.js';
import { parseFilter } from '../../src/rules/index.js';
import { printCondition } from '../../src/rules/print-condition.js';
import { loadFiles } from './helpers.js';

const { definitions } = loadFiles([
  '- list: shells\n  items: [sh, bash]\n- macro: a_shell\n  condition: proc.name in (shells)\n',
]);

function storyOf(text: string): Story {
  try {
    parseFilter(text, definitions);
  } catch (error) {
    if (error instanceof UserError) {
      return error.story;
    }
    throw error;
  }
  throw new Error('the filter was taken');
}

describe('parseFilter', () => {
  it('takes a condition', () => {
    expect(printCondition(parseFilter('evt.type=open and proc.name=ä'))).toBe(
      'evt.type = open and proc.name = ä',
    );
  });

  it('takes macros and lists of rules files', () => {
    expect(printCondition(parseFilter('a_shell or fd.name in (shells)', definitions))).toBe(
      'proc.name in (sh, bash) or fd.name in (sh, bash)',
    );
  });

  it('takes fields of the source of its events', () => {
    expect(printCondition(parseFilter('ka.verb = get', undefined, 'k8s_audit'))).toBe(
      'ka.verb = get',
    );
  });

  it.each([
    {
      what: 'an unknown field',
      text: 'evt.type=open and proc.nme=x',
      column: 19,
      why: 'no field is called "proc.nme"',
      fix: 'did you mean "proc.name" or "proc.aname"?',
    },
    {
      what: 'an unknown macro',
      text: 'a_shel',
      column: 1,
      why: 'no macro is called "a_shel"',
      fix: 'did you mean "a_shell"?',
    },
    {
      what: 'a syntax error',
      text: 'proc.name = sh bash',
      column: 16,
      why: 'expected "and", "or" or the end of the condition; found "bash"',
      fix: 'write "and" or "or" before it; or, if it belongs to a text, put that in quotes',
    },
    {
      what: 'nothing',
      text: '  ',
      column: 1,
      why: 'the condition is empty',
      fix: 'write a condition such as evt.type = open',
    },
  ])('names the column of $what, and what to do', ({ text, column, why, fix }) => {
    const story = storyOf(text);
    expect(story).toMatchObject({ code: 'FILTER', where: `filter, column ${column}`, fix });
    expect(story.why.split('\n')[0]).toBe(why);
    expect(story.why.split('\n')[2]?.indexOf('^')).toBe(column - 1);
  });
});
