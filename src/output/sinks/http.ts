/** An HTTP server that gets each alert as the body of a POST, one after the other. */
import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { UserError } from '../../errors.js';
import type { Channel, OpenChannel } from '../channel.js';
import { reasonOf } from '../sink.js';

type HttpChannel = Extract<Channel, { kind: 'http' }>;

const TIMEOUT_MS = 5000;

/**
 * Send to the server.
 *
 * @throws {UserError} `CONFIG_WRONG` for what is no URL, or certificates that cannot be read
 */
export function openHttpChannel(channel: HttpChannel): OpenChannel {
  const url = urlOf(channel);
  const options = optionsOf(channel);
  const faults = new Set<string>();
  let last = Promise.resolve();
  return {
    send: (line) => {
      last = last
        .then(() => post(url, options, line))
        .catch((error: unknown) => {
          faults.add(`${url.origin} did not take an alert: ${(error as Error).message}`);
        });
    },
    finish: async () => {
      await last;
      return [...faults];
    },
  };
}

function post(url: URL, options: RequestOptions, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, options, (response) => {
      response.resume();
      response.once('end', () => {
        const status = response.statusCode ?? 0;
        if (status >= 400) {
          reject(new Error(`status ${status}`));
        } else {
          resolve();
        }
      });
    });
    request.once('timeout', () => request.destroy(new Error('no answer in time')));
    request.once('error', reject);
    request.end(body);
  });
}

function urlOf({ url }: HttpChannel): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new UserError({
      code: 'CONFIG_WRONG',
      what: 'Cannot use this configuration',
      where: 'http_output.url',
      why: `"${url}" is not an http or https address`,
      fix: 'write it as https://HOST/PATH',
    });
  }
  return parsed;
}

function optionsOf(channel: HttpChannel): RequestOptions {
  const file = (path: string | undefined): Buffer | undefined =>
    path === undefined || path === '' ? undefined : readCertificate(path);
  return {
    method: 'POST',
    timeout: TIMEOUT_MS,
    headers: {
      'Content-Type': channel.isJson ? 'application/json' : 'text/plain',
      'User-Agent': channel.userAgent,
    },
    rejectUnauthorized: !channel.isInsecure,
    ca: file(channel.caFile),
    cert: file(channel.clientCertificate),
    key: file(channel.clientKey),
  };
}

function readCertificate(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UserError({
      code: 'CONFIG_WRONG',
      what: 'Cannot use this configuration',
      where: `http_output: ${path}`,
      why: reasonOf(error as NodeJS.ErrnoException),
      fix: 'name a certificate that can be read',
    });
  }
}
