import type { JobEvent, JobEventName } from '../job/job-events.js';
import { bucketOf } from './histogram.js';
import { RunRecorder } from './run-recorder.js';

const event = (name: JobEventName, given: Partial<JobEvent> = {}): JobEvent => ({
  name,
  id: '019a0000-0000-7000-8000-000000000001',
  type: 'mail',
  queue: 'default',
  payload: {},
  attempt: 1,
  maxAttempts: 5,
  waitMs: 0,
  durationMs: name === 'started' ? 0 : 30,
  ...given,
});

function countsOf(recorder: RunRecorder, nowMs = 60_000) {
  recorder.turn(nowMs);
  return recorder.takeOldest()?.toCounts() ?? [];
}

const total = (recorder: RunRecorder) => countsOf(recorder).find(({ type, queue }) => type === '' && queue === '');

describe('RunRecorder', () => {
  it('counts how runs end, and times waits and handlers', () => {
    const recorder = new RunRecorder(0);
    for (const waitMs of [4, 4, 900]) recorder.record(event('started', { waitMs }));
    for (const name of ['completed', 'completed', 'retried', 'failed', 'cancelled'] as const)
      recorder.record(event(name));

    const [counts, ...sums] = countsOf(recorder);
    expect(counts).toMatchObject({ type: 'mail', queue: 'default', completed: 2, retried: 1, failed: 1, cancelled: 1 });
    expect(counts).toMatchObject({ wait_ms: 908, run_ms: 150 });
    expect(counts!.waits[bucketOf(4)]).toBe(2);
    expect(counts!.waits[bucketOf(900)]).toBe(1);
    expect(counts!.waits).toHaveLength(bucketOf(900) + 1);
    expect(counts!.runs[bucketOf(30)]).toBe(5);
    expect(sums.map(({ type, queue, completed }) => [type, queue, completed])).toEqual([
      ['', 'default', 2],
      ['', '', 2],
    ]);
  });

  it('counts a rescued run as one that is tried again, and no run that goes on elsewhere or later', () => {
    const recorder = new RunRecorder(0);
    recorder.record(event('rescued', { durationMs: 0 }));
    for (const name of ['handed_back', 'lost', 'snoozed'] as const) recorder.record(event(name));

    expect(total(recorder)).toMatchObject({ completed: 0, retried: 1, failed: 0, cancelled: 0, run_ms: 30 });
  });

  it('has nothing to write where nothing has run', () => {
    expect(countsOf(new RunRecorder(0))).toEqual([]);
  });

  it('is about the middle of its window', () => {
    const recorder = new RunRecorder(1_000);
    recorder.record(event('completed'));
    recorder.turn(61_000);
    expect(recorder.takeOldest()!.ageAt(70_000)).toBe(39_000);
  });

  it('counts types beyond its limit in the sums only', () => {
    const recorder = new RunRecorder(0, 3);
    for (let i = 0; i < 5; i++) recorder.record(event('completed', { type: `tenant_${i}` }));
    const counts = countsOf(recorder);
    expect(counts.map(({ type, completed }) => [type, completed])).toEqual([
      ['tenant_0', 1],
      ['tenant_1', 1],
      ['tenant_2', 1],
      ['', 3],
      ['', 5],
    ]);
  });

  it('puts windows together that cannot be written, and keeps every count and no more tallies than its limit', () => {
    const recorder = new RunRecorder(0, 4);
    for (let minute = 0; minute < 50; minute++) {
      for (let i = 0; i < 3; i++) recorder.record(event('completed', { type: `type_${(minute + i) % 6}` }));
      recorder.turn(minute * 60_000);
    }
    const windows = [];
    for (let window; (window = recorder.takeOldest());) windows.push(window);
    expect(windows.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(4);
    const sums = windows.map((window) => window.toCounts().at(-1)!.completed);
    expect(sums.reduce((sum, count) => sum + count, 0)).toBe(150);
  });
});
