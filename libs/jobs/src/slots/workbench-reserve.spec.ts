import type { RunningJob } from './running-job.js';
import { Workbench } from './workbench.js';
import { runningJob } from '../../../../test/support/running-job.js';
import { systemClock } from '../support/time/clock.js';

describe('Workbench, while an insert is under way,', () => {
  const jobs = (count: number) => Array.from({ length: count }, () => runningJob());

  function startAll(bench: Workbench): RunningJob[] {
    const started: RunningJob[] = [];
    for (let job; (job = bench.startNext());) started.push(job);
    return started;
  }

  it('reserves slots and holds the jobs, in their first run only', () => {
    const bench = new Workbench(3, systemClock);
    bench.add(jobs(1));
    startAll(bench);
    expect(bench.reserve(['a', 'b'])).toBe(true);
    expect(bench.reserve(['c'])).toBe(false);
    expect([bench.wanted(), bench.size]).toEqual([0, 3]);
    expect([bench.holds('a', 1), bench.holds('a', 2), bench.holds('c', 1)]).toEqual([true, false, false]);
    const claimed = jobs(1);
    bench.add(claimed);
    expect(startAll(bench)).toEqual([]);
    bench.unreserve([{ id: 'a' }]);
    expect(bench.holds('a', 1)).toBe(false);
    expect(startAll(bench)).toEqual(claimed);
  });

  it('reserves no slot that a claimed job waits for', () => {
    const bench = new Workbench(2, systemClock);
    bench.add(jobs(2));
    expect(bench.reserve(['a'])).toBe(false);
  });

  it('reserves slots beside a suspect', () => {
    const bench = new Workbench(5, systemClock);
    bench.add([runningJob({ crashes: 1 })]);
    expect(bench.reserve(['a'])).toBe(true);
  });

  it('is empty once no job is held and no insert is under way', async () => {
    const bench = new Workbench(2, systemClock);
    const [job] = jobs(1);
    bench.add([job!]);
    bench.reserve(['a']);
    const seen: string[] = [];
    const empty = bench.whenEmpty().then(() => seen.push('empty'));
    bench.release(job!);
    await Promise.resolve();
    expect(seen).toEqual([]);
    bench.unreserve([{ id: 'a' }]);
    await empty;
  });
});
