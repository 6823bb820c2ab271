/** What the world could not hold: told once each, by id. */
import type { DiagnosticId } from '../diagnostics.js';
import type { World } from './world.js';

/** Add a diagnostic, unless there is one of that id already. */
export function noteOnce(world: World, id: DiagnosticId, detail: string): void {
  if (!world.diagnostics.some((known) => known.id === id)) {
    world.diagnostics.push({ id, detail });
  }
}
