/** The page: one file with its script, its style and its data, which opens from a disk without a network. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.js';
import { showHidden } from './hidden.js';
import { compress } from './pack.js';
import type { PackedReport } from './tables.js';

/** What the build made of `page/`. */
const ASSETS = {
  script: new URL('./assets/page.js', import.meta.url),
  style: new URL('./assets/style.css', import.meta.url),
} as const;

/**
 * The text of the page.
 *
 * @throws {UserError} `REPORT_NO_PAGE`: the program was not built whole.
 */
export function htmlOf(report: PackedReport, facts: readonly string[]): string {
  const script = readAsset('script');
  const style = readAsset('style');
  // What it does not cover: navigation by the reader, and WebRTC. Nothing in the page calls either.
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="${escapeHtml(report.tool)}">
<title>${escapeHtml(report.title)}</title>
<style>${style}</style>
</head>
<body>
<header class="top"><h1>${escapeHtml(report.title)}</h1><p class="facts">${facts.map(escapeHtml).join(' · ')}</p></header>
<p id="did-not-run" role="alert">This page did not run. It needs a current browser with scripts enabled, and the whole, unchanged file: nothing of the report is shown without.</p>
<main id="page"></main>
<script type="application/octet-stream" id="data">${compress(report)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function readAsset(name: keyof typeof ASSETS): string {
  try {
    return readFileSync(ASSETS[name], 'utf8').trim();
  } catch {
    throw new UserError({
      code: 'REPORT_NO_PAGE',
      what: 'Cannot write the report',
      where: fileURLToPath(ASSETS[name]),
      why: 'this part of the program is missing: it was not built',
      fix: 'run "npm run build"',
    });
  }
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it. */
function escapeHtml(text: string): string {
  return showHidden(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
