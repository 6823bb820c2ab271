/** A live machine -> .scap. See README.md. */
export { criFacts, criPodFacts } from './cri-facts.js';
export { dockerFacts } from './docker-facts.js';
export { containerJson, type ContainerFacts } from './engine.js';
export { listOf, objectOf, textOf, textsOf, type Json } from './json-value.js';
export type { Amount, Report, Tally } from './program.js';
export { startRecording, type Recording } from './recording.js';
