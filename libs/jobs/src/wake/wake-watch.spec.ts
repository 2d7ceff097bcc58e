import type { Executor } from '../store/statement.js';
import type { Watch } from './wake-message.js';
import { WakeUp } from './wake-up.js';
import { systemClock } from '../support/time/clock.js';

describe('requests to be told of the end of jobs', () => {
  let sent: string[];
  let wakeUp: WakeUp;

  beforeEach(() => {
    jest.useFakeTimers();
    sent = [];
    const run = async (_: unknown, [message]: readonly unknown[]) => (sent.push(String(message)), []);
    wakeUp = new WakeUp({ run } as Executor, () => undefined, systemClock);
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const watchesOf = (messages: readonly string[]) =>
    messages.map((message) => (JSON.parse(message) as { watch?: Watch }).watch);
  const watchMany = (count: number) => {
    for (let i = 0; i < count; i++) wakeUp.watch('mine', `job ${i}`);
  };

  it('go with the wake-up of an insert', () => {
    wakeUp.watch('mine', '1');
    expect(watchesOf([wakeUp.messageNow(['mail'])!])).toEqual([{ channel: 'mine', ids: ['1'] }]);
    expect(watchesOf([wakeUp.messageNow(['mail'])!])).toEqual([undefined]);
  });

  it('go with the next wake-up that is sent', async () => {
    wakeUp.watch('mine', '1');
    wakeUp.jobsAdded(['mail']);
    await jest.advanceTimersByTimeAsync(20);
    expect(watchesOf(sent)).toEqual([{ channel: 'mine', ids: ['1'] }]);
  });

  it('are sent alone when they are asked for, and only then', async () => {
    wakeUp.watch('mine', '1');
    await jest.advanceTimersByTimeAsync(1_000);
    expect(sent).toEqual([]);
    wakeUp.sendWatches();
    await jest.advanceTimersByTimeAsync(20);
    expect(watchesOf(sent)).toEqual([{ channel: 'mine', ids: ['1'] }]);
  });

  it('are not sent for a job that is no longer waited for', async () => {
    wakeUp.watch('mine', '1');
    wakeUp.unwatch('1');
    wakeUp.sendWatches();
    await jest.advanceTimersByTimeAsync(20);
    expect(sent).toEqual([]);
  });

  it('are split so that each fits a notification', async () => {
    watchMany(250);
    wakeUp.sendWatches();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(watchesOf(sent).map((watch) => watch!.ids.length)).toEqual([100, 100, 50]);
    for (const message of sent) expect(Buffer.byteLength(message)).toBeLessThan(8_000);
  });

  it('are at most 1,000 that wait to be sent', async () => {
    watchMany(3_000);
    wakeUp.sendWatches();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(watchesOf(sent).flatMap((watch) => watch!.ids)).toHaveLength(1_000);
  });

  it('are heard by other processes, whatever else a message says', () => {
    const heard: Watch[] = [];
    wakeUp.subscribe({ watchRequested: (watch) => heard.push(watch) });
    const message = { from: 'another', queues: [], cancel: false };
    wakeUp.hear(JSON.stringify({ ...message, watch: { channel: 'theirs', ids: ['1'] } }));
    for (const watch of [null, 7, {}, { channel: 1, ids: [] }, { channel: 'x', ids: [1] }, { channel: 'x', ids: 'y' }])
      wakeUp.hear(JSON.stringify({ ...message, watch }));
    expect(heard).toEqual([{ channel: 'theirs', ids: ['1'] }]);
  });
});
