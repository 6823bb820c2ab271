/**
 * SARIF 2.1.0, which code scanning reads: findings at lines of files. Paths become relative URIs, so that they are those of a
 * repository whose root is the current folder; an absolute path stays absolute.
 */
import { isAbsolute, normalize } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A kind of findings. */
export interface SarifRule {
  /** Stable. */
  readonly id: string;
  /** One sentence. */
  readonly doc: string;
}

/** A finding at a place; lines and columns count from 1. */
export interface SarifFinding {
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What one run found. */
export interface SarifRun {
  /** All kinds; only those of findings are written. */
  readonly rules: readonly SarifRule[];
  readonly findings: readonly SarifFinding[];
  /** What was not done, a sentence each. */
  readonly notices: readonly string[];
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** One log, as JSON of several lines. */
export function sarifText({ rules, findings, notices }: SarifRun): string {
  const used = new Set(findings.map(({ ruleId }) => ruleId));
  const kinds = rules.filter(({ id }) => used.has(id));
  const indexes = new Map(kinds.map(({ id }, index) => [id, index]));
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'tiercel',
            rules: kinds.map(({ id, doc }) => ({ id, shortDescription: { text: doc } })),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: notices.map((text) => ({
              level: 'warning',
              message: { text },
            })),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => ({
          ruleId: finding.ruleId,
          ruleIndex: indexes.get(finding.ruleId),
          level: finding.level,
          message: { text: finding.text },
          locations: [locationOf(finding)],
        })),
      },
    ],
  };
  return JSON.stringify(log, undefined, 2);
}

function locationOf({ file, line, column }: SarifFinding): object {
  const region = { startLine: line, startColumn: column };
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region } };
}

/** `-` is stdin. */
function uriOf(file: string): string {
  if (file === '-') {
    return 'stdin';
  }
  return isAbsolute(file)
    ? pathToFileURL(file).href
    : normalize(file).split('/').map(encodeURIComponent).join('/');
}
