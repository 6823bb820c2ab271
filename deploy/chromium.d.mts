/** Types of chromium.mjs, which scripts without a compiler use too. */
import type { Browser } from 'playwright-core';

export const HAS_CHROMIUM: boolean;
export function launchChromium(): Promise<Browser>;
