import type { Command } from 'commander';
import type { JobPage, JobSelection, JobSummary } from '../../control/selection/job-selection.js';
import { exactJson } from '../../enqueue/exact-json.js';
import { JobNotFoundError } from '../../job/job.errors.js';
import type { Run } from '../call.js';
import type { Output } from '../output.js';
import { warnOfUnknown } from '../known-queues.js';
import { showJob, showLog } from './show-job.js';
import { wholeNumber } from '../values.js';
import { filterOf, withFilter, type FilterOptions } from './filter-options.js';
import { age, atLeast, escapedJson, jsonText, Table, type Column } from '../text.js';

const DEFAULT_LIMIT = 50;
const MAX_PAGE = 1_000;

interface ListOptions extends FilterOptions {
  limit: number;
  after?: string;
  all?: boolean;
}

/** `list`, `count` and `show`. */
export function addFindCommands(program: Command, run: Run): void {
  withFilter(program.command('list').description('lists jobs, newest first'))
    .option('--limit <number>', 'how many', wholeNumber(1, 1_000_000), DEFAULT_LIMIT)
    .option('--after <cursor>', 'goes on where an earlier list ended')
    .option('--all', 'all that match; with --json, one job per line')
    .action((options: ListOptions, command: Command) =>
      run(command, async ({ session, out }) => {
        const selection = session.jobs.where(filterOf(options));
        await warnOfUnknown(session, options.queue, out);
        await list(selection, options, out);
      }),
    );
  withFilter(program.command('count').description('counts jobs, up to 10,000')).action(
    (options: FilterOptions, command: Command) =>
      run(command, async ({ session, out }) => {
        const counted = await session.jobs.where(filterOf(options)).count();
        await warnOfUnknown(session, options.queue, out);
        await out.answer(counted, () => [atLeast(counted.count, counted.capped)]);
      }),
  );
  addShow(program, run);
}

function addShow(program: Command, run: Run): void {
  program
    .command('show <id>')
    .description('shows a job with its payload, result, error and failed attempts')
    .option('--logs', 'and the lines that it has logged')
    .action((id: string, { logs }: { logs?: boolean }, command: Command) =>
      run(command, async ({ session, out }) => {
        const job = await session.details.get(id);
        if (!job) throw new JobNotFoundError(id);
        const log = logs ? await session.jobs.logs(id, { limit: MAX_PAGE }) : null;
        const shown = { ...job, ...(log && { logs: log }) };
        if (out.json) await out.write(`${escapedJson(exactJson(shown))}\n`);
        else await out.lines([...showJob(job, Date.now()), ...(log ? showLog(log) : [])]);
      }),
    );
}

async function list(selection: JobSelection, options: ListOptions, out: Output): Promise<void> {
  if (options.all && out.json) return stream(selection, options, out);
  const most = options.all ? Infinity : options.limit;
  const jobs: JobSummary[] = [];
  let table: Table<JobSummary> | null = null;
  let last: JobPage | null = null;
  for await (const page of pages(selection, options, most)) {
    last = page;
    jobs.push(...(out.json ? page.jobs : []));
    if (out.json || page.jobs.length === 0) continue;
    const isFirst = table === null;
    table ??= new Table(columns(Date.now()), page.jobs, out.width);
    await out.lines([...(isFirst ? [table.header()] : []), ...page.jobs.map((job) => table!.row(job))]);
  }
  const { next, capped } = last!;
  if (out.json) return out.answer({ jobs, next, capped }, () => []);
  if (!table) await out.lines(['No jobs.']);
  if (next)
    out.note(`More: ${capped ? '100,000 jobs were looked at. ' : ''}Go on with --after '${next}', or use --all.`);
}

async function stream(selection: JobSelection, options: ListOptions, out: Output): Promise<void> {
  for await (const { jobs } of pages(selection, options, Infinity))
    for (const job of jobs) await out.write(`${jsonText(job)}\n`);
}

/** Stops where a page has looked at 100,000 jobs, unless all are asked for. */
async function* pages(selection: JobSelection, { after }: ListOptions, most: number): AsyncGenerator<JobPage> {
  let left = most;
  let page: JobPage = { jobs: [], next: after ?? null, capped: false };
  do {
    page = await selection.list({ limit: Math.min(left, MAX_PAGE), after: page.next ?? undefined });
    yield page;
    left -= page.jobs.length;
  } while (page.next && left > 0 && (most === Infinity || !page.capped));
}

function columns(nowMs: number): Column<JobSummary>[] {
  return [
    { title: 'ID', of: ({ id }) => id },
    { title: 'STATUS', of: ({ status, progress }) => (progress === null ? status : `${status} ${progress}%`) },
    { title: 'TYPE', of: ({ type }) => type, min: 12 },
    { title: 'TRIES', of: ({ attempts, maxAttempts }) => `${attempts}/${maxAttempts}` },
    { title: 'AGE', of: ({ createdAt }) => age(nowMs - createdAt.getTime()) },
    { title: 'QUEUE', of: ({ queue }) => queue, min: 10, optional: true },
    { title: 'ERROR', of: ({ error }) => (error ?? '').split('\n', 1)[0]!, min: 20, optional: true },
  ];
}
