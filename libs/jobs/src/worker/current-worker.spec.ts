import { CurrentWorker } from './current-worker.js';
import type { JobWorker } from './job-worker.js';

/** A worker that ends, or has started, when the test says so. */
class FakeWorker implements Pick<JobWorker, 'start' | 'retire' | 'drain' | 'concurrency'> {
  readonly calls: string[] = [];
  concurrency = 10;
  end = () => {};
  answer: (error?: Error) => void = () => {};
  private readonly ended = new Promise<void>((resolve) => (this.end = resolve));

  start(): Promise<void> {
    this.calls.push('start');
    return new Promise((resolve, reject) => (this.answer = (error) => (error ? reject(error) : resolve())));
  }

  retire(): Promise<void> {
    this.calls.push('retire');
    return this.ended;
  }

  drain(): Promise<void> {
    this.calls.push('drain');
    return this.ended;
  }
}

describe('the worker of a process', () => {
  let made: FakeWorker[];
  let current: CurrentWorker;

  beforeEach(() => {
    jest.useFakeTimers();
    made = [];
    current = new CurrentWorker(() => {
      made.push(new FakeWorker());
      return made.at(-1) as Partial<JobWorker> as JobWorker;
    });
  });

  afterEach(() => jest.useRealTimers());

  const turns = () => jest.advanceTimersByTimeAsync(0);

  /** Whether the work has ended. */
  function watch(work: Promise<unknown>): () => boolean {
    let ended = false;
    void work.then(() => (ended = true));
    return () => ended;
  }

  it('is replaced once it has ended, and the new one has the slots that were set last', async () => {
    const replaced = watch(current.replace());
    await turns();
    expect(made[0]!.calls).toEqual(['retire']);
    expect(made).toHaveLength(1);
    made[0]!.end();
    await turns();
    expect(made[1]!.calls).toEqual(['start']);
    made[0]!.concurrency = 3;
    expect(current.worker).toBe(made[0]);
    made[1]!.answer();
    await turns();
    expect(replaced()).toBe(true);
    expect(current.worker).toBe(made[1]);
    expect(current.worker.concurrency).toBe(3);
  });

  it('is replaced after ten seconds if it does not end, and a drain waits for both', async () => {
    void current.replace();
    await jest.advanceTimersByTimeAsync(9_999);
    expect(made).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    made[1]!.answer();
    await turns();
    const drained = watch(current.drain());
    made[1]!.end();
    await turns();
    expect(made[1]!.calls).toEqual(['start', 'drain']);
    expect(drained()).toBe(false);
    made[0]!.end();
    await turns();
    expect(drained()).toBe(true);
  });

  it('has no successor if the process drains meanwhile', async () => {
    const replaced = watch(current.replace());
    void current.drain();
    made[0]!.end();
    await turns();
    expect(replaced()).toBe(true);
    expect(made).toHaveLength(1);
  });

  it('has a successor that drains at once if the process began to drain while it started', async () => {
    const replaced = watch(current.replace());
    made[0]!.end();
    await turns();
    void current.drain();
    made[1]!.answer();
    await turns();
    expect(made[1]!.calls).toEqual(['start', 'drain']);
    expect(replaced()).toBe(false);
    made[1]!.end();
    await turns();
    expect(replaced()).toBe(true);
    // The row of this one has to be retired.
    expect(current.worker).toBe(made[1]);
  });

  it('leaves nothing of a successor behind that could not start', async () => {
    const failed = expect(current.replace()).rejects.toThrow('no answer');
    made[0]!.end();
    await turns();
    made[1]!.end();
    made[1]!.answer(new Error('no answer'));
    await failed;
    expect(made[1]!.calls).toEqual(['start', 'drain']);
    expect(current.worker).toBe(made[0]);
  });
});
