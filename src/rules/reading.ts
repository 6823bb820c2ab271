/** What the readers of all kinds of items share. */
import type { Collector } from './collector.js';
import type { ItemReader } from './item-reader.js';
import type { Context, LocationType, Problems } from './problem.js';
import type { PlacedText } from './source-text.js';
import { didYouMean } from './suggest.js';
import type { YamlNode } from './yaml.js';

/** Where items are read from, and where mistakes in them are reported. */
export interface Reading {
  readonly source: PlacedText;
  readonly collector: Collector;
  readonly problems: Problems;
  /** The file itself. */
  readonly context: Context;
  /** Where a quoted text begins that is never closed. */
  readonly openQuote: number | undefined;
}

/** The context of an item of the file. */
export function itemContext(
  node: YamlNode,
  reading: Reading,
  type: LocationType,
  name: string,
): Context {
  return [...reading.context, { type, name, at: reading.source.at(node.start) }];
}

/** Warn of keys that no item of the kind has. */
export function warnUnknownKeys(reader: ItemReader, known: readonly string[]): void {
  for (const { key } of reader.mapping.entries) {
    const name = key.kind === 'scalar' ? key.text : '';
    if (!known.includes(name)) {
      reader.warn('LOAD_UNKNOWN_KEY', reader.context, {
        message: `"${name}" is no key of such an item: it is passed over`,
        at: reader.at(key),
        length: name.length,
        fix: didYouMean(name, known, `the keys are ${known.join(', ')}`),
      });
    }
  }
}
