/** What was taken from elsewhere than usual is reported: times of old events, events that were rebuilt. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { put, scratchFolder, tiercel } from '../commands/run.js';

const folder = scratchFolder();
const OLD =
  '{"kind":"Event","apiVersion":"audit.k8s.io/v1beta1","auditID":"a","stage":"ResponseComplete","verb":"get","timestamp":"2026-02-01T10:00:00Z"}\n';
const GKE = readFileSync('fixtures/audit/wrapped/gke.json', 'utf8');

describe('a log', () => {
  it.each([
    ['of events with timestamp only', OLD, 'audit/old-time'],
    ['of Cloud Audit Logs', GKE, 'audit/rebuilt'],
  ])('%s says so', async (name, text, id) => {
    const path = put(folder, `${name}.log`, text);
    const { code, err } = await tiercel(folder, ['analyze', path, '--no-store', '-f', 'none']);
    expect([code, err]).toEqual([0, expect.stringContaining(`(${id})`)]);
  });
});
