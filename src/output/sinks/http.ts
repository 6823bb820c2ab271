/**
 * An HTTP server that gets each alert as the body of a POST, one after the other, over one connection. What
 * is not answered in time, or refused, is reported; a server that stays silent is given up.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https';
import { join } from 'node:path';
import { reasonOf, UserError } from '../../errors.js';
import type { Channel, OpenChannel } from '../channel.js';
import { Faults } from './faults.js';

type HttpChannel = Extract<Channel, { kind: 'http' }>;

/** For one alert, from the first byte sent to the last byte of the answer. */
const TIMEOUT_MS = 5000;
/** Alerts that may wait to be sent. */
const MAX_WAITING = 1000;

/** The server was reached, and said no. */
class Refusal extends Error {}

/**
 * Send to the server. `timeoutMs` is for tests.
 *
 * @throws {UserError} `CONFIG_WRONG` for what is no URL, or certificates that cannot be read
 */
export function openHttpChannel(channel: HttpChannel, timeoutMs = TIMEOUT_MS): OpenChannel {
  const url = urlOf(channel);
  const options = optionsOf(channel, url);
  const faults = new Faults();
  let last = Promise.resolve();
  let waiting = 0;
  let silent = 0;
  let notSent = 0;
  const sendOne = async (line: string): Promise<void> => {
    waiting -= 1;
    if (silent > channel.patience) {
      notSent += 1;
      return;
    }
    try {
      await post(url, options, line, timeoutMs);
      silent = 0;
    } catch (error) {
      silent = error instanceof Refusal ? 0 : silent + 1;
      faults.note(`${url.origin} did not take an alert: ${(error as Error).message}`, true);
    }
  };
  return {
    send: (line) => {
      waiting += 1;
      last = last.then(() => sendOne(line));
    },
    ready: () => (waiting > MAX_WAITING ? last : Promise.resolve()),
    finish: async () => {
      await last;
      if (notSent > 0) {
        faults.note(`${url.origin} was given up; ${notSent} further alerts were not sent`, true);
      }
      return faults.all();
    },
  };
}

function post(url: URL, options: RequestOptions, body: string, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, options, (response) => {
      response.resume();
      response.once('error', reject);
      response.once('close', () => {
        const status = response.statusCode ?? 0;
        if (!response.complete) {
          reject(new Error('the answer was cut off'));
        } else if (status >= 400) {
          reject(new Refusal(`status ${status}`));
        } else {
          resolve();
        }
      });
    });
    const timer = setTimeout(() => {
      request.destroy(new Error(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    request.once('close', () => {
      clearTimeout(timer);
    });
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

function optionsOf(channel: HttpChannel, { protocol }: URL): RequestOptions {
  const isSecure = protocol === 'https:';
  const file = (path: string | undefined): Buffer | undefined =>
    path === undefined || !isSecure ? undefined : readCertificate(path);
  const Agent = isSecure ? HttpsAgent : HttpAgent;
  return {
    method: 'POST',
    agent: new Agent({ keepAlive: true, maxSockets: 1 }),
    headers: {
      'Content-Type': channel.isJson ? 'application/json' : 'text/plain',
      'User-Agent': channel.userAgent,
    },
    rejectUnauthorized: !channel.isInsecure,
    ca: isSecure ? authoritiesIn(channel.authorities) : undefined,
    cert: file(channel.clientCertificate),
    key: file(channel.clientKey),
  };
}

const CERTIFICATE = '-----BEGIN CERTIFICATE-----';

/** The certificates in files and folders; `undefined` (those that Node knows) where none is named. */
function authoritiesIn(paths: readonly string[]): Buffer[] | undefined {
  if (paths.length === 0) {
    return undefined;
  }
  return paths.flatMap((path) => {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    return isFolder
      ? readdirSync(path)
          .map((name) => join(path, name))
          .filter((each) => statSync(each, { throwIfNoEntry: false })?.isFile() === true)
          .map(readCertificate)
          .filter((bytes) => bytes.includes(CERTIFICATE))
      : [readCertificate(path)];
  });
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
