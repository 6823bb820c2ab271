/**
 * What a reader has to report about its evidence. Bounded: a file of nothing but damage gives as many
 * findings as one can read, and a count of the others.
 */
import type { Diagnostic, DiagnosticId } from '../diagnostics.js';

/** So many findings of one kind are listed. */
const MAX_PER_KIND = 50;

interface UnknownBlocks {
  readonly offset: number;
  readonly type: number;
  count: number;
  bytes: number;
}

/** Collects diagnostics in the order of their offsets. */
export class Findings {
  private readonly listed: Diagnostic[] = [];
  private readonly counts = new Map<DiagnosticId, number>();
  private readonly unknownTypes = new Map<number, UnknownBlocks>();
  private unlistedUnknown = 0;

  /** Report one finding at an offset in the uncompressed evidence. */
  add(id: DiagnosticId, offset: number, detail: string): void {
    const count = (this.counts.get(id) ?? 0) + 1;
    this.counts.set(id, count);
    if (count <= MAX_PER_KIND) {
      this.listed.push({ id, offset, detail });
    }
  }

  /** Count a block of a type that is not in the table: one finding for each type. */
  addUnknownBlock(type: number, offset: number, bytes: number): void {
    const known = this.unknownTypes.get(type);
    if (known !== undefined) {
      known.count += 1;
      known.bytes += bytes;
    } else if (this.unknownTypes.size < MAX_PER_KIND) {
      this.unknownTypes.set(type, { offset, type, count: 1, bytes });
    } else {
      this.unlistedUnknown += 1;
    }
  }

  /** All findings so far; those that only count others stand at the end. */
  list(): readonly Diagnostic[] {
    const found = [...this.listed];
    for (const { offset, type, count, bytes } of this.unknownTypes.values()) {
      const blocks = count === 1 ? '1 block' : `${count} blocks`;
      const detail = `${blocks} of the unknown type 0x${type.toString(16)} passed over (${bytes} bytes)`;
      found.push({ id: 'capture/unknown-block', offset, detail });
    }
    found.sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
    for (const [id, count] of this.counts) {
      if (count > MAX_PER_KIND) {
        const detail = `${count - MAX_PER_KIND} more, besides the ${MAX_PER_KIND} that are listed`;
        found.push({ id, detail });
      }
    }
    if (this.unlistedUnknown > 0) {
      const detail = `${this.unlistedUnknown} more, of other unknown types`;
      found.push({ id: 'capture/unknown-block', detail });
    }
    return found;
  }
}
