import type { Command } from 'commander';
import type { StatisticsSeries } from '../../control/statistics/job-statistics.js';
import type { JobCounts } from '../../observe/stats/job-counts.js';
import type { LongRunningJobs } from '../../observe/stats/job.repository.js';
import type { Run, Session } from '../call.js';
import { age, atLeast, padded, visible } from '../text.js';
import { watch } from './watch.js';

/** What `stats` shows. */
export interface Stats {
  at: Date;
  /** What ended in the last hour. */
  lastHour: StatisticsSeries['total'];
  pending: JobCounts;
  running: JobCounts;
  /** In the last 24 hours. */
  failed: JobCounts;
  runningTooLong: LongRunningJobs;
  /** The queues with due jobs, the oldest first. */
  oldestDue: { queue: string; seconds: number }[];
}

const MAX_ROWS = 10;
const NAME_WIDTH = 52;
const VALUE_WIDTH = 24;

/** `stats`, once or every two seconds. */
export function addStatsCommand(program: Command, run: Run): void {
  program
    .command('stats')
    .description(
      'the last hour, pending, running and failed jobs by type, jobs that run too long, and the oldest due job',
    )
    .option('--watch', 'again every 2 seconds, until q or Ctrl-C; with --json, one line each time')
    .action((options: { watch?: boolean }, command: Command) =>
      run(command, async ({ session, out }) => {
        if (options.watch) return watch(out, () => readStats(session), statsLines);
        const stats = await readStats(session);
        await out.answer(stats, () => statsLines(stats));
      }),
    );
}

async function readStats({ repository, statistics }: Session): Promise<Stats> {
  const { pending, running, failed, oldestDue } = await repository.sample();
  const due = [...oldestDue].map(([queue, seconds]) => ({ queue, seconds })).filter(({ seconds }) => seconds > 0);
  return {
    at: new Date(),
    lastHour: (await statistics.series()).total,
    pending,
    running,
    failed,
    runningTooLong: await repository.findRunningTooLong(),
    oldestDue: due.sort((a, b) => b.seconds - a.seconds),
  };
}

/** The statistics for people, in lines. */
export function statsLines({ lastHour, pending, running, failed, runningTooLong, oldestDue }: Stats): string[] {
  return [
    ...hourLines(lastHour),
    ...counted('Pending', pending),
    ...counted('Running', running),
    ...counted('Failed in 24 hours', failed),
    ...part(
      `Running too long: ${atLeast(runningTooLong.total, runningTooLong.capped)}`,
      runningTooLong.jobs.map(({ id, type, host, runningSeconds }) => [
        `${id}  ${type}`,
        `${age(runningSeconds * 1_000)} on ${host ?? 'an unknown worker'}`,
      ]),
    ),
    ...part(
      `Oldest due: ${oldestDue[0] ? age(oldestDue[0].seconds * 1_000) : 'nothing is due'}`,
      oldestDue.map(({ queue, seconds }) => [queue, age(seconds * 1_000)]),
    ),
  ];
}

function hourLines({ perMinute, completed, retried, failed, waitMs, runMs }: Stats['lastHour']): string[] {
  const times = ({ p50, p95 }: { p50: number | null; p95: number | null }) => `p50 ${span(p50)}, p95 ${span(p95)}`;
  return part(`Last hour: ${perMinute.toFixed(1)} a minute`, [
    ['completed', String(completed)],
    ['failed attempts', String(retried + failed)],
    ['wait', times(waitMs)],
    ['run time', times(runMs)],
  ]);
}

/** `12ms`, `1.5s` or as ages. Nothing measured: `-`. */
function span(ms: number | null): string {
  if (ms === null) return '-';
  if (ms < 1_000) return `${Math.round(ms)}ms`;
  return ms < 10_000 ? `${(ms / 1_000).toFixed(1)}s` : age(ms);
}

function counted(title: string, { counts, total, capped }: JobCounts): string[] {
  return part(
    `${title}: ${atLeast(total, capped)}`,
    counts.map(({ type, count }) => [type, String(count)]),
  );
}

function part(title: string, rows: (readonly [string, string])[]): string[] {
  const rest = rows.length - MAX_ROWS;
  return [
    title,
    ...rows
      .slice(0, MAX_ROWS)
      .map(([name, value]) => `  ${cell(name, NAME_WIDTH)}  ${cell(value, VALUE_WIDTH)}`.trimEnd()),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

function cell(text: string, width: number): string {
  return padded(visible(text), width);
}
