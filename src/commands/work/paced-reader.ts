/** A reader that reads on only when somebody is ready for it. */
import type { EvidenceReader } from '../../capture/index.js';
import { ForwardingReader } from './forwarding-reader.js';

export class PacedReader extends ForwardingReader {
  readonly #ready: () => Promise<void>;

  constructor(inner: EvidenceReader, ready: () => Promise<void>) {
    super(inner);
    this.#ready = ready;
  }

  override async fill(): Promise<boolean> {
    await this.#ready();
    return this.inner.fill();
  }
}
