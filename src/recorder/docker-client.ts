/**
 * Docker's HTTP API over the engine's unix socket, as far as it is asked here: JSON answers, bounded in time and size, and a
 * stream of events. `node:http` speaks to a socket by itself; a client library brought 18 packages for these two functions.
 */
import { request, type IncomingMessage } from 'node:http';

/** An engine with ten thousand containers answers with some 20 MB. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

/** The API of one engine. */
export class DockerClient {
  readonly #socket: string;
  readonly #patienceMs: number;

  /**
   * @param socket - Path of the engine's socket.
   * @param patienceMs - How long an answer to {@link ask} may take, from the question to its last byte.
   */
  constructor(socket: string, patienceMs: number) {
    this.#socket = socket;
    this.#patienceMs = patienceMs;
  }

  /** The parsed answer to a GET of `path`. Rejects if there is none in time, or it is no success, or no JSON. */
  async ask(path: string): Promise<unknown> {
    const answer = await this.#get(path, AbortSignal.timeout(this.#patienceMs));
    const pieces: Buffer[] = [];
    let byteCount = 0;
    for await (const piece of answer) {
      pieces.push(piece as Buffer);
      byteCount += (piece as Buffer).length;
      if (byteCount > MAX_ANSWER_BYTES) {
        throw new Error(`the engine's answer to ${path} is longer than ${MAX_ANSWER_BYTES} bytes`);
      }
    }
    return JSON.parse(Buffer.concat(pieces).toString('utf8'));
  }

  /** The answer to a GET of `path` as it arrives, until `signal` is aborted or the engine ends it. */
  stream(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return this.#get(path, signal);
  }

  #get(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const asked = request({
        socketPath: this.#socket,
        path,
        headers: { host: 'docker' },
        agent: false,
        signal,
      });
      asked.on('error', reject);
      asked.on('response', (answer) => {
        if (answer.statusCode === 200) {
          resolve(answer);
        } else {
          answer.destroy();
          reject(new Error(`the engine answers ${path} with status ${answer.statusCode ?? 0}`));
        }
      });
      asked.end();
    });
  }
}
