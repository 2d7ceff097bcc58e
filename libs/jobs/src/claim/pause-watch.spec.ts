import type { PausesRow } from '../store/sql/lease/read-pauses.sql.js';
import { PauseWatch } from './pause-watch.js';
import { nsToMs, systemClock } from '../support/time/clock.js';

const paused = (queues: string[], endsInMs: number | null = null): PausesRow => ({
  paused_queues: queues,
  pause_ends_in_ms: endsInMs,
});

const sharedMs = () => nsToMs(systemClock.sharedNs());

describe('PauseWatch', () => {
  let applied: (readonly string[])[];
  let errors: unknown[];
  let reads: { answer: (row: PausesRow) => void; fail: (error: Error) => void }[];
  let watch: PauseWatch;

  beforeEach(() => {
    jest.useFakeTimers();
    applied = [];
    errors = [];
    reads = [];
    watch = new PauseWatch({
      clock: systemClock,
      read: () => new Promise((answer, fail) => reads.push({ answer, fail })),
      apply: (queues) => applied.push(queues),
      onError: (error) => errors.push(error),
    });
  });

  afterEach(() => {
    watch.stop();
    jest.useRealTimers();
  });

  it('leaves out the late answer of a renewal that was sent before its own look', async () => {
    const sentMs = sharedMs() - 1;
    const looked = watch.look();
    reads[0]!.answer(paused(['mail']));
    await looked;
    watch.seen(paused([]), sentMs);
    expect(applied).toEqual([['mail']]);
    watch.seen(paused([]), sharedMs());
    expect(applied).toEqual([['mail'], []]);
  });

  it('reads before the start, and fails with the read', async () => {
    const starting = watch.start();
    reads[0]!.answer(paused(['mail']));
    await starting;
    expect(applied).toEqual([['mail']]);
    const failing = watch.start();
    reads[1]!.fail(new Error('no database'));
    await expect(failing).rejects.toThrow('no database');
  });

  it('looks again when a pause ends', async () => {
    watch.seen(paused(['mail'], 700), sharedMs());
    await jest.advanceTimersByTimeAsync(700);
    expect(reads).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(1);
    reads[0]!.answer(paused([]));
    await jest.advanceTimersByTimeAsync(0);
    expect(applied).toEqual([['mail'], []]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([2 ** 40, Infinity, null])('sets no timer for an end in %s ms', (endsInMs) => {
    watch.seen(paused(['mail'], endsInMs), sharedMs());
    expect(jest.getTimerCount()).toBe(0);
  });

  it('reads once more for all that is said during a read', async () => {
    const looked = Promise.all([watch.look(), watch.look(), watch.look()]);
    expect(reads).toHaveLength(1);
    reads[0]!.answer(paused([]));
    await jest.advanceTimersByTimeAsync(0);
    expect(reads).toHaveLength(2);
    reads[1]!.answer(paused(['mail']));
    await looked;
    expect(reads).toHaveLength(2);
    expect(applied.at(-1)).toEqual(['mail']);
  });

  it('reports a read that fails, and goes on', async () => {
    const looked = watch.look();
    reads[0]!.fail(new Error('no database'));
    await looked;
    expect(errors).toEqual([new Error('no database')]);
    expect(applied).toEqual([]);
    void watch.look();
    expect(reads).toHaveLength(2);
  });

  it('does nothing once it is stopped', async () => {
    void watch.look();
    watch.seen(paused(['mail'], 10), sharedMs());
    watch.stop();
    reads[0]!.answer(paused(['sms']));
    await jest.advanceTimersByTimeAsync(20);
    expect(applied).toEqual([['mail']]);
    expect(reads).toHaveLength(1);
  });
});
