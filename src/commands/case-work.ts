/** What a child process is to answer from a case: which work of the `investigation` room, and its request. */
import type { QueryRequest } from '../investigation/query.js';

export interface CaseWork {
  readonly verb: 'query';
  readonly request: QueryRequest;
}
