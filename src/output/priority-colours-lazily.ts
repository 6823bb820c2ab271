/** Colours, loaded when somebody asks for them. */
import type { PriorityColours } from './priority-colours.js';

/** Colours of priorities, or none. */
export async function openPriorityColours(hasColour: boolean): Promise<PriorityColours> {
  const { priorityColours } = await import('./priority-colours.js');
  return priorityColours(hasColour);
}
