/** Rows of incidents: made with their first alert, counted with each batch, titled when the run is finished. */
import type { Alert } from '../alerts/index.js';
import { PRIORITIES } from '../rules/index.js';
import { textOfBytes } from '../units.js';
import type { RowWriter } from './row-writer.js';
import type { Row } from './tables-table.js';

/** What an alert belongs to, and why. Texts are byte strings. */
export interface Grouping {
  readonly kind: Row<'incidents'>['kind'];
  /** Equal for alerts that belong together. */
  readonly key: string;
  /** As it is called in sentences. */
  readonly subject: string;
  readonly why: string;
}

/** What the row of an incident refers to. */
interface References {
  readonly process: bigint | null;
  readonly container: bigint | null;
}

/** An incident of this run, as far as it is counted. */
export interface Incident {
  readonly id: bigint | null;
  first: bigint;
  last: bigint;
  count: number;
  rank: number;
}

/** Beyond this many, alerts of further groups share one incident that says so: memory is bounded. */
const MAX_INCIDENTS = 50_000;
const REST: Grouping = {
  kind: 'unknown',
  key: 'rest',
  subject: 'all groups beyond the first 50,000',
  why: 'More groups of alerts were found than are kept apart.',
};

/** The incidents of one run. */
export class IncidentRows {
  readonly #rows: RowWriter;
  readonly #incidents = new Map<string, Incident>();
  /** Those whose counts in the case are behind. */
  readonly #uncounted = new Set<Incident>();

  constructor(rows: RowWriter) {
    this.#rows = rows;
  }

  /** What `alert` belongs to. An incident that the case cannot take is begun anew by the next alert. */
  incidentOf(alert: Alert, grouping: Grouping, references: References): Incident {
    const isKnown = this.#incidents.has(grouping.key);
    const group = isKnown || this.#incidents.size < MAX_INCIDENTS ? grouping : REST;
    let incident = this.#incidents.get(group.key);
    if (incident === undefined) {
      incident = this.#begin(alert, group, references);
      if (incident.id !== null) {
        this.#incidents.set(group.key, incident);
      }
    }
    return incident;
  }

  /** Count an alert that is stored. */
  count(incident: Incident, { time, rule }: Alert): void {
    incident.first = time < incident.first ? time : incident.first;
    incident.last = time > incident.last ? time : incident.last;
    incident.count += 1;
    incident.rank = Math.min(incident.rank, PRIORITIES.indexOf(rule.priority));
    this.#uncounted.add(incident);
  }

  /** Write what was counted since the last time. */
  storeCounts(): void {
    for (const { id, first, last, count, rank } of this.#uncounted) {
      this.#rows.change('countIncident', first, last, count, PRIORITIES[rank], rank, id);
    }
    this.#uncounted.clear();
  }

  /** Give each its title, now that its alerts are known. */
  finish(): void {
    if (this.#incidents.size > 0) {
      this.storeCounts();
      this.#rows.change('titleIncidents', this.#rows.runId);
    }
  }

  #begin(alert: Alert, { kind, key, subject, why }: Grouping, references: References): Incident {
    const { rule, time } = alert;
    const rank = PRIORITIES.indexOf(rule.priority);
    const id = this.#rows.insert('incidents', {
      kind,
      group_key: textOfBytes(key),
      subject: textOfBytes(subject),
      title: textOfBytes(`${rule.name}: ${subject}`),
      why: textOfBytes(why),
      first_ns: time,
      last_ns: time,
      priority: rule.priority,
      priority_rank: rank,
      alert_count: 0,
      container_key: kind === 'container' ? references.container : null,
      process_id: references.process,
      event_number: alert.eventNumber,
      byte_offset: alert.offset,
    });
    return { id, first: time, last: time, count: 0, rank };
  }
}
