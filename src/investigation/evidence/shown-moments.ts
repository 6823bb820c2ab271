/** Which events rules are shown: those within a range of times that meet a filter. */
import type { Moment } from '../../state/index.js';
import type { BySource } from './by-source.js';
import type { Piece } from './pieces.js';
import type { RangeWithin } from './times.js';

/** What a plan says of the events that rules are shown. */
interface Choice {
  readonly filter: BySource<(moment: Moment) => boolean> | undefined;
  readonly rangeWithin: RangeWithin;
}

/** Whether rules are shown an event of `piece`; `undefined`: they are shown all. */
export async function shownMoments(
  { filter, rangeWithin }: Choice,
  piece: Piece,
): Promise<((moment: Moment) => boolean) | undefined> {
  const range = await rangeWithin(piece);
  if (range.isOpen) {
    return filter === undefined ? undefined : (moment) => filter.at(moment)(moment);
  }
  return (moment) =>
    range.contains(moment.event.timeHigh, moment.event.timeLow) &&
    (filter === undefined || filter.at(moment)(moment));
}
