/** A case of the evidence whose alerts fit a condition: it is replayed with the rules of the hunt. */
import { resolve } from 'node:path';
import { UserError } from '../../errors.js';
import { frozenRules, jobsOf, newestManifest } from '../../hunt/index.js';
import { analyze } from '../analyze.js';
import { QUIET } from '../analysis/request.js';
import type { Outcome } from '../outcome.js';
import { loadRuleFiles } from '../rules/rule-files.js';
import { askHunt } from './ask.js';
import { openHunted } from './evidence-list.js';

/** What somebody asked. */
export interface ExportRequest {
  readonly results: string;
  /** A condition over alerts. */
  readonly where: string;
  readonly store: string;
}

/** Make the case of what fits. */
export async function exportHunt({
  results,
  where,
  store,
}: ExportRequest): Promise<readonly Outcome[]> {
  const manifest = newestManifest(results);
  const wanted = await keysWhere(results, where);
  const jobs = jobsOf(manifest).filter(({ key }) => wanted.has(key));
  if (jobs.length === 0) {
    throw new UserError({
      code: 'HUNT_NOTHING_FOUND',
      what: 'Cannot make a case',
      where: results,
      why: 'no alert fits the condition',
      fix: 'look with "tiercel hunt query" at what was found',
    });
  }
  const pieces = [];
  for (const { evidence } of jobs) {
    pieces.push(await openHunted(manifest.source, evidence));
  }
  const rules = await loadRuleFiles(frozenRules(resolve(results), manifest), { isQuiet: true });
  const words = {
    ...QUIET,
    ...manifest.options,
    evidence: [],
    store,
    'allow-damage': true,
    'no-summary': false,
  };
  return await analyze(words, { rules, pieces: { pieces, others: [] } });
}

async function keysWhere(results: string, where: string): Promise<ReadonlySet<string>> {
  const sql = `SELECT DISTINCT run_key FROM alerts WHERE (${where}\n)`; // a comment at its end closes nothing
  const { batches, close } = await askHunt(results, sql);
  try {
    const keys = new Set<string>();
    for await (const rows of batches) {
      rows.forEach(([key]) => keys.add(String(key)));
    }
    return keys;
  } finally {
    close();
  }
}
