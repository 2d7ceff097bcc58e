import { RefusedJobs } from './refused-jobs.js';

describe('RefusedJobs', () => {
  const refused = () => new RefusedJobs();

  it('tries a refused job again after a second, then after twice as long each time, up to a minute', () => {
    const jobs = refused();
    const pauses: number[] = [];
    for (let nowMs = 0, n = 0; n < 9; n++) {
      jobs.refused('a', nowMs);
      let pauseMs = 0;
      while (!jobs.mayTry('a', nowMs + pauseMs)) pauseMs += 500;
      pauses.push(pauseMs / 1_000);
      nowMs += pauseMs;
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('tries a job whose claim had no effect again each second', () => {
    const jobs = refused();
    for (const nowMs of [0, 1_000, 2_000]) {
      jobs.missed('a', nowMs);
      expect([999, 1_000].map((ms) => jobs.mayTry('a', nowMs + ms))).toEqual([false, true]);
    }
  });

  it('forgets what was claimed, and what has not been seen for ten minutes', () => {
    const jobs = refused();
    for (const id of ['a', 'b']) jobs.refused(id, 0);
    jobs.claimed('a');
    expect(jobs.size).toBe(1);
    jobs.forgetGone(599_999);
    expect(jobs.size).toBe(1);
    jobs.forgetGone(600_000);
    expect(jobs.size).toBe(0);
  });

  it('remembers the last 1,000', () => {
    const jobs = refused();
    for (let n = 0; n <= 1_000; n++) jobs.refused(`${n}`, 0);
    expect(jobs.size).toBe(1_000);
    expect([jobs.mayTry('0', 0), jobs.mayTry('1', 0)]).toEqual([true, false]);
  });
});
