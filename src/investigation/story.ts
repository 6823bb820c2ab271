/** The work of `story`: what happened around an incident, an alert or a process. */
import { escapeText, markdownCode, openOutput } from '../output/index.js';
import { CaseReader, readCase } from '../store/index.js';
import { refuseEvidence } from './evidence/guard.js';
import type { Outcome } from './outcome.js';
import { findStory, type NoStory, type Selection, type Story } from './story/find.js';
import { storyJson } from './story/json.js';
import { storyMermaid } from './story/mermaid.js';
import { emptyPage, pageOf } from './story/page.js';
import { pageMarkdown, pageText } from './story/text.js';

/** The words of the command line, as oclif parsed them. */
export interface StoryRequest {
  readonly case: string;
  readonly alert?: number | undefined;
  readonly incident?: number | undefined;
  readonly process?: number | undefined;
  readonly format: 'text' | 'json' | 'markdown' | 'mermaid';
  readonly output?: string | undefined;
  readonly force: boolean;
}

/** Print a story. */
export function story(request: StoryRequest): Promise<readonly Outcome[]> {
  refuseEvidence(request.output, [request.case], '--output');
  const found = readCase(request.case, (database) =>
    findStory(new CaseReader(database, request.case), selectionOf(request)),
  );
  const sink = openOutput(request.output ?? '-', request.force);
  if (request.format === 'json') {
    sink.writeJson(storyJson(found));
  } else {
    sink.writeText(FORMATS[request.format](found));
  }
  sink.close();
  return Promise.resolve([]);
}

function selectionOf({ alert, incident, process }: StoryRequest): Selection {
  const number = (value: number | undefined): bigint | undefined =>
    value === undefined ? undefined : BigInt(value);
  return { alert: number(alert), incident: number(incident), process: number(process) };
}

const FORMATS: Readonly<
  Record<Exclude<StoryRequest['format'], 'json'>, (found: Story | NoStory) => string>
> = {
  text: (found) =>
    pageText('runs' in found ? emptyPage(found, escapeText) : pageOf(found, escapeText)),
  markdown: (found) =>
    pageMarkdown(
      'runs' in found ? emptyPage(found, markdownCode) : pageOf(found, markdownCode, escapeText),
    ),
  mermaid: (found) =>
    'runs' in found ? 'flowchart TD\n  none["no incident"]\n' : storyMermaid(found),
};
