/** Writes 100000 as 100k, like the command line. */
export function shortCount(count) {
  if (count >= 1_000_000 && count % 100_000 === 0) return `${count / 1_000_000}M`;
  return count >= 1_000 && count % 100 === 0 ? `${count / 1_000}k` : String(count);
}

/** The number of jobs from `--jobs`. A scenario with one number takes the largest. */
export function jobsOr({ jobs }, standard) {
  return jobs ? Math.max(...jobs) : standard;
}

/** Whether the table has statistics when its jobs are drained. */
export const STATISTICS = [
  { id: 'analysed', analysed: true },
  { id: 'fresh', analysed: false },
];
