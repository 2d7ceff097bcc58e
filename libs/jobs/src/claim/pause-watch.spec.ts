import type { WishesRow } from '../store/sql/lease/read-wishes.sql.js';
import { PauseWatch } from './pause-watch.js';
import { nsToMs, systemClock } from '../support/time/clock.js';

const paused = (queues: string[], endsInMs: number | null = null): WishesRow => ({
  paused_queues: queues,
  paused_types: [],
  pause_ends_in_ms: endsInMs,
  wanted_slots: null,
  wanted_ms: null,
  is_drained: false,
});

const sharedMs = () => nsToMs(systemClock.sharedNs());

describe('PauseWatch', () => {
  let applied: (readonly string[])[];
  let slots: number[];
  let errors: unknown[];
  let reads: { answer: (row: WishesRow) => void; fail: (error: Error) => void }[];
  let watch: PauseWatch;

  beforeEach(() => {
    jest.useFakeTimers();
    applied = [];
    slots = [];
    errors = [];
    reads = [];
    watch = new PauseWatch({
      clock: systemClock,
      read: () => new Promise((answer, fail) => reads.push({ answer, fail })),
      apply: (steering) => applied.push(steering.paused),
      setSlots: (wanted) => slots.push(wanted),
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

  it('sets the slots that an operator wants once, and again when they are set again', () => {
    const wanted = (count: number, setMs: number) => ({ ...paused([]), wanted_slots: count, wanted_ms: setMs });
    watch.seen(paused([]), sharedMs());
    for (const wish of [wanted(20, 1), wanted(20, 1), wanted(20, 2), wanted(5, 3)]) watch.seen(wish, sharedMs());
    expect(slots).toEqual([20, 20, 5]);
  });

  it('tells a worker that replaces another what it has to start with', () => {
    watch.seen({ ...paused(['mail']), paused_types: ['report'], is_drained: true }, sharedMs());
    const steered: unknown[] = [];
    watch.applied({ steer: (steering) => steered.push(steering) });
    expect(steered).toEqual([{ paused: ['mail'], pausedTypes: ['report'], isDrained: true }]);
  });

  it('stays drained while nobody can say whether the worker is', () => {
    const drained: boolean[] = [];
    const watching = new PauseWatch({
      clock: systemClock,
      read: () => new Promise(() => undefined),
      apply: ({ isDrained }) => drained.push(isDrained),
      setSlots: () => undefined,
      onError: () => undefined,
    });
    for (const isDrained of [null, true, null, false, null])
      watching.seen({ ...paused([]), is_drained: isDrained }, sharedMs());
    expect(drained).toEqual([false, true, true, false, false]);
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
