/** JUnit XML, as CI servers read it: a suite a test file, a case an expectation. */

/** One expectation and how it fared. */
export interface JunitCase {
  readonly name: string;
  /** `error`: it could not be judged. A warning passes, and is reported in its output. */
  readonly outcome: 'passed' | 'warned' | 'failed' | 'error';
  /** What kind of thing was expected. */
  readonly type: string;
  /** One line, for cases that did not pass. */
  readonly message: string;
  /** Further lines; without any, the message stands for them, since some CI servers show nothing else. */
  readonly details: string;
}

/** One test file. */
export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

/** The document. There are no times in it: the same tests give the same bytes. */
export function junitText(suites: readonly JunitSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  const body = suites.map(suiteText).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="tiercel" ${counts(all)}>\n${body}</testsuites>\n`;
}

function counts(cases: readonly JunitCase[]): string {
  const count = (wanted: JunitCase['outcome']): number =>
    cases.filter(({ outcome }) => outcome === wanted).length;
  return `tests="${cases.length}" failures="${count('failed')}" errors="${count('error')}"`;
}

function suiteText({ name, cases }: JunitSuite): string {
  const head = `  <testsuite name="${xml(name)}" ${counts(cases)} skipped="0">\n`;
  const texts = withOwnNames(cases).map((each) => caseText(name, each));
  return `${head}${texts.join('')}  </testsuite>\n`;
}

/** CI servers take cases of one name for one case. */
function withOwnNames(cases: readonly JunitCase[]): readonly JunitCase[] {
  const counted = new Map<string, number>();
  return cases.map((each) => {
    const count = (counted.get(each.name) ?? 0) + 1;
    counted.set(each.name, count);
    return count === 1 ? each : { ...each, name: `${each.name} (${count})` };
  });
}

function caseText(suite: string, { name, outcome, type, message, details }: JunitCase): string {
  const head = `    <testcase classname="${xml(suite)}" name="${xml(name)}"`;
  if (outcome === 'passed') {
    return `${head}/>\n`;
  }
  const inside =
    outcome === 'warned'
      ? `<system-out>${xml(`warning: ${message}\n${details}`)}</system-out>`
      : `<${ELEMENTS[outcome]} message="${xml(message)}" type="${xml(type)}">${xml(details === '' ? message : details)}</${ELEMENTS[outcome]}>`;
  return `${head}>\n      ${inside}\n    </testcase>\n`;
}

const ELEMENTS = { failed: 'failure', error: 'error' } as const;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Text as an attribute's value; control characters become U+FFFD. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"\n\t]/g, (char) => ENTITIES[char] ?? char);
}
