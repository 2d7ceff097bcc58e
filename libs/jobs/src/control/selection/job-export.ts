import { requireInteger, requireOneOf } from '../../job/validate/option-checks.js';
import { requireKnownOptions } from '../../job/validate/known-options.js';
import { csvHead, csvLine } from './csv.js';
import type { JobPage, JobSelection } from './job-selection.js';

export const EXPORT_FORMATS = ['csv', 'json'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  /** Default `csv`. */
  format?: ExportFormat;
  /** Jobs to write, 1 to 100,000; the newest are first. Default 100,000. */
  atMost?: number;
}

/** The most jobs that an export has. */
export const MAX_EXPORTED = 100_000;
const PAGE = 1_000;

/**
 * The jobs of a selection as the parts of a file, page by page: each part is read when it is asked for, in a short
 * transaction of its own. Jobs that are added meanwhile are not in it. It has what `JobSelection.list` returns, so no
 * payload and no result.
 *
 * CSV is as in RFC 4180, in UTF-8 with a byte order mark. Texts that a spreadsheet would take for a formula have an
 * apostrophe before them. JSON is `{"jobs":[…],"more":false}`; `more` is true if jobs were left out.
 *
 * Throws `InvalidJobOptionError` at once, and what `JobSelection.list` throws when a part is asked for.
 */
export function exportJobs(selection: JobSelection, given: ExportOptions = {}): AsyncGenerator<string, void> {
  requireKnownOptions('', given, ['format', 'atMost']);
  const { format = 'csv', atMost = MAX_EXPORTED } = given;
  requireOneOf('format', format, EXPORT_FORMATS);
  requireInteger('atMost', atMost, 1, MAX_EXPORTED);
  return format === 'csv' ? csvParts(selection, atMost) : jsonParts(selection, atMost);
}

async function* csvParts(selection: JobSelection, atMost: number): AsyncGenerator<string, void> {
  let head = csvHead();
  for await (const { jobs } of pagesOf(selection, atMost)) {
    yield head + jobs.map(csvLine).join('');
    head = '';
  }
}

async function* jsonParts(selection: JobSelection, atMost: number): AsyncGenerator<string, void> {
  let before = '{"jobs":[\n';
  let isMore = false;
  for await (const { jobs, next } of pagesOf(selection, atMost)) {
    const part = jobs.map((job) => JSON.stringify(job)).join(',\n');
    if (part !== '') yield before + part;
    if (part !== '') before = ',\n';
    isMore = next !== null;
  }
  yield `${before.startsWith('{') ? before : ''}\n],"more":${isMore}}\n`;
}

/** An empty page can have others behind it, where it has looked at many jobs that do not match. */
async function* pagesOf(selection: JobSelection, atMost: number): AsyncGenerator<JobPage, void> {
  let left = atMost;
  let after: string | undefined;
  do {
    const page = await selection.list({ limit: Math.min(left, PAGE), after });
    yield page;
    left -= page.jobs.length;
    after = page.capped ? undefined : (page.next ?? undefined);
  } while (after !== undefined && left > 0);
}
