/** The oldest way in which a capture reports a container: four parameters, which became one JSON object. */
import { EVENT } from './codes.js';
import type { Event } from './event.js';
import { paramsOf } from './params-of.js';

const OLD_CONTAINER = paramsOf(EVENT.CONTAINER_E);

/** The JSON that the newest layout has in place of (id, type, name, image); a byte string. */
export function oldContainerJson(event: Event): string {
  return JSON.stringify({
    id: event.text(OLD_CONTAINER.id) ?? '',
    type: event.unsigned(OLD_CONTAINER.type) ?? 0,
    name: event.text(OLD_CONTAINER.name) ?? '',
    image: event.text(OLD_CONTAINER.image) ?? '',
  });
}
