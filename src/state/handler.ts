/** What an event does to the world: one function for each event code, in tables by family. */
import type { Moment } from './moment.js';

/** Called with thread and descriptor already found; may replace them. Never throws. */
export type Handler = (moment: Moment) => void;

/** Event codes (of the newest layout) and what they do. */
export type HandlerTable = readonly (readonly [code: number, handler: Handler])[];
