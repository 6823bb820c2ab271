/** JUnit XML, as CI servers read it: a suite a test file, a case an expectation. */

/** One expectation and how it fared. */
export interface JunitCase {
  readonly name: string;
  /** What went wrong; `undefined` for a case that passed. */
  readonly failure: string | undefined;
}

/** One test file. */
export interface JunitSuite {
  readonly name: string;
  readonly cases: readonly JunitCase[];
}

/** The document. No times in it: the same tests give the same bytes. */
export function junitText(suites: readonly JunitSuite[]): string {
  const body = suites.map(suiteText).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${body}</testsuites>\n`;
}

function suiteText({ name, cases }: JunitSuite): string {
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const head = `  <testsuite name="${xml(name)}" tests="${cases.length}" failures="${failures}">\n`;
  return `${head}${cases.map((each) => caseText(name, each)).join('')}  </testsuite>\n`;
}

function caseText(suite: string, { name, failure }: JunitCase): string {
  const head = `    <testcase classname="${xml(suite)}" name="${xml(name)}"`;
  return failure === undefined
    ? `${head}/>\n`
    : `${head}>\n      <failure message="${xml(failure)}"/>\n    </testcase>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Text as an attribute's value; characters that XML cannot hold become U+FFFD. */
function xml(text: string): string {
  return text
    .replace(/[^\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
    .replace(/[&<>"\n\t]/g, (char) => ENTITIES[char] ?? char);
}
