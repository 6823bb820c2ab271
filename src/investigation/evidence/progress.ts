/** A progress bar on stderr, for replays of more than a second, on terminals only. */
import { basename } from 'node:path';
import { escapeText, grouped } from '../../output/index.js';

/** A bar that is being shown, or nothing. */
export interface Progress {
  update(bytesRead: number, sizeBytes: number | undefined, records: number): void;
  end(): void;
}

const PATIENCE_MS = 1000;
const WIDTH = 24;
const SILENT: Progress = {
  update: () => undefined,
  end: () => undefined,
};

/** Begin to watch the replay of `path`. */
export function startProgress(path: string): Progress {
  if (!process.stderr.isTTY) {
    return SILENT;
  }
  const started = Date.now();
  let isShown = false;
  return {
    update: (bytesRead, sizeBytes, records) => {
      if (Date.now() - started > PATIENCE_MS) {
        isShown = true;
        process.stderr.write(`\r\x1b[K${bar(path, bytesRead, sizeBytes, records)}`);
      }
    },
    end: () => {
      if (isShown) {
        process.stderr.write('\r\x1b[K');
      }
    },
  };
}

function bar(
  path: string,
  bytesRead: number,
  sizeBytes: number | undefined,
  records: number,
): string {
  const name = escapeText(basename(path));
  const count = `${grouped(records)} records`;
  if (sizeBytes === undefined || sizeBytes === 0) {
    return `${name}  ${(bytesRead / 1e6).toFixed(1)} MB  ${count}`;
  }
  const share = Math.min(1, bytesRead / sizeBytes);
  const done = Math.round(share * WIDTH);
  return `${name}  [${'='.repeat(done)}${' '.repeat(WIDTH - done)}] ${Math.floor(share * 100)} %  ${count}`;
}
