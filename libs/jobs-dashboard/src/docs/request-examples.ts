/** Example body and parameters of each operation, by its id. */
export type RequestExamples = Record<string, { body?: unknown; parameters?: Record<string, unknown> }>;
