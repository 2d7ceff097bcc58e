import { whyNotRunning, type WhyCode, type WhyFacts } from './why-not-running.js';

const NOON = new Date('2026-05-01T12:00:00Z');

/** A pending job that is due, with a worker that has free slots. */
const DUE: WhyFacts = {
  type: 'mail',
  queue: 'letters',
  status: 'pending',
  attempts: 0,
  maxAttempts: 5,
  runs: 0,
  crashes: 0,
  scheduledAt: NOON,
  inMs: -1_000,
  startedAt: null,
  completedAt: null,
  worker: null,
  pausedAt: null,
  typePausedAt: null,
  cancelRequested: false,
  workers: 2,
  slots: 20,
  typeMayBeKnown: true,
  ahead: { busy: 3, jobs: 0, capped: false },
};

const WORKER = { id: 'w', host: 'node-7', pid: 42, lives: true };
const RUNNING: Partial<WhyFacts> = { status: 'processing', startedAt: NOON, worker: WORKER };
const BUSY = { busy: 20, jobs: 7, capped: false };

describe('why a job is not running', () => {
  it.each<[string, Partial<WhyFacts>, WhyCode, string]>([
    ['completed', { status: 'completed', completedAt: NOON }, 'finished', 'It completed at 2026-05-01 12:00:00 UTC.'],
    ['failed', { status: 'failed', completedAt: NOON, attempts: 5 }, 'finished', 'in attempt 5 of 5. Retry it'],
    ['cancelled', { status: 'cancelled', completedAt: NOON }, 'finished', 'It was cancelled at 2026-05-01'],
    ['blocked', { status: 'blocked' }, 'blocked', 'waits for other jobs'],
    ['running', RUNNING, 'running', 'running on worker node-7 (pid 42) since 2026-05-01 12:00:00 UTC.'],
    ['running and asked to end', { ...RUNNING, cancelRequested: true }, 'running', 'the worker aborts it'],
    [
      'held by a dead worker',
      { ...RUNNING, worker: { ...WORKER, lives: false } },
      'worker_lost',
      'node-7 (pid 42), which has died. Another worker takes',
    ],
    [
      'held by a dead worker without another',
      { ...RUNNING, worker: { ...WORKER, host: null, lives: false }, workers: 0 },
      'worker_lost',
      'no longer known, which has died. No other worker',
    ],
    ['pending with a cancel request', { cancelRequested: true }, 'being_cancelled', 'will not run'],
    ['for later', { inMs: 3 * 3_600_000 + 1 }, 'not_due', 'It falls due at 2026-05-01 12:00:00 UTC, in 3 hours.'],
    ['for later in a paused queue', { inMs: 90_000, pausedAt: NOON }, 'not_due', 'in 1 minute. Run it now'],
    [
      'for later, of a paused type',
      { inMs: 90_000, pausedAt: NOON, typePausedAt: NOON },
      'not_due',
      'Its queue "letters" and its type "mail" are paused as well.',
    ],
    ['waiting for its next attempt', { inMs: 500, attempts: 2, runs: 2 }, 'not_due', 'Attempt 3 of 5 falls due'],
    ['for later without a worker', { inMs: 500, workers: 0 }, 'not_due', 'in a moment'],
    [
      'handed back as unknown',
      { inMs: 9_000, runs: 1, typeMayBeKnown: false },
      'no_worker_for_type',
      'its type "mail"',
    ],
    ['never claimed, of an unknown type', { inMs: 9_000, typeMayBeKnown: false }, 'not_due', 'in 9 seconds'],
    ['parked as a suspect', { inMs: 5_000, runs: 3, attempts: 2, crashes: 2 }, 'careful_start', '2 runs of it ended'],
    ['backing off after a crash', { inMs: 5_000, runs: 2, attempts: 2, crashes: 1 }, 'not_due', 'Attempt 3 of 5'],
    ['snoozed after a crash', { inMs: 3_600_000, runs: 3, attempts: 2, crashes: 1 }, 'not_due', 'in 1 hour'],
    [
      'in a paused queue',
      { pausedAt: NOON, workers: 0 },
      'queue_paused',
      'paused since 2026-05-01 12:00:00 UTC. Resume',
    ],
    [
      'of a paused type',
      { typePausedAt: NOON, workers: 0 },
      'type_paused',
      'Its type "mail" has been paused since 2026-05-01 12:00:00 UTC. Resume the type',
    ],
    [
      'of a paused type in a paused queue',
      { pausedAt: NOON, typePausedAt: NOON },
      'queue_paused',
      'Its queue "letters" has been paused',
    ],
    ['in a queue of nobody', { workers: 0, typeMayBeKnown: false }, 'no_worker_for_queue', 'from its queue "letters"'],
    [
      'of a type of nobody',
      { typeMayBeKnown: false },
      'no_worker_for_type',
      'None of the 2 living workers of its queue',
    ],
    ['a suspect that is due', { crashes: 1 }, 'careful_start', 'A run of it ended'],
    [
      'behind others',
      { ahead: BUSY },
      'all_slots_busy',
      'All 20 slots of the 2 workers of its queue "letters" are busy, and 7 due jobs',
    ],
    [
      'next, with busy slots',
      { ahead: { ...BUSY, jobs: 0 } },
      'all_slots_busy',
      'no due job of the queue is before it',
    ],
    ['behind one', { ahead: { ...BUSY, jobs: 1 } }, 'all_slots_busy', '1 due job of the queue is before it'],
    [
      'behind very many',
      { ahead: { ...BUSY, jobs: 10_000, capped: true } },
      'all_slots_busy',
      'more than 10,000 due jobs',
    ],
    ['next', {}, 'about_to_start', 'a slot is free, and no due job'],
    ['due, where nobody could count', { ahead: null }, 'about_to_start', 'It is due and about to start.'],
  ])('of a job that is %s', (_, given, code, words) => {
    const why = whyNotRunning({ ...DUE, ...given });
    expect(why).toMatchObject({ code, words: expect.stringContaining(words) as string });
    expect(why.words).toMatch(/^[A-Z0-9].*\.$/);
  });

  it('has the facts behind the reason', () => {
    expect(whyNotRunning({ ...DUE, ...RUNNING }).details).toEqual({
      workerId: 'w',
      host: 'node-7',
      pid: 42,
      since: NOON,
      cancelRequested: false,
    });
    expect(whyNotRunning({ ...DUE, ahead: BUSY }).details).toEqual({
      queue: 'letters',
      workers: 2,
      slots: 20,
      ahead: 7,
      aheadCapped: false,
    });
  });
});
