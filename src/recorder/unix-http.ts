/** HTTP requests over a unix socket, as container engines answer them. */
import { request, type IncomingMessage } from 'node:http';

const PATIENCE_MS = 6000;

/** Send a GET; the answer's head is awaited at most 6 s. */
export function open(socket: string, path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: socket, path, method: 'GET', headers: { Host: 'engine' } });
    const timer = setTimeout(() => {
      sent.destroy(new Error(`${socket} does not answer`));
    }, PATIENCE_MS);
    sent.once('response', (answer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    sent.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    sent.end();
  });
}

/** GET a JSON document. Rejects for any status but 200. */
export async function getJson(socket: string, path: string): Promise<unknown> {
  const answer = await open(socket, path);
  const parts: Buffer[] = [];
  for await (const part of answer) {
    parts.push(part as Buffer);
  }
  if (answer.statusCode !== 200) {
    throw new Error(`${path}: status ${answer.statusCode ?? 'unknown'}`);
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}
