/** A page as text for a terminal or a ticket, and as Markdown. Both say the same. */
import { padToColumns, utcTime } from '../../output/index.js';
import { pageOf } from '../words/page.js';
import type { Page } from './page.js';
import type { StoryMoment } from './moments.js';

const DRAWING = 'Processes (* is what this is about)';
const MOMENTS = 'What happened';
const UNKNOWNS = 'What is not known';

/** The page, as lines. */
export function pageText({ heading, introduction, processes, moments, unknowns }: Page): string {
  return pageOf([
    [heading, ...introduction.map((line) => `  ${line}`)],
    titled(DRAWING, processes),
    titled(MOMENTS, momentLines(moments)),
    titled(
      UNKNOWNS,
      unknowns.map((line) => `- ${line}`),
    ),
  ]);
}

/** The page in Markdown, as GitHub and others show it. The drawing of processes is a block of code. */
export function pageMarkdown({
  heading,
  introduction,
  processes,
  moments,
  unknowns,
}: Page): string {
  return pageOf([
    [`## ${heading}`],
    introduction.map((line) => `- ${line}`),
    processes.length === 0 ? [] : [`### ${DRAWING}`, '', ...fenced(processes)],
    moments.length === 0
      ? []
      : [
          `### ${MOMENTS}`,
          '',
          ...moments.map(
            ({ time, verb, isAlert, text }) =>
              `- ${utcTime(time)} ${isAlert ? `**${verb}**` : verb} ${text}`,
          ),
        ],
    unknowns.length === 0 ? [] : [`### ${UNKNOWNS}`, '', ...unknowns.map((line) => `- ${line}`)],
  ]);
}

function titled(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function momentLines(moments: readonly StoryMoment[]): readonly string[] {
  const width = Math.max(0, ...moments.map(({ verb }) => verb.length));
  return moments.map(({ time, verb, text }) => `${utcTime(time)}  ${padToColumns(verb, width)}  ${text}`); // prettier-ignore
}

/** A block of code whose fence is longer than any that stands in it. */
function fenced(lines: readonly string[]): readonly string[] {
  const longest = lines.reduce((most, line) => {
    return Math.max(most, ...Array.from(line.matchAll(/`+/g), ([run]) => run.length));
  }, 2);
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...lines, fence];
}
