import { SnoozeJobError } from '@monstera/jobs';
import { TurnGate } from './turn-gate.js';

/** Work that ends when the test says so. */
function heldWork() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  return { work: () => ended, end };
}

const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('TurnGate', () => {
  it('lets as many work as it has places, a few wait, and sends the others away', async () => {
    const gate = new TurnGate({ size: 2, waiting: 1, maxWaitMs: 60_000 });
    const started: string[] = [];
    const held = heldWork();
    const enter = (name: string): Promise<void> =>
      gate.run(undefined, () => {
        started.push(name);
        return held.work();
      });

    const inside = ['a', 'b', 'c'].map(enter);
    expect(await caught(enter('d'))).toBeInstanceOf(SnoozeJobError);
    expect(started).toEqual(['a', 'b']);

    held.end();
    await Promise.all(inside);
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('sends everybody away for a time of his own, as long as a turn has taken so far', async () => {
    let nowMs = 0;
    const gate = new TurnGate({ size: 1, waiting: 0, maxWaitMs: 60_000, now: () => nowMs });
    for (let turn = 0; turn < 300; turn += 1) await gate.run(undefined, async () => void (nowMs += 10_000));
    const held = heldWork();
    const running = gate.run(undefined, held.work);

    const delays: number[] = [];
    for (let job = 0; job < 3; job += 1) {
      const away = await caught(gate.run(undefined, held.work));
      delays.push((away as SnoozeJobError).delayMs);
    }

    expect(delays.map((delay) => Math.round(delay / 100))).toEqual([50, 100, 150]);
    held.end();
    await running;
  });

  it('does not count those who are back again', async () => {
    let nowMs = 0;
    const gate = new TurnGate({ size: 1, waiting: 0, maxWaitMs: 60_000, now: () => nowMs });
    await gate.run(undefined, async () => void (nowMs += 10_000));
    const held = heldWork();
    const running = gate.run(undefined, held.work);
    const sentAwayFor = async (): Promise<number> =>
      ((await caught(gate.run(undefined, held.work))) as SnoozeJobError).delayMs;

    const first = [await sentAwayFor(), await sentAwayFor()];
    nowMs += 10_000;
    const again = [await sentAwayFor(), await sentAwayFor()];

    expect(again).toEqual(first);
    held.end();
    await running;
  });

  it('gives the turns that come free as turns become shorter to the next who are sent away', async () => {
    let nowMs = 0;
    const gate = new TurnGate({ size: 1, waiting: 0, maxWaitMs: 60_000, now: () => nowMs });
    for (let turn = 0; turn < 300; turn += 1) await gate.run(undefined, async () => void (nowMs += 2_000));
    const [first, second] = [heldWork(), heldWork()];
    const sendAway = async (jobs: number): Promise<number[]> => {
      const away = Array.from({ length: jobs }, () => caught(gate.run(undefined, second.work)));
      return (await Promise.all(away)).map((error) => (error as SnoozeJobError).delayMs);
    };

    const firstTurn = gate.run(undefined, first.work);
    const before = await sendAway(3);
    first.end();
    await firstTurn;
    const secondTurn = gate.run(undefined, second.work);

    expect([before, await sendAway(3)]).toEqual([
      [1_000, 2_000, 3_000],
      [500, 1_500, 2_500],
    ]);
    second.end();
    await secondTurn;
  });

  it('sends away who has waited inside for too long', async () => {
    const gate = new TurnGate({ size: 1, waiting: 1, maxWaitMs: 20 });
    const held = heldWork();
    const running = gate.run(undefined, held.work);

    expect(await caught(gate.run(undefined, held.work))).toBeInstanceOf(SnoozeJobError);
    held.end();
    await running;
  });

  it('lets who is aborted while waiting go with the reason, and keeps the turn for the next', async () => {
    const gate = new TurnGate({ size: 1, waiting: 2, maxWaitMs: 60_000 });
    const held = heldWork();
    const running = gate.run(undefined, held.work);
    const abort = new AbortController();
    const aborted = caught(gate.run(abort.signal, held.work));
    const next = gate.run(undefined, () => Promise.resolve('next'));

    abort.abort(new Error('cancelled'));
    expect(await aborted).toMatchObject({ message: 'cancelled' });
    held.end();
    await running;
    expect(await next).toBe('next');
  });

  it('gives the turn on after work that failed', async () => {
    const gate = new TurnGate({ size: 1, waiting: 1, maxWaitMs: 60_000 });
    const failing = caught(gate.run(undefined, () => Promise.reject(new Error('broken'))));
    const next = gate.run(undefined, () => Promise.resolve('next'));

    expect(await failing).toMatchObject({ message: 'broken' });
    expect(await next).toBe('next');
  });
});
