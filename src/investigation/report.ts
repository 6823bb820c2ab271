/** The work of `report`: a case as a document. */
import { UserError } from '../errors.js';
import { openOutput, refuseUnopenable, type Sink } from '../output/index.js';
import { makeReport, type Report } from '../report/index.js';
import type { Outcome } from './outcome.js';
import { planRange } from './evidence/times.js';
import { refuseEvidence } from './evidence/guard.js';

/** The words of the command line, as oclif parsed them. */
export interface ReportRequest {
  readonly case: string;
  readonly output?: string | undefined;
  readonly force: boolean;
  readonly format: 'html' | 'markdown';
  readonly title?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly tz: string;
  readonly incident?: number | undefined;
}

/** Write the report. */
export function report(request: ReportRequest): readonly Outcome[] {
  const { case: path, format, force, title, incident } = request;
  const output = request.output ?? (format === 'markdown' ? '-' : undefined);
  if (output === undefined) {
    throw new UserError({
      code: 'REPORT_NO_OUTPUT',
      what: 'Cannot write the report',
      where: '--output',
      why: 'no file is named for the page',
      fix: `tiercel report ${path} -o report.html`,
    });
  }
  refuseEvidence(output, [path], '--output');
  refuseUnopenable(output, force);
  const zone = zoneOf(request.tz);
  const range = planRange(request);
  const made = makeReport({
    path,
    title,
    zone,
    range: (span) => range.within(span),
    incident,
  });
  if (incident !== undefined) {
    refuseUnknown(made, incident, path);
  }
  const text = made[format]();
  const sink = openOutput(output, force);
  sink.writeText(text);
  sink.close();
  return [];
}

/** Write the page of a whole case, for `analyze --report`. */
export function writePage(path: string, tz: string, sink: Sink): void {
  const made = makeReport({
    path,
    zone: zoneOf(tz),
    range: () => ({ from: undefined, to: undefined }),
  });
  sink.writeText(made.html());
  sink.close();
}

function zoneOf(tz: string): string {
  return tz === 'local' ? new Intl.DateTimeFormat().resolvedOptions().timeZone : tz;
}

function refuseUnknown({ incidentNumbers }: Report, incident: number, path: string): void {
  if (!incidentNumbers.includes(incident)) {
    throw new UserError({
      code: 'REPORT_NO_INCIDENT',
      what: 'Cannot report this incident',
      where: `--incident ${incident}`,
      why:
        incidentNumbers.length === 0
          ? 'the case has none'
          : `the case has incidents ${incidentNumbers.slice(0, 10).join(', ')}${incidentNumbers.length > 10 ? ' ...' : ''}`,
      fix: `tiercel query ${path} --name incidents`,
    });
  }
}
