/**
 * Which source an event belongs to: rules of one source see only its events. Plugins are known by the
 * numbers under which falcosecurity's registry lists them.
 */
import { paramsOf } from './params-of.js';
import { EVENT } from './codes.js';
import type { Event } from './event.js';

/** Plugin id -> source name and plugin name (`evt.source`, `evt.pluginname`). */
export const PLUGINS: ReadonlyMap<number, { readonly source: string; readonly name: string }> =
  new Map([
    [1, { source: 'k8s_audit', name: 'k8saudit' }],
    [2, { source: 'aws_cloudtrail', name: 'cloudtrail' }],
    [3, { source: 'dummy', name: 'dummy' }],
    [4, { source: 'dummy_c', name: 'dummy_c' }],
    [5, { source: 'docker', name: 'docker' }],
    [6, { source: 'seccompagent', name: 'seccompagent' }],
    [7, { source: 'okta', name: 'okta' }],
    [8, { source: 'github', name: 'github' }],
    [9, { source: 'k8s_audit', name: 'k8saudit-eks' }],
    [10, { source: 'nomad', name: 'nomad' }],
    [11, { source: 'dnscollector', name: 'dnscollector' }],
    [12, { source: 'gcp_auditlog', name: 'gcpaudit' }],
    [13, { source: 'syslogsrv', name: 'syslogsrv' }],
    [14, { source: 'salesforce', name: 'salesforce' }],
    [15, { source: 'box', name: 'box' }],
    [16, { source: 'k8s_audit', name: 'k8saudit-gke' }],
    [17, { source: 'journal', name: 'journald' }],
    [18, { source: 'kafka', name: 'kafka' }],
    [19, { source: 'gitlab', name: 'gitlab' }],
    [20, { source: 'keycloak', name: 'keycloak' }],
    [21, { source: 'k8s_audit', name: 'k8saudit-aks' }],
    [22, { source: 'k8s_audit', name: 'k8saudit-ovh' }],
    [23, { source: 'dummy_rs', name: 'dummy_rs' }],
    [24, { source: 'collector', name: 'collector' }],
    [25, { source: 'awselb', name: 'awselb' }],
    [26, { source: 'edera_zone', name: 'edera' }],
    [27, { source: 'nginx', name: 'nginx' }],
    [28, { source: 'coding_agent', name: 'coding_agent' }],
  ]);

/** The source of system calls and of everything else that the kernel reports. */
export const SYSCALL_SOURCE = 'syscall';

const { plugin_id: PLUGIN_ID } = paramsOf(EVENT.PLUGINEVENT_E);

/** Name of the event's source; of a plugin that is not listed, its number. */
export function sourceOf(event: Event): string {
  if (event.code !== EVENT.PLUGINEVENT_E) {
    return SYSCALL_SOURCE;
  }
  const plugin = event.unsigned(PLUGIN_ID) ?? 0;
  return PLUGINS.get(plugin)?.source ?? `plugin ${plugin}`;
}
