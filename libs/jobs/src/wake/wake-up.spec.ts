import type { Executor } from '../store/statement.js';
import type { WakeHint } from './wake-message.js';
import { WakeUp } from './wake-up.js';
import { systemClock } from '../support/time/clock.js';

/** A message about jobs that are due now. */
const expected = (queues: string[], jobs = 1) => ({
  from: expect.any(String) as string,
  queues,
  cancel: false,
  jobs,
  token: expect.any(Number) as number,
});

type Sent = ReturnType<typeof expected> & { dueInMs?: number };

/** Stands in for the database: records each NOTIFY, or refuses it. */
function fakeExecutor(sent: Sent[], refuse: () => Error | null = () => null): Executor {
  return {
    run: (_, params) => {
      const error = refuse();
      if (error) return Promise.reject(error);
      sent.push(JSON.parse(params[0] as string) as Sent);
      return Promise.resolve([]);
    },
  };
}

describe('WakeUp', () => {
  let sent: Sent[];
  let heard: string[];
  let wakeUp: WakeUp;

  beforeEach(() => {
    jest.useFakeTimers();
    sent = [];
    heard = [];
    wakeUp = listening(new WakeUp(fakeExecutor(sent), () => heard.push('error'), systemClock));
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  function listening(subject: WakeUp): WakeUp {
    subject.subscribe({
      jobsAdded: (queues, { inMs }) => heard.push(`added ${queues.join(',')}${inMs > 0 ? ` in ${inMs}` : ''}`),
      cancelRequested: () => heard.push('cancel'),
    });
    return subject;
  }

  it('wakes this process at once, without the database', () => {
    wakeUp.jobsAdded(['mail', 'mail', 'default']);
    wakeUp.cancelRequested();
    expect(heard).toEqual(['added mail,default', 'cancel']);
    expect(sent).toEqual([]);
  });

  it('sends one notification for everything that came together', async () => {
    for (let i = 0; i < 1_000; i++) wakeUp.jobsAdded([i % 2 ? 'mail' : 'default']);
    wakeUp.cancelRequested();
    await jest.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([{ ...expected(['default', 'mail'], 1_000), cancel: true }]);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(sent).toHaveLength(1);
  });

  it('sends ten at once and then a hundred a second under constant load, and loses no queue', async () => {
    for (let ms = 0; ms < 1_000; ms++) {
      wakeUp.jobsAdded([`q${ms}`]);
      await jest.advanceTimersByTimeAsync(1);
    }
    await jest.advanceTimersByTimeAsync(50);
    expect(sent.length).toBeGreaterThan(100);
    expect(sent.length).toBeLessThanOrEqual(111);
    expect(sent.flatMap(({ queues }) => queues)).toEqual(Array.from({ length: 1_000 }, (_, ms) => `q${ms}`));
  });

  it('gives inserts ten messages at once, then one every 10 ms', async () => {
    const messages = Array.from({ length: 12 }, () => wakeUp.messageNow(['mail']));
    expect(messages.map((message) => message !== null)).toEqual([...Array(10).fill(true), false, false]);
    expect(JSON.parse(messages[0]!)).toEqual(expected(['mail']));
    await jest.advanceTimersByTimeAsync(10);
    expect(wakeUp.messageNow(['mail'])).not.toBeNull();
    expect(wakeUp.messageNow(['mail'])).toBeNull();
    expect(wakeUp.messageNow([])).toBeNull();
  });

  it('wakes only this process if the insert carried the message', async () => {
    wakeUp.jobsAdded(['mail'], { alreadyNotified: true });
    await jest.advanceTimersByTimeAsync(100);
    expect(heard).toEqual(['added mail']);
    expect(sent).toEqual([]);
  });

  it('announces a cancel request only once', async () => {
    wakeUp.cancelRequested();
    await jest.advanceTimersByTimeAsync(100);
    wakeUp.jobsAdded(['mail']);
    await jest.advanceTimersByTimeAsync(100);
    expect(sent.map(({ queues, cancel }) => [queues, cancel])).toEqual([
      [[], true],
      [['mail'], false],
    ]);
  });

  it('says "all" instead of more than 50 queues, because a notification holds 8,000 bytes', async () => {
    const queues = Array.from({ length: 50 }, (_, i) => `${i}`.padStart(50, 'q'));
    wakeUp.jobsAdded(queues);
    await jest.advanceTimersByTimeAsync(50);
    wakeUp.jobsAdded([...queues, 'one-more']);
    await jest.advanceTimersByTimeAsync(50);
    expect(sent.map((message) => message.queues)).toEqual([queues, ['*']]);
    expect(Math.max(...sent.map((message) => JSON.stringify(message).length))).toBeLessThan(8_000);
  });

  it('sends again after a failed notification', async () => {
    let error: Error | null = new Error('no database');
    const executor = fakeExecutor(sent, () => error);
    wakeUp = listening(new WakeUp(executor, (reason) => heard.push(String(reason)), systemClock));
    wakeUp.cancelRequested();
    await jest.advanceTimersByTimeAsync(50);
    expect(heard).toEqual(['cancel', 'Error: no database']);
    error = null;
    wakeUp.cancelRequested();
    await jest.advanceTimersByTimeAsync(50);
    expect(sent).toHaveLength(1);
  });

  it('announces the time until the first job falls due, and wakes this process at once', async () => {
    const nowMs = performance.now();
    wakeUp.jobsAdded(['mail'], { dueMs: nowMs + 12_000 });
    await jest.advanceTimersByTimeAsync(10);
    expect(heard).toEqual(['added mail in 12000']);
    expect(sent).toEqual([{ ...expected(['mail']), dueInMs: 12_000 }]);
  });

  it('announces the shortest time of all jobs in a message, minus the time passed since', async () => {
    for (let i = 0; i < 10; i++) wakeUp.messageNow(['busy']);
    wakeUp.jobsAdded(['mail'], { dueMs: performance.now() + 12_000 });
    wakeUp.jobsAdded(['sms'], { dueMs: performance.now() + 7_000 });
    wakeUp.jobsAdded(['push'], { dueMs: performance.now() + 9_000 });
    await jest.advanceTimersByTimeAsync(10);
    expect(sent.map(({ queues, dueInMs }) => [queues, dueInMs])).toEqual([[['mail', 'sms', 'push'], 6_990]]);
    wakeUp.jobsAdded(['mail'], { dueMs: performance.now() + 60_000 });
    wakeUp.jobsAdded(['sms']);
    wakeUp.jobsAdded(['push'], { dueMs: performance.now() - 60_000 });
    await jest.advanceTimersByTimeAsync(10);
    expect(sent[1]).toEqual(expected(['mail', 'sms', 'push'], 3));
    wakeUp.jobsAdded(['mail'], { dueMs: performance.now() + 60_000 });
    await jest.advanceTimersByTimeAsync(10);
    expect(sent[2]!.dueInMs).toBeGreaterThan(59_980);
  });

  it('reads the due time from a message, and takes a missing or invalid one for now', () => {
    const hear = (dueInMs: unknown) => wakeUp.hear(JSON.stringify({ from: 'another', queues: ['mail'], dueInMs }));
    for (const dueInMs of [12_000, undefined, null, 0, -5, 'soon']) hear(dueInMs);
    expect(heard).toEqual(['added mail in 12000', ...Array<string>(5).fill('added mail')]);
  });

  it('announces the number of jobs, with an insert and in a gathered message', async () => {
    expect(JSON.parse(wakeUp.messageNow(['mail'], 7)!)).toEqual(expected(['mail'], 7));
    wakeUp.jobsAdded(['mail'], { jobs: 300 });
    wakeUp.jobsAdded(['mail', 'mail', 'sms']);
    wakeUp.jobsAdded(['mail'], { jobs: 9, alreadyNotified: true });
    await jest.advanceTimersByTimeAsync(0);
    expect(sent).toEqual([expected(['mail', 'sms'], 303)]);
  });

  it('reads the number of jobs and the token, and assumes any number of jobs in an older message', () => {
    const hints: WakeHint[] = [];
    wakeUp.subscribe({ jobsAdded: (_, hint) => hints.push(hint), cancelRequested: () => undefined });
    const hear = (rest: object) => wakeUp.hear(JSON.stringify({ from: 'another', queues: ['mail'], ...rest }));
    hear({ jobs: 3, token: 7 });
    for (const rest of [{}, { jobs: 3 }, { token: 7 }, { jobs: -1, token: 7 }, { jobs: 'many', token: 7 }]) hear(rest);
    wakeUp.jobsAdded(['mail']);
    expect(hints[0]).toEqual({ inMs: 0, jobs: 3, token: 7 });
    expect(hints.slice(1, 6)).toEqual(Array<WakeHint>(5).fill({ inMs: 0, jobs: Infinity, token: 0 }));
    expect(hints[6]).toEqual({ inMs: 0, jobs: 1, token: null });
  });

  it('sends a failed notification again later', async () => {
    let error: Error | null = new Error('no database');
    const executor = fakeExecutor(sent, () => error);
    wakeUp = listening(new WakeUp(executor, () => {}, systemClock));
    wakeUp.jobsAdded(['mail']);
    await jest.advanceTimersByTimeAsync(50);
    error = null;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(sent).toEqual([expected(['mail'])]);
  });

  it('has at most one notification under way, no matter how slow the database is', async () => {
    const answers: (() => void)[] = [];
    const slow = { run: () => new Promise<never[]>((resolve) => answers.push(() => resolve([]))) };
    wakeUp = listening(new WakeUp(slow, () => {}, systemClock));
    for (let i = 0; i < 20; i++) {
      wakeUp.jobsAdded(['mail']);
      await jest.advanceTimersByTimeAsync(50);
    }
    expect(answers).toHaveLength(1);
    answers[0]!();
    await jest.advanceTimersByTimeAsync(50);
    expect(answers).toHaveLength(2);
  });

  it('acts on what another process sent', () => {
    wakeUp.hear(JSON.stringify({ from: 'another', queues: ['mail'], cancel: true }));
    wakeUp.hear(JSON.stringify({ from: 'another', queues: [], cancel: true }));
    expect(heard).toEqual(['added mail', 'cancel', 'cancel']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ignores its own echo', async () => {
    wakeUp.jobsAdded(['mail']);
    await jest.advanceTimersByTimeAsync(0);
    wakeUp.hear(JSON.stringify(sent[0]));
    expect(heard).toEqual(['added mail']);
    const other: string[] = [];
    const elsewhere = new WakeUp(fakeExecutor([]), () => {}, systemClock);
    elsewhere.subscribe({ jobsAdded: (queues) => other.push(...queues), cancelRequested: () => other.push('cancel') });
    elsewhere.hear(JSON.stringify(sent[0]));
    expect(other).toEqual(['mail']);
  });

  it.each([
    '',
    'hello',
    'null',
    '7',
    '[]',
    '{}',
    '{"from":7,"queues":[]}',
    '{"from":"a"}',
    '{"from":"a","queues":"mail"}',
    '{',
  ])('ignores %j, which is no message of this library', (text) => {
    wakeUp.hear(text);
    expect(heard).toEqual([]);
  });
});
