/** What a child process is to answer from a case: which work of the `investigation` room, and its request. */
import type { DiffRequest } from '../investigation/diff.js';
import type { ExportRequest } from '../investigation/export.js';
import type { QueryRequest } from '../investigation/query.js';
import type { ReportRequest } from '../investigation/report.js';
import type { StoryRequest } from '../investigation/story.js';
import type { TreeRequest } from '../investigation/tree.js';

export type CaseWork =
  | { readonly verb: 'diff'; readonly request: DiffRequest }
  | { readonly verb: 'export'; readonly request: ExportRequest }
  | { readonly verb: 'query'; readonly request: QueryRequest }
  | { readonly verb: 'report'; readonly request: ReportRequest }
  | { readonly verb: 'story'; readonly request: StoryRequest }
  | { readonly verb: 'tree'; readonly request: TreeRequest };
