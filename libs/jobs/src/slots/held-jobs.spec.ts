import { HeldJobs } from './held-jobs.js';
import type { RunningJob } from './running-job.js';
import { runningJob } from '../../../../test/support/running-job.js';

describe('HeldJobs', () => {
  it('keeps jobs in order of arrival until they are released, and counts a second release as nothing', () => {
    const held = new HeldJobs();
    const jobs = Array.from({ length: 1_000 }, () => runningJob());
    for (const job of jobs) held.add(job);
    for (const job of jobs.slice(0, 990)) held.release(job);
    held.release(jobs[0]!);
    expect(held.size).toBe(10);
    expect(held.all()).toEqual(jobs.slice(990));
    for (const job of jobs) held.release(job);
    expect([held.size, held.all()]).toEqual([0, []]);
  });

  it('distinguishes the runs of one job, and forgets released ones', () => {
    const held = new HeldJobs();
    const [first, second] = [1, 2].map((run) => runningJob({ id: 'a', run })) as [RunningJob, RunningJob];
    held.add(first);
    held.add(second);
    held.release(first);
    expect([held.has('a', 1), held.has('a', 2), held.has('b', 2), held.size]).toEqual([false, true, false, 1]);
  });
});
