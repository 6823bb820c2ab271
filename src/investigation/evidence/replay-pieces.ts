/** Replaying one piece of evidence after the other for those who only look: `rules coverage`, `rules diff`, `rules profile`. */
import { VISIBILITY } from '../../events/index.js';
import { wasInterrupted } from '../../interruption.js';
import type { Moment } from '../../state/index.js';
import { reportFailure } from '../failure.js';
import type { Metadata } from '../metadata/read.js';
import type { Outcome } from '../outcome.js';
import { hasLoss, reportDamage } from './damage.js';
import { replayEvidence } from './open.js';
import { reportOthers, type Piece, type Pieces } from './pieces.js';

/** Who looks. */
export interface Onlooker {
  /** A piece of evidence, and with it another machine, begins. */
  readonly begin?: (piece: Piece) => void;
  /** Whether a moment of this kind is wanted; all are unless it says otherwise. */
  readonly wants?: (moment: Moment) => boolean;
  /** An event that rules are asked about. */
  readonly look: (moment: Moment) => void;
}

/** How to replay. */
export interface ReplayRequest {
  readonly allowsDamage: boolean;
  /** Names that captures lack. */
  readonly metadata: Metadata | undefined;
}

/** What came of it. */
export interface Looked {
  readonly outcomes: readonly Outcome[];
  /** Whether all of the evidence was read, and nothing in it was lost. */
  readonly isWhole: boolean;
}

/** Replay all pieces; what cannot be read is reported, and the others go on. A signal ends it. */
export async function replayPieces(
  found: Pieces,
  request: ReplayRequest,
  onlooker: Onlooker,
): Promise<Looked> {
  const outcomes = [...reportOthers(found, request.allowsDamage)];
  let isWhole = true;
  for (const piece of found.pieces) {
    const looked = await replayPiece(piece, request, onlooker);
    outcomes.push(...looked.outcomes);
    isWhole &&= looked.isWhole;
    if (wasInterrupted()) {
      break;
    }
  }
  return { outcomes, isWhole };
}

async function replayPiece(
  piece: Piece,
  { allowsDamage, metadata }: ReplayRequest,
  { begin, wants, look }: Onlooker,
): Promise<Looked> {
  begin?.(piece);
  try {
    const result = await replayEvidence(piece, {
      isHashed: false,
      supplement: metadata?.supplement(),
      ...(wants === undefined ? {} : { wants }),
      onMoment: (moment, visibility) => {
        if (visibility !== VISIBILITY.STATE) {
          look(moment);
        }
        return undefined;
      },
    });
    const isWhole = result.isWhole && !hasLoss(result);
    return { outcomes: reportDamage(result, allowsDamage), isWhole };
  } catch (error) {
    return { outcomes: [reportFailure(error)], isWhole: false };
  }
}
