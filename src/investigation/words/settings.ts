/** What `--tz` means for the fields that print times. */
import { UserError } from '../../errors.js';
import { zoneNamed, type FieldSettings } from '../../fields/index.js';

/** @throws {UserError} `TIME_ZONE_UNKNOWN` */
export function settingsOf(zoneName: string): FieldSettings {
  const name = /^(?:utc|local)$/i.test(zoneName) ? zoneName.toUpperCase() : zoneName;
  const zone = zoneNamed(name === 'LOCAL' ? 'local' : name);
  if (zone === undefined) {
    throw new UserError({
      code: 'TIME_ZONE_UNKNOWN',
      what: 'Cannot show times in this zone',
      where: `--tz ${zoneName}`,
      why: `no time zone is called "${zoneName}"`,
      fix: 'use UTC, local, or a name such as Europe/Prague',
    });
  }
  return { zone };
}
