/** Opens reports in Chromium, and notices everything that a page must not do. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { HAS_CHROMIUM, launchChromium } from '../../deploy/chromium.mjs';

export { HAS_CHROMIUM };

/** Name of a group whose tests need it. */
export const inChromium = (what: string): string =>
  HAS_CHROMIUM ? what : `${what} (chromium is not installed)`;

/** A page, and what it did that no report may do. */
export interface Opened {
  readonly page: Page;
  /** Messages of the console, errors, requests, violations of its policy, dialogs, navigation. */
  readonly misdeeds: string[];
}

interface Options {
  readonly width?: number;
  readonly height?: number;
  /** Without its policy: what the policy would stop shows as well. */
  readonly bypassCSP?: boolean;
  readonly hash?: string;
  /** Whether the page is not expected to get ready. */
  readonly isBroken?: boolean;
}

/** Opens files while the tests of this file run. */
export function useBrowser(): (file: string, options?: Options) => Promise<Opened> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (HAS_CHROMIUM) {
      browser = await launchChromium();
    }
  });
  afterAll(() => browser?.close());
  return async (
    file,
    { width = 1280, height = 800, bypassCSP = false, hash = '', isBroken = false } = {},
  ) => {
    if (browser === undefined) {
      throw new Error('there is no browser');
    }
    const context = await browser.newContext({ viewport: { width, height }, bypassCSP });
    const page = await context.newPage();
    const misdeeds: string[] = [];
    const url = pathToFileURL(file).href;
    page.on('console', (message) => misdeeds.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      misdeeds.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (request.url().split('#')[0] !== url) {
        misdeeds.push(`request: ${request.url()}`);
      }
    });
    await page.exposeFunction('misdeed', (what: string) => {
      misdeeds.push(what);
    });
    await page.addInitScript(trap);
    await page.goto(url + hash);
    if (!isBroken) {
      await page.waitForSelector('html[data-ready]');
    }
    return { page, misdeeds };
  };
}

/** Runs in the page before its own script. Elements and attributes by which text could become something else are reported. */
function trap(): void {
  const report = (what: string): void => {
    (globalThis as unknown as { misdeed: (what: string) => void }).misdeed(what);
  };
  document.addEventListener('securitypolicyviolation', (event) => {
    report(`policy: ${event.violatedDirective} ${event.blockedURI}`);
  });
  const look = (node: Node): void => {
    if (!(node instanceof Element)) {
      return;
    }
    if (
      /^(?:script|iframe|object|embed|link|meta|base|img|form|a|video|audio|style)$/i.test(
        node.tagName,
      ) &&
      !node.closest('head') &&
      !node.matches('form.filters, #data, body > script')
    ) {
      report(`element: ${node.outerHTML.slice(0, 200)}`);
    }
    for (const { name, value } of node.attributes) {
      if (/^on|^(?:href|src|srcdoc|formaction|action)$/i.test(name) && !value.startsWith('#')) {
        report(`attribute: ${name}=${value.slice(0, 200)}`);
      }
    }
    node.childNodes.forEach(look);
  };
  new MutationObserver((changes) => {
    changes.forEach(({ addedNodes, target, type }) => {
      addedNodes.forEach(look);
      if (type === 'attributes') {
        look(target);
      }
    });
  }).observe(document, { subtree: true, childList: true, attributes: true });
}

/** What axe finds on a page, a line each. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  const source = readFileSync(
    createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
    'utf8',
  );
  await page.evaluate(source);
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
    );
  });
}
