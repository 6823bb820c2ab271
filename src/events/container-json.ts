/** The oldest way in which a capture tells of a container: four parameters, which became one JSON object. */
import type { Event } from './event.js';

/** The JSON that the newest layout has in place of (id, type, name, image); a byte string. */
export function containerJson(event: Event): string {
  return JSON.stringify({
    id: event.text(0) ?? '',
    type: event.unsigned(1) ?? 0,
    name: event.text(2) ?? '',
    image: event.text(3) ?? '',
  });
}
