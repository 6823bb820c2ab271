import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  CATALOGUES,
  compileField,
  compileFieldText,
  FIELDS,
  fieldsOfSource,
  type FieldProblem,
} from '../../src/fields/index.js';
import { MOMENTS } from './moments.js';

function problem(text: string, source = 'syscall'): FieldProblem | undefined {
  return compileFieldText(text, source).problem;
}

describe('a field as written', () => {
  it.each([
    ['proc.name', 'proc.name', undefined],
    ['proc.aname[2]', 'proc.aname', '2'],
    ['proc.env[PATH]', 'proc.env', 'PATH'],
    ['evt.arg.flags', 'evt.arg', 'flags'],
    ['evt.arg[0]', 'evt.arg', '0'],
    ['evt.arg[flags]', 'evt.arg', 'flags'],
    ['evt.rawarg.res', 'evt.rawarg', 'res'],
    ['evt.type.is.openat', 'evt.type.is', 'openat'],
    ['evt.type.is.307', 'evt.type.is', '307'],
    ['evt.abspath', 'evt.abspath', undefined],
    ['evt.abspath.src', 'evt.abspath', 'src'],
    ['evt.around[1404996934793590564]', 'evt.around', '1404996934793590564'],
    ['fd.types[3]', 'fd.types', '3'],
    ['thread.cgroup.cpu', 'thread.cgroup', 'cpu'],
    ['proc.aname[02]', 'proc.aname', '02'],
    ['container.mount[/etc]', 'container.mount', '/etc'],
    ['container.mount.source[0]', 'container.mount.source', '0'],
    ['container.label[com.example.x]', 'container.label', 'com.example.x'],
    ['container.label.com.example.x', 'container.label', 'com.example.x'],
    ['k8s.pod.label[app]', 'k8s.pod.label', 'app'],
    ['k8s.pod.labels', 'k8s.pod.labels', undefined],
  ])('%s is the field %s with the argument %s', (text, name, argument) => {
    const { field } = compileFieldText(text, 'syscall');
    expect(field?.row.name).toBe(name);
    expect(field?.argument?.text).toBe(argument);
    expect(field?.text).toBe(text);
  });

  it('takes name and argument apart too', () => {
    expect(compileField('proc.aname', '2', 'syscall').field?.text).toBe('proc.aname[2]');
  });

  it('has the type of its argument where that decides', () => {
    expect(compileFieldText('evt.rawarg.res', 'syscall').field?.type).toBe('int64');
    expect(compileFieldText('evt.rawarg.flags', 'syscall').field?.type).toBe('uint32');
    expect(compileFieldText('evt.rawarg.name', 'syscall').field?.type).toBe('charbuf');
  });
});

describe('what is no field', () => {
  it.each([
    ['proc.nmae', ['proc.name', 'proc.aname', 'proc.pname']],
    ['proc', []],
    ['', []],
  ])('has the fields of nearly that name: %s', (text, nearest) => {
    const { problem } = compileFieldText(text, 'syscall');
    expect(problem?.kind === 'unknown-field' ? problem.nearest() : undefined).toEqual(nearest);
  });

  it.each([
    ['proc.nmae', { kind: 'unknown-field' }],
    ['proc.name.x', { kind: 'unknown-field' }],
    ['proc.namex', { kind: 'unknown-field' }],
    ['proc', { kind: 'unknown-field' }],
    ['', { kind: 'unknown-field' }],
    ['__proto__', { kind: 'unknown-field' }],
    ['proc.name[1]', { kind: 'argument-not-allowed', argument: '1' }],
    ['evt.abspath[src]', { kind: 'argument-not-allowed' }],
    ['evt.arg', { kind: 'argument-missing' }],
    ['container.label', { kind: 'argument-missing' }],
    ['proc.aname[x]', { kind: 'argument-bad', why: 'the argument is a number, 0 or more' }],
    ['proc.aname[-1]', { kind: 'argument-bad' }],
    ['proc.aname[4294967296]', { kind: 'argument-bad' }],
    [
      'evt.arg.flasg',
      { kind: 'argument-bad', why: 'no event has an argument "flasg" (did you mean "flags"?)' },
    ],
    ['evt.arg[zzzzzzzz]', { kind: 'argument-bad', why: 'no event has an argument "zzzzzzzz"' }],
    [
      'evt.type.is.opnat',
      { kind: 'argument-bad', why: 'no event is called "opnat" (did you mean "openat"?)' },
    ],
    ['evt.abspath.here', { kind: 'argument-bad', why: 'the argument is src or dst' }],
    ['evt.around[soon]', { kind: 'argument-bad' }],
  ])('%s says why', (text, expected) => {
    expect(problem(text)).toMatchObject(expected);
  });

  it('names the source that has it', () => {
    expect(problem('ka.verb')).toMatchObject({ kind: 'other-source', sources: ['k8s_audit'] });
    expect(problem('proc.name', 'k8s_audit')).toMatchObject({ kind: 'other-source' });
    expect(problem('evt.time', 'k8s_audit')).toBeUndefined();
  });
});

describe('the catalogues', () => {
  it('have each name once', () => {
    const names = CATALOGUES.flatMap(({ rows }) => rows.map((row) => row.name));
    expect(new Set(names).size).toBe(names.length);
    expect(FIELDS.size).toBe(names.length);
  });

  it('give the generic fields to every source, and the others to their own', () => {
    const audit = fieldsOfSource('k8s_audit').map(({ row }) => row.name);
    expect(audit).toContain('evt.time');
    expect(audit).not.toContain('fd.name');
  });

  it('say in a sentence what each field is', () => {
    for (const { row } of FIELDS.values()) {
      expect(row.doc, row.name).toMatch(/^(?:[A-Z0-9`].*[.]|`.*)$/s);
    }
  });

  it.each(['open', 'second', 'container', 'drop'] as const)(
    'say the truth about subjects that must not ask anything else (%s)',
    (name) => {
      const moment = MOMENTS[name]();
      const { event, thread, fd } = moment;
      for (const { row } of fieldsOfSource('syscall')) {
        if (row.argument?.isRequired === true || row.name.startsWith('evt.type')) {
          continue;
        }
        const asked = new Set<string>();
        const watched = new Proxy(moment, {
          get(target, key) {
            asked.add(String(key));
            return Reflect.get(target, key, target) as unknown;
          },
        });
        row.read(watched, undefined);
        const allowed = {
          type: ['event', 'source'],
          shape: ['event'],
          thread: ['thread', 'world', 'container', 'event'],
          lineage: ['thread', 'world'],
          fd: fd === undefined ? ['fd', 'event', 'thread', 'world'] : ['fd'],
          'fd-name': fd === undefined ? ['fd', 'event', 'thread', 'world'] : ['fd'],
          event: undefined,
        }[row.subject];
        if (allowed !== undefined) {
          expect(
            [...asked].filter((key) => !allowed.includes(key)),
            `${row.name} (${row.subject})`,
          ).toEqual([]);
        }
      }
      expect([event, thread]).toEqual([moment.event, moment.thread]);
    },
  );
});

const REFERENCE = new URL('../../../shared/reference/fields.json', import.meta.url);

describe.skipIf(!existsSync(REFERENCE))('the facts about fields in ../shared', () => {
  interface Fact {
    readonly source: string;
    readonly class?: string;
    readonly name: string;
    readonly type: string;
    readonly list?: boolean;
    readonly filterOnly?: boolean;
    readonly printOnly?: boolean;
  }
  const facts = existsSync(REFERENCE)
    ? (JSON.parse(readFileSync(REFERENCE, 'utf8')) as { fields: Fact[] }).fields
    : [];

  it('are those of our rows: every field, its class, type, list and use', () => {
    const wrong = facts
      .filter(({ source }) => source === 'syscall')
      .filter((fact) => {
        const listed = FIELDS.get(fact.name);
        const type = fact.type === 'STRING' ? 'charbuf' : fact.type.toLowerCase();
        return (
          listed === undefined ||
          listed.catalogue.name !== fact.class ||
          listed.row.type !== type ||
          (listed.row.isList ?? false) !== (fact.list ?? false) ||
          (listed.row.usage === 'filter-only') !== (fact.filterOnly ?? false) ||
          (listed.row.usage === 'print-only') !== (fact.printOnly ?? false)
        );
      });
    expect(wrong).toEqual([]);
  });

  it('know every name that we know, of system calls', () => {
    const known = new Set(facts.map(({ name }) => name));
    const ours = CATALOGUES.filter(
      ({ sources, isUnlisted }) => (isUnlisted !== true && sources?.includes('syscall')) ?? true,
    );
    const strangers = ours.flatMap(({ rows }) => rows).filter(({ name }) => !known.has(name));
    expect(strangers).toEqual([]);
  });
});
