/**
 * A layer of MITRE's ATT&CK Navigator, format 4.5: techniques with a score, which the Navigator colours. Without a tactic a
 * technique is marked under each of its tactics.
 */

/** A technique of ATT&CK. */
export interface NavigatorTechnique {
  /** `T1059`, `T1059.004`. */
  readonly id: string;
  readonly score: number;
  readonly comment: string;
}

/** A score and what it means. */
export interface NavigatorScore {
  readonly score: number;
  readonly label: string;
  /** `#rrggbb`. */
  readonly color: string;
}

/** A layer. */
export interface NavigatorLayer {
  readonly name: string;
  readonly description: string;
  /** From the lowest to the highest; two or more. */
  readonly scores: readonly NavigatorScore[];
  readonly techniques: readonly NavigatorTechnique[];
}

/** The layer, as JSON of several lines. */
export function navigatorText({ name, description, scores, techniques }: NavigatorLayer): string {
  const values = scores.map(({ score }) => score);
  const layer = {
    name,
    versions: { navigator: '4.9.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description,
    techniques: techniques.map(({ id, score, comment }) => ({ techniqueID: id, score, comment })),
    gradient: {
      colors: scores.map(({ color }) => color),
      minValue: Math.min(...values),
      maxValue: Math.max(...values),
    },
    legendItems: scores.map(({ label, color }) => ({ label, color })),
  };
  return JSON.stringify(layer, undefined, 2);
}
