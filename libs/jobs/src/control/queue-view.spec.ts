import { chooseQueues, toPause, toQueues, type JobQueue } from './queue-view.js';

const settings = (name: string, isPaused = true, untilMs: number | null = null) => ({
  name,
  is_paused: isPaused,
  paused_ms: 1_000,
  until_ms: untilMs,
  paused_by: 'ada',
});
const worked = (name: string) => ({ ...settings(name, false), paused_ms: null, paused_by: null });

describe('toQueues', () => {
  it('knows queues from every side, by name', () => {
    const orphan = { pending: 2, pendingCapped: false, oldestDueMs: 7, running: 1 };
    const counts = { queues: new Map([['orphan', orphan]]), counted: true };
    const workers = [
      { alive: true, queues: ['mail', 'sms'], slots: 10, draining_ms: null },
      { alive: true, queues: ['mail'], slots: 5, draining_ms: null },
      { alive: true, queues: ['mail'], slots: 50, draining_ms: 1_000 },
      { alive: false, queues: ['mail'], slots: 100, draining_ms: null },
    ];
    const queues = toQueues({ counts, workers, queues: [worked('sms'), settings('held'), worked('mail')] });
    expect(queues.map(({ name }) => name)).toEqual(['held', 'mail', 'orphan', 'sms']);
    expect(queues[0]).toMatchObject({ paused: true, pausedBy: 'ada', workers: 0, pending: 0 });
    expect(queues[1]).toMatchObject({ paused: false, workers: 2, slots: 15 });
    expect(queues[2]).toMatchObject({ pending: 2, oldestDueMs: 7, running: 1, workers: 0 });
  });

  it('calls counts capped while nothing has been counted', () => {
    const counts = { queues: new Map(), counted: false };
    const [mail] = toQueues({ counts, workers: [], queues: [worked('mail')] });
    expect(mail).toMatchObject({ pending: 0, pendingCapped: true });
  });
});

describe('toPause', () => {
  it('has no infinite dates, and nothing of a pause that has ended', () => {
    expect(toPause('mail', settings('mail', true, Infinity))).toMatchObject({ paused: true, pausedUntil: null });
    expect(toPause('mail', settings('mail', false, 2_000))).toEqual({
      name: 'mail',
      paused: false,
      pausedAt: null,
      pausedUntil: null,
      pausedBy: null,
    });
  });
});

describe('chooseQueues', () => {
  it('keeps the paused ones and those whose jobs have been due for longest, if there are too many', () => {
    const quiet = toQueues({
      counts: { queues: new Map(), counted: true },
      workers: [],
      queues: Array.from({ length: 1_200 }, (_, i) => worked(`q${1_000 + i}`)),
    });
    const late: JobQueue = { ...quiet[1_150]!, oldestDueMs: 60_000 };
    const paused: JobQueue = { ...quiet[1_190]!, paused: true };
    const { queues, capped } = chooseQueues([...quiet.slice(0, 1_150), late, paused]);
    expect(capped).toBe(true);
    expect(queues).toHaveLength(1_000);
    expect(queues.slice(-2)).toEqual([late, paused]);
    expect(chooseQueues(quiet.slice(0, 1_000)).capped).toBe(false);
  });
});
