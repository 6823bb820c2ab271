/** A reader that does what another does: the base of those that add something. */
import type { EvidenceIdentity, EvidenceReader, Metadata, Next } from '../../capture/index.js';
import type { Diagnostic } from '../../diagnostics.js';

/** Override what is to be different; `stepper` with `next`. */
export class ForwardingReader implements EvidenceReader {
  readonly record: EvidenceReader['record'];
  protected readonly inner: EvidenceReader;

  constructor(inner: EvidenceReader) {
    this.inner = inner;
    this.record = inner.record;
  }

  get metadata(): Metadata {
    return this.inner.metadata;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.inner.diagnostics;
  }

  get bytesRead(): number {
    return this.inner.bytesRead;
  }

  get sizeBytes(): number | undefined {
    return this.inner.sizeBytes;
  }

  get swapParameters(): EvidenceReader['swapParameters'] {
    return this.inner.swapParameters;
  }

  set swapParameters(swap: EvidenceReader['swapParameters']) {
    this.inner.swapParameters = swap;
  }

  get stepper(): EvidenceReader {
    return this.inner.stepper ?? this.inner;
  }

  fill(): Promise<boolean> {
    return this.inner.fill();
  }

  next(): Next {
    return this.inner.next();
  }

  block(): Uint8Array {
    return this.inner.block();
  }

  close(): Promise<EvidenceIdentity> {
    return this.inner.close();
  }
}
