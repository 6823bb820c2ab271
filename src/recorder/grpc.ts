/**
 * Unary gRPC calls over a unix socket: HTTP/2 with a five-byte frame around each message. Enough for the
 * container runtime interface, whose calls are all of this kind.
 */
import { connect, constants, type ClientHttp2Session } from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { textOf } from './json-value.js';

const PATIENCE_MS = 6000;
const FRAME_HEADER = 5;

/** Calls to one server. */
export interface GrpcClient {
  /** Call `/package.Service/Method`. Rejects with the server's message if it refuses. */
  call(method: string, request: Buffer): Promise<Buffer>;
  close(): void;
}

/** Connect; whether anybody is there shows at the first call. */
export function openGrpc(socket: string): GrpcClient {
  const session = connect('http://localhost', {
    createConnection: () => connectSocket(socket),
  });
  session.on('error', () => undefined);
  return {
    call: (method, request) => call(session, method, request),
    close: () => {
      session.destroy();
    },
  };
}

function call(session: ClientHttp2Session, method: string, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (session.destroyed) {
      reject(new Error('the connection is closed'));
      return;
    }
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: method,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc+proto',
      [constants.HTTP2_HEADER_TE]: 'trailers',
    });
    const parts: Buffer[] = [];
    let status = '';
    let message = '';
    const note = (headers: Readonly<Record<string, unknown>>): void => {
      status = textOf(headers['grpc-status']) || status;
      message = textOf(headers['grpc-message']) || message;
    };
    stream.setTimeout(PATIENCE_MS, () => {
      stream.destroy(new Error(`${method} is not answered`));
    });
    stream.on('response', note);
    stream.on('trailers', note);
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.once('error', reject);
    session.once('error', reject);
    stream.once('end', () => {
      session.removeListener('error', reject);
      if (status === '0') {
        resolve(Buffer.concat(parts).subarray(FRAME_HEADER));
      } else {
        reject(
          new Error(decodeURIComponent(message) || `${method}: status ${status || 'unknown'}`),
        );
      }
    });
    const header = Buffer.alloc(FRAME_HEADER);
    header.writeUInt32BE(request.length, 1);
    stream.end(Buffer.concat([header, request]));
  });
}
