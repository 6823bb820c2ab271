/** Text from evidence. An attacker may have written it: it is only ever text, and what would not be seen is shown. */
import type { VNode } from 'preact';
import { showHidden } from '../hidden.js';

/** Longer texts are cut where they are one line of many; details show more. */
const MAX_LINE = 2000;
const MAX_WHOLE = 200_000;

/** One text, in its own direction, so that what stands beside it keeps its place. */
export function Text({
  of,
  isWhole = false,
}: {
  readonly of: string;
  readonly isWhole?: boolean;
}): VNode {
  const most = isWhole ? MAX_WHOLE : MAX_LINE;
  const shown = of.length > most ? `${of.slice(0, most)}… (${of.length} characters)` : of;
  return (
    <bdi
      class="text"
      title={isWhole || of.length < 20 ? undefined : showHidden(of.slice(0, MAX_LINE))}
    >
      {showHidden(shown)}
    </bdi>
  );
}
