/** The summary, loaded when there is something to summarise. */
import type { SummaryFacts } from './summary.js';

/** A function that renders a summary, with colour or without. */
export async function openSummary(): Promise<(facts: SummaryFacts, hasColour: boolean) => string> {
  const { renderSummary } = await import('./summary.js');
  return renderSummary;
}
