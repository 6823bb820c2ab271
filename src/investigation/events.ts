/** The work of `events`: lines of events, or a slice of a capture. */
import type { Sink } from '../output/index.js';
import { reportDamage } from './evidence/damage.js';
import { replayEvidence } from './evidence/open.js';
import type { Outcome } from './outcome.js';
import type { LinePrinter } from './slice/lines.js';
import { planEvents, type EventsChoice, type EventsRequest } from './slice/plan.js';

/** Print (or slice) the events of one piece of evidence. */
export async function printEvents(request: EventsRequest): Promise<readonly Outcome[]> {
  const { output, ...choice } = await planEvents(request);
  if (output.kind === 'slice') {
    const { writeSlice } = await import('./slice/slice.js');
    return writeSlice(choice, output);
  }
  return printLines(choice, output);
}

async function printLines(
  { piece, isRaw, isChosen, limit, allowsDamage }: EventsChoice,
  { sink, print }: { readonly sink: Sink; readonly print: LinePrinter },
): Promise<readonly Outcome[]> {
  let left = limit;
  const result = await replayEvidence(piece, {
    isHashed: false,
    raw: isRaw,
    ready: () => sink.ready(),
    onTick: () => {
      sink.flush();
    },
    onMoment: (moment, visibility) => {
      if (isChosen(moment, visibility) && print(moment)) {
        left -= 1;
      }
      return left > 0 && sink.isOpen;
    },
  });
  sink.close();
  return reportDamage(result, allowsDamage);
}
