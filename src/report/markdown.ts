/** The short form, for a ticket. */
import { escapeText, markdownCode, markdownTableCode } from '../output/index.js';
import { clockOf, counted, factsOf, unseenOf } from './facts.js';
import type { ReportRows } from './rows.js';
import { sentencesOf } from './sentences.js';

/** What it is made of. */
export interface MarkdownFacts {
  readonly title: string;
  readonly rows: ReportRows;
  readonly restriction: string;
  readonly zone: string;
}

/** Losses and limits that are named; the others are counted. */
const NAMED = 20;

/** The report as Markdown: incidents in the order of their priority, rules that fired, what was not seen, and the hashes. */
export function markdownOf({ title, rows, restriction, zone }: MarkdownFacts): string {
  const { lost, limits } = unseenOf(rows);
  const unseen = [...lost, ...limits];
  return [
    `# ${markdownCode(title)}`,
    markdownCode(factsOf(rows, zone).join(' · ')),
    ...(restriction === '' ? [] : [`**${restriction}**`]),
    '## Incidents',
    ...incidentsOf(rows, zone),
    '## What was not seen',
    unseen.length === 0
      ? 'Nothing was lost, and every rule could fire.'
      : [
          ...unseen.slice(0, NAMED).map((text) => `- ${markdownCode(text)}`),
          ...(unseen.length > NAMED ? [`- ${unseen.length - NAMED} more`] : []),
        ].join('\n'),
    '## Rules that fired',
    firedOf(rows),
    '## Evidence',
    ...evidenceOf(rows),
  ]
    .join('\n\n')
    .concat('\n');
}

function incidentsOf(rows: ReportRows, zone: string): readonly string[] {
  const { incidents } = rows;
  if (incidents.count === 0) {
    return ['No alerts.'];
  }
  const timeText = clockOf(zone);
  const sentences = sentencesOf(rows, { command: markdownCode, thing: markdownCode });
  const byId = new Map(sentences.map(({ incidentId, sentence }) => [incidentId, sentence]));
  const rank = (row: number): number => incidents.number('priority_rank', row) ?? 0;
  const count = (row: number): number => incidents.number('alert_count', row) ?? 0;
  return [...incidents]
    .sort((a, b) => rank(a) - rank(b) || count(b) - count(a))
    .map((row) => {
      const id = incidents.number('incident_id', row) ?? 0;
      const deeds = byId.get(id) ?? '';
      const first = incidents.time('first_ns', row) ?? 0n;
      const last = incidents.time('last_ns', row) ?? 0n;
      const text = (column: 'priority' | 'subject' | 'title' | 'why'): string =>
        markdownCode(incidents.text(column, row) ?? '');
      const lines = [
        `**Incident ${id}**, ${text('priority')}, ${text('subject')}${deeds === '' ? '' : `: ${deeds}`}`,
        `${counted(count(row), 'alert', 'alerts')}, ${timeText(first)} to ${timeText(last)}: ${text('title')}`,
        text('why'),
      ];
      return `- ${lines.join('\\\n  ')}`;
    });
}

function firedOf({ rules }: ReportRows): string {
  const fired = [...rules].filter((row) => (rules.number('alert_count', row) ?? 0) > 0);
  if (fired.length === 0) {
    return 'None.';
  }
  const totals = new Map<string, { priority: string; rank: number; count: number }>();
  for (const row of fired) {
    const name = rules.text('name', row) ?? '';
    const total = totals.get(name) ?? {
      priority: rules.text('priority', row) ?? '',
      rank: rules.number('priority_rank', row) ?? 0,
      count: 0,
    };
    total.count += rules.number('alert_count', row) ?? 0;
    totals.set(name, total);
  }
  return [
    '| rule | priority | alerts |\n|---|---|--:|',
    ...[...totals]
      .sort(([, a], [, b]) => a.rank - b.rank || b.count - a.count)
      .map(([name, { priority, count }]) => `| ${cell(name)} | ${cell(priority)} | ${count} |`),
  ].join('\n');
}

const cell = (text: string): string => markdownTableCode(escapeText(text));

function evidenceOf({ evidence, runs }: ReportRows): readonly string[] {
  return [
    [...evidence]
      .map(
        (row) =>
          `- ${markdownCode(evidence.text('path', row) ?? '')}: SHA-256 ${markdownCode(evidence.text('sha256', row) ?? 'unknown')}`,
      )
      .join('\n'),
    `Made by tiercel ${markdownCode([...new Set([...runs].map((row) => runs.text('tool_version', row)))].join(', '))}; check it with \`tiercel query CASE --verify\` and \`sha256sum\`.`,
  ];
}
