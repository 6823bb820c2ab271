// Chromium without a window and without anything that it does by itself. For what looks at pages of the report: tests, the bench, pictures.
import { existsSync } from 'node:fs';

const PATH = '/usr/bin/chromium';

export const HAS_CHROMIUM = existsSync(PATH);

export async function launchChromium() {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: PATH,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}
