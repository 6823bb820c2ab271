/**
 * A reader that ends early without reading the rest: where Ctrl-C was pressed, where nobody reads the output
 * any more, or where enough was printed. What the evidence is (its SHA-256) is not known then.
 */
import type { EvidenceIdentity, EvidenceReader } from '../../capture/index.js';
import { ForwardingReader } from './forwarding-reader.js';

/** One for a replay. */
export class StoppableReader extends ForwardingReader {
  readonly #path: string;
  /** Ends the `fill` that is pending. */
  #endFill: () => void = () => undefined;
  #isStopped = false;

  constructor(inner: EvidenceReader, path: string) {
    super(inner);
    this.#path = path;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** End here; a pending `fill` ends too. */
  stop(): void {
    this.#isStopped = true;
    this.#endFill();
  }

  override fill(): Promise<boolean> {
    if (this.#isStopped) {
      return Promise.resolve(false);
    }
    return new Promise((resolve, reject) => {
      this.#endFill = () => {
        resolve(false);
      };
      this.inner.fill().then(resolve, reject);
    });
  }

  override close(): Promise<EvidenceIdentity> {
    return this.#isStopped
      ? Promise.resolve({
          path: this.#path,
          sha256: undefined,
          sizeBytes: this.inner.sizeBytes ?? this.inner.bytesRead,
          format: 'scap',
          compression: 'none',
        })
      : this.inner.close();
  }
}
