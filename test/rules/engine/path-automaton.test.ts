/**
 * What is asked about a path is asked once for all paths that are alike. The law: whatever rules ask, and whatever
 * paths were opened before, the answers are those of asking each rule anew.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT, EVENT_TABLE, Event, type EventRow } from '../../../src/events/index.js';
import { compileCondition, loadRules, Matcher, type Rule } from '../../../src/rules/index.js';
import { FileDescriptor, joinPath, Moment, Thread, World } from '../../../src/state/index.js';

/** Few names, so that paths begin with, end with and contain each other. */
const name = fc.string({ unit: fc.constantFrom('a', 'b', '.'), minLength: 1, maxLength: 2 });
const relative = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const absolute = relative.map((path) => `/${path}`);
const piece = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '.', '/'), maxLength: 5 }),
  absolute,
  name,
);
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 5 });

const field = fc.constantFrom('fd.name', 'fd.directory', 'fd.filename');
const condition = fc.oneof(
  fc
    .tuple(field, fc.constantFrom('=', '!=', 'startswith', 'endswith', 'contains'), piece)
    .map(([left, operator, text]) => `${left} ${operator} "${text}"`),
  fc
    .tuple(
      field,
      fc.constantFrom('in', 'pmatch'),
      fc.array(fc.oneof(absolute, pattern), { minLength: 1, maxLength: 3 }),
    )
    .map(
      ([left, operator, texts]) =>
        `${left} ${operator} (${texts.map((text) => `"${text}"`).join()})`,
    ),
  fc.tuple(field, pattern).map(([left, text]) => `${left} glob "${text}"`),
  fc.tuple(field, piece).map(([left, text]) => `tolower(${left}) = "${text}"`),
  fc.constant('fd.name regex "^/a+/.*b$"'),
);

/** A path as an open tells it: absolute, or behind a directory. */
interface Opened {
  readonly directory: string;
  readonly path: string;
  readonly isDirectory: boolean;
}
const opened: fc.Arbitrary<Opened> = fc.record({
  directory: fc.oneof(
    absolute.map((path) => `${path}/`),
    fc.constantFrom('/', '', '/b/a/'),
  ),
  path: fc.oneof(
    absolute,
    relative,
    piece.filter((text) => text !== ''),
  ),
  isDirectory: fc.boolean(),
});

function rulesOf(conditions: readonly string[]): readonly Rule[] {
  const text = conditions
    .map(
      (each, i) =>
        `- {rule: r${i}, desc: d, output: o, priority: INFO, condition: ${JSON.stringify(`evt.type = openat and ${each}`)}}\n`,
    )
    .join('');
  const { ruleSet, files } = loadRules([{ path: 'rules.yaml', text }]);
  expect(files.flatMap(({ errors }) => errors.map(({ message }) => message))).toEqual([]);
  return ruleSet?.rules ?? [];
}

/** Moments of opens, as the state would show them. */
class Opens {
  readonly #world = new World();
  readonly #thread = new Thread(1, 1);

  moment({ directory, path, isDirectory }: Opened): Moment {
    const row = EVENT_TABLE[EVENT.OPENAT_2_X] as EventRow;
    const event = new Event(row);
    event.code = row.code;
    const moment = new Moment(this.#world, event);
    moment.thread = this.#thread;
    moment.fd = new FileDescriptor(3);
    moment.fd.kind = isDirectory ? 'directory' : 'file';
    const bytes = Buffer.from(`${path}\0`, 'latin1');
    const { paths } = this.#world;
    if (paths.take(directory, bytes, 0, bytes.length)) {
      moment.fd.takeName(paths);
    } else {
      moment.fd.name = joinPath(directory, path);
    }
    return moment;
  }
}

function answersOf(rules: readonly Rule[], paths: readonly Opened[]) {
  const matcher = new Matcher(rules);
  const anew = rules.map(({ condition: asked, source }) => compileCondition(asked, source));
  const opens = new Opens();
  return paths.map((path) => {
    const moment = opens.moment(path);
    const kept = matcher.match(moment).map((rule) => rules.indexOf(rule));
    const asked = anew.flatMap((holds, i) => (holds(moment) ? [i] : []));
    return { path, kept, asked };
  });
}

describe('paths that end in the same state', () => {
  it('have the answers that asking anew gives', () => {
    let matches = 0;
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 1, maxLength: 8 }),
        fc.array(opened, { minLength: 1, maxLength: 30 }),
        (conditions, paths) => {
          for (const { path, kept, asked } of answersOf(rulesOf(conditions), paths)) {
            expect({ path, answers: kept }).toEqual({ path, answers: asked });
            matches += kept.length;
          }
        },
      ),
      { numRuns: 400 },
    );
    expect(matches).toBeGreaterThan(500); // 1,080 on average, and 160 to either side now and then
  });

  it('are not mixed up where a descriptor is asked about after later opens', () => {
    const names = ['/a/x', '/b/y', '/a/../d', '/b/./e', './g', '/a//g', '/h', '/a', '/b', '/a/'];
    const file = (path: string): Opened => ({ directory: '/in/', path, isDirectory: false });
    const rules = rulesOf(['fd.name startswith /a', 'fd.name startswith /b', 'fd.name endswith g']);
    const anew = rules.map(({ condition: asked, source }) => compileCondition(asked, source));
    const matcher = new Matcher(rules);
    const opens = new Opens();
    for (const first of names) {
      for (const second of names) {
        const [early, late] = [opens.moment(file(first)), opens.moment(file(second))];
        for (const moment of [late, early]) {
          const kept = matcher.match(moment).map((rule) => rules.indexOf(rule));
          expect({ first, second, kept }).toEqual({
            first,
            second,
            kept: anew.flatMap((holds, i) => (holds(moment) ? [i] : [])),
          });
        }
      }
    }
  });

  it('have them also when there are too many states, again and again', () => {
    const names = Array.from({ length: 120 }, (_, i) => `${i}-`.padEnd(240, 'ab'));
    const rules = rulesOf([
      `fd.name in (${names.map((each) => `"/${each}"`).join()})`,
      `fd.filename in (${names
        .slice(0, 40)
        .map((each) => `"${each}"`)
        .join()})`,
      'fd.directory startswith /b',
    ]);
    const paths = Array.from({ length: 6 }, (_, round) =>
      names.map((each, i): Opened => {
        const path = round % 2 === 0 ? each : each.slice(0, 60 + ((round * 31 + i * 7) % 180));
        return { directory: i % 3 === 0 ? '/b/' : '/', path, isDirectory: false };
      }),
    ).flat();
    const answers = answersOf(rules, paths);
    expect(answers.map(({ kept }) => kept)).toEqual(answers.map(({ asked }) => asked));
    expect(answers.filter(({ kept }) => kept.length > 0).length).toBeGreaterThan(300);
  });
});
