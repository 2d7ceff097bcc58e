import { ProgressReport } from './progress-report.js';
import { systemClock } from '../support/time/clock.js';

const at = (percent: number, note: string | null = null) => ({ percent, note });

describe('the progress of a run', () => {
  let written: number[];
  let answer: (() => void)[];
  let report: ProgressReport;

  beforeEach(() => {
    jest.useFakeTimers();
    written = [];
    answer = [];
    report = new ProgressReport(systemClock, ({ percent }) => {
      written.push(percent);
      return new Promise((resolve) => answer.push(resolve));
    });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const answered = async (afterMs: number) => {
    answer.shift()!();
    await jest.advanceTimersByTimeAsync(afterMs);
  };

  it('is written at once, and then at most once a second, with the latest value', async () => {
    for (const percent of [10, 20, 30]) report.report(at(percent));
    expect(written).toEqual([10]);
    await answered(999);
    expect(written).toEqual([10]);
    report.report(at(40));
    await jest.advanceTimersByTimeAsync(1);
    expect(written).toEqual([10, 40]);
  });

  it('has one write under way and one value waiting, no matter how often it is reported', async () => {
    for (let i = 0; i < 100_000; i++) report.report(at(i % 2 === 0 ? 100 : 99));
    expect(written).toEqual([100]);
    await answered(1_000);
    expect(written).toEqual([100, 99]);
    await answered(5_000);
    expect(written).toEqual([100, 99]);
  });

  it('writes a value once, if nothing else was written since', async () => {
    report.report(at(100));
    await answered(1_000);
    report.report(at(100));
    await jest.advanceTimersByTimeAsync(5_000);
    expect(written).toEqual([100]);
    expect(report.end(true)).toBeNull();
  });

  it('ends after the current write and the last value, and accepts none after that', async () => {
    report.report(at(50));
    report.report(at(100));
    let ended = false;
    const ending = report.end(true)!.then(() => (ended = true));
    report.report(at(7));
    await answered(0);
    expect([written, ended]).toEqual([[50, 100], false]);
    await answered(0);
    await ending;
    expect(written).toEqual([50, 100]);
  });

  it('drops the waiting value if the job did not complete', async () => {
    report.report(at(50));
    report.report(at(60));
    const ending = report.end(false);
    await answered(5_000);
    await ending;
    expect(written).toEqual([50]);
  });

  it('has nothing to wait for if nothing is left to write', async () => {
    report.report(at(50));
    await answered(0);
    expect(report.end(true)).toBeNull();
  });

  it('is written again if only its note has changed', async () => {
    report.report(at(50, 'page 1'));
    report.report(at(50, 'page 2'));
    await answered(1_000);
    expect(written).toEqual([50, 50]);
  });
});
