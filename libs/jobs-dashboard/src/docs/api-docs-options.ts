import type { RequestExamples } from './request-examples.js';

export interface ApiDocsOptions {
  /** Title of the document. Default: `Jobs`. */
  title?: string;
  description?: string;
  /** Version of the API. Default: `1.0`. */
  version?: string;
  /** Default: MIT. */
  license?: { name: string; url: string };
  /** Description of each tag. Default: none. */
  tags?: Record<string, string>;
  /** Requests that work unchanged, by the id of their operation. Default: none. */
  examples?: RequestExamples;
}
