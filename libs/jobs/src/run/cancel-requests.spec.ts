import { CancelRequests } from './cancel-requests.js';
import { Workbench } from '../slots/workbench.js';
import { runningJob } from '../../../../test/support/running-job.js';
import { systemClock } from '../support/time/clock.js';

describe('CancelRequests', () => {
  let bench: Workbench;
  let cancels: CancelRequests;
  let requested: string[];
  let reads: string[][];
  let sweeps: number;
  let started: string[];
  let handedBack: string[];
  let freed: number;
  let answer: () => Promise<void>;

  beforeEach(() => {
    [requested, reads, sweeps, started, handedBack, freed] = [[], [], 0, [], [], 0];
    answer = () => Promise.resolve();
    bench = new Workbench(1, systemClock);
    cancels = new CancelRequests({
      jobs: {
        readCancelled: async (_, ids) => {
          reads.push(ids);
          await answer();
          return ids.filter((id) => requested.includes(id));
        },
        cancelRequested: () => {
          sweeps++;
          return Promise.resolve({ looked: 0, last_id: null });
        },
      },
      options: { shards: 1 },
      bench,
      start: (jobs) => {
        started.push(...jobs.map(({ id }) => id));
        bench.add(jobs);
        return Promise.resolve();
      },
      handBack: ({ id }) => handedBack.push(id),
      onFreed: () => freed++,
    });
  });

  const claimed = (run = 1) => runningJob({ run });

  it('aborts running jobs, withdraws waiting ones, and ignores those that have ended', async () => {
    const jobs = [claimed(), claimed(), claimed()] as const;
    bench.add(jobs);
    bench.finish(bench.startNext()!);
    bench.startNext();
    requested = jobs.map(({ id }) => id);
    await cancels.act();
    expect(reads).toEqual([[jobs[1].id, jobs[2].id]]);
    expect(jobs.map(({ abortCause }) => abortCause)).toEqual([null, 'cancelled', null]);
    expect([handedBack, freed]).toEqual([[jobs[2].id], 1]);
    bench.finish(jobs[1]);
    expect(bench.startNext()).toBeUndefined();
  });

  it('looks once more after a look, for all requests that came during it', async () => {
    const calls = Array.from({ length: 50 }, () => cancels.act());
    await Promise.all(calls);
    expect(sweeps).toBe(2);
    await cancels.act();
    expect(sweeps).toBe(3);
  });

  it('works again after a failed look', async () => {
    bench.add([claimed()]);
    answer = () => Promise.reject(new Error('no answer'));
    await expect(cancels.act()).rejects.toThrow('no answer');
    answer = () => Promise.resolve();
    await cancels.act();
    expect(sweeps).toBe(1);
  });

  it('reads requests for claimed jobs that have run before, and starts the others without waiting', async () => {
    const [fresh, again, cancelled] = [claimed(), claimed(2), claimed(3)];
    requested = [cancelled.id];
    answer = async () => expect(started).toEqual([fresh.id]);
    cancels.claimBegins();
    await cancels.admit([again, fresh, cancelled]);
    expect(reads).toEqual([[again.id, cancelled.id]]);
    expect(started).toEqual([fresh.id, again.id]);
    expect([handedBack, freed]).toEqual([[cancelled.id], 1]);
    expect(bench.holds(cancelled.id, 3)).toBe(true);
  });

  it('reads requests for every job of a claim during which one came, and not for later claims', async () => {
    const [first, second] = [claimed(), claimed()];
    cancels.claimBegins();
    await cancels.act();
    requested = [first.id];
    await cancels.admit([first]);
    expect([started, handedBack]).toEqual([[], [first.id]]);
    cancels.claimBegins();
    await cancels.admit([second]);
    expect(started).toEqual([second.id]);
    expect(reads.flat()).not.toContain(second.id);
  });
});
